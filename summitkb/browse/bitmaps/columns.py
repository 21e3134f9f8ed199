"""Two columns that bitmaps need and Django does not know of: nothing is ever written to either.

Each row of a table of the package has a number, which it keeps. Each row of a history table has the
transaction that wrote it, so that what came between two moments is found by an index.
"""

from collections.abc import Iterator

from django.db.models import IntegerField
from django.db.models.expressions import RawSQL

from summitkb.exchange.tables import tables
from summitkb.records.derived import derive
from summitkb.records.time_travel import tracked_models

NUMBER = "row_no"
TRANSACTION = "pgh_xact"


@derive
def columns() -> Iterator[str]:
    for table in tables():
        name = table.name
        yield f"""
            ALTER TABLE {name}
            ADD COLUMN IF NOT EXISTS {NUMBER} integer GENERATED ALWAYS AS IDENTITY
        """
        yield f"CREATE UNIQUE INDEX IF NOT EXISTS {name}_{NUMBER} ON {name} ({NUMBER})"
    for model in tracked_models():
        history = model.pgh_event_model._meta.db_table
        yield f"""
            ALTER TABLE {history}
            ADD COLUMN IF NOT EXISTS {TRANSACTION} xid8 DEFAULT pg_current_xact_id()
        """
        yield f"CREATE INDEX IF NOT EXISTS {history}_{TRANSACTION} ON {history} ({TRANSACTION})"


def number_of(model) -> RawSQL:
    """The number of a row, in a query that starts from the table of `model`."""
    return RawSQL(f'"{model._meta.db_table}".{NUMBER}', [], output_field=IntegerField())
