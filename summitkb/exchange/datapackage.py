"""`datapackage.json`: what a package holds, for programs that read Frictionless Data Packages.

Made of the declarations of the tables. References in lists, and those of a citation to what it cites,
have no word in that language and are described in the codebook alone.
"""

import json
from collections.abc import Iterator
from copy import deepcopy
from hashlib import file_digest
from pathlib import Path

from django.conf import settings
from django.utils.text import slugify

from summitkb.exchange.columns import Column
from summitkb.exchange.kinds import KINDS
from summitkb.exchange.tables import Table, table_of, tables

FILE = "datapackage.json"
NAME = "summitkb"
TITLE = "SummitKB: diplomatic gatherings, and how we know"
DESCRIPTION = (
    "Who came to diplomatic gatherings, who met whom, who said what, and the passages of sources that "
    "each record rests on. Facts and their arrangement are under the licence that is named; passages "
    "that are quoted stay with whoever wrote them."
)


def write_descriptor(folder: Path, part: str = "") -> None:
    """Describe the tables in a folder, with their hashes; `part` says of what, where not of all."""
    described = {
        "profile": "tabular-data-package",
        "name": f"{NAME}-{slugify(part)}" if part else NAME,
        "title": f"{TITLE}. {part}" if part else TITLE,
        "description": DESCRIPTION,
        "licenses": [{"name": settings.DATA_LICENCE}],
        "resources": [_resource(table, folder / table.file) for table in tables()],
    }
    text = json.dumps(described, ensure_ascii=False, indent=2)
    (folder / FILE).write_text(f"{text}\n", encoding="utf-8")


def _resource(table: Table, file: Path) -> dict:
    with file.open("rb") as stream:
        digest = file_digest(stream, "sha256").hexdigest()
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "title": table.title,
        "description": table.one_row,
        "path": table.file,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": file.stat().st_size,
        "hash": f"sha256:{digest}",
        "dialect": {
            "delimiter": ",",
            "lineTerminator": "\n",
            "quoteChar": '"',
            "doubleQuote": True,
        },
        "schema": schema(table),
    }


def schema(table: Table) -> dict:
    """The Table Schema of a table."""
    foreign = list(_foreign_keys(table))
    return {
        "fields": [_field(column) for column in table.columns],
        "missingValues": [""],
        "primaryKey": list(table.key),
        **({"foreignKeys": foreign} if foreign else {}),
    }


def _field(column: Column) -> dict:
    kind = deepcopy(KINDS[column.kind].schema)
    constraints = kind.pop("constraints", {}) | dict(_constraints(column))
    return {
        "name": column.name,
        **kind,
        "description": column.help_text,
        **({"constraints": constraints} if constraints else {}),
    }


def _constraints(column) -> Iterator[tuple[str, object]]:
    if column.required:
        yield "required", True
    if column.field.unique and not column.field.primary_key:
        yield "unique", True
    if column.values:
        yield "enum", column.values
    elif column.kind == "text":
        if column.field.max_length:
            yield "maxLength", column.field.max_length
        if column.pattern:
            yield "pattern", column.pattern


def _foreign_keys(table) -> Iterator[dict]:
    for column in table.columns:
        if column.kind == "reference":
            target = table_of(column.targets[0])
            resource = "" if target is table else target.name
            yield {
                "fields": [column.name],
                "reference": {"resource": resource, "fields": list(target.key)},
            }
