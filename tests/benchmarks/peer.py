"""Datasette, which serves the SQLite copy.

Tuned as its manual says for data that does not change: read-only, its limits lifted, without looking
for columns to offer as facets.
"""

import os
import sys
from pathlib import Path

from tests.served import HOST, free_port, serving

SQL_THREADS = 8
"""As many as SummitKB has threads."""
NO_LIMIT = 600_000
DATASETTE = {
    "sql_time_limit_ms": NO_LIMIT,
    "facet_time_limit_ms": NO_LIMIT,
    "max_returned_rows": 10_000_000,
    "max_csv_mb": 0,
    "suggest_facets": "off",
    "default_page_size": 50,
    "num_sql_threads": SQL_THREADS,
}


def datasette(file: Path):
    port = free_port()
    settings = [
        part for name, value in DATASETTE.items() for part in ("--setting", name, str(value))
    ]
    command = [sys.executable, "-m", "datasette", "serve", "--immutable", str(file)]
    command += ["--host", HOST, "--port", str(port), *settings]
    return serving(command, port, "/-/versions.json", file.with_suffix(".log"), dict(os.environ))
