"""Every fault of a package that FORMAT.md knows: an upload and `checkpackage` say the same of it."""

import io

import pytest
from django.core.management import CommandError, call_command

from tests.admin_pages import signed_in
from tests.editing.imports.uploads import lines, previewed
from tests.exchange.small import changed, write, zipped
from tests.exchange.test_checks import CELLS, HEADERS, ROWS
from tests.test_every_address import state

FAULTS = [
    *((table, old, new, [said]) for table, old, new, said in CELLS if "uza--2" not in new),
    *ROWS,
    *(("meetings", *fault) for fault in HEADERS),
]


@pytest.mark.django_db
def test_each_fault_is_told_in_the_same_words_on_both_ways_and_nothing_is_written(
    settings, tmp_path
):
    settings.IMPORTS = tmp_path / "imports"
    editor = signed_in("Editor")
    before = state()

    for number, (table, old, new, expected) in enumerate(FAULTS):
        path = write(tmp_path / f"{number}", changed(table, old, new))
        with pytest.raises(CommandError) as failed:
            call_command("checkpackage", str(path), stdout=(out := io.StringIO()))
        assert (out.getvalue().splitlines(), failed.value.returncode) == (expected, 1)

        one = previewed(editor, zipped(path, tmp_path / "p.zip").read_bytes(), "p.zip")
        told = [line["sentence"] for line in lines(editor, one, "problems")]
        assert (told, one.state) == (expected, "refused")

    changed_tables = {name for name, digest in state().items() if digest != before[name]}
    assert changed_tables == {"editing_import"}
    assert len(FAULTS) > 50
