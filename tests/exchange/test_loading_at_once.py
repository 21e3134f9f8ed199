"""Loading while another session writes.

In a module of its own: what another session sees has to be committed, and so it cannot stand beside
the fixture `bundled_record`, which keeps a transaction open for all tests of a module.
"""

import pytest

from meetings.models import Figure
from summitkb.exchange import loading
from summitkb.exchange.archives import Refused
from summitkb.exchange.packages import open_package
from tests.database import another_session
from tests.exchange.small import changed, write

pytestmark = pytest.mark.django_db(transaction=True)


def load_folder(folder):
    with open_package(folder) as package:
        loading.load(package)


@pytest.mark.parametrize(
    ("statement", "values"),
    [
        ("UPDATE figures SET value = 125", [125]),
        ("UPDATE figures SET publication = 'draft'", [0]),
        ("DELETE FROM figures", []),
    ],
)
def test_what_somebody_did_meanwhile_is_not_overwritten(tmp_path, monkeypatch, statement, values):
    load_folder(write(tmp_path / "p"))

    def conflicts_while_another_writes(package, table, batch):
        if table.name == "figures":
            with another_session() as other:
                other.execute(statement)
        return conflicts_between(package, table, batch)

    conflicts_between = loading.conflicts
    monkeypatch.setattr(loading, "conflicts", conflicts_while_another_writes)
    with pytest.raises(Refused) as refused:
        load_folder(write(tmp_path / "q", changed("figures", ",0,about", ",126,about")))

    assert str(refused.value) == (
        "figures/tashkent-2026-delegations was changed meanwhile; load again"
    )
    assert list(Figure.objects.values_list("value", flat=True)) == values
