# The whole package as Parquet, and a question over two of its tables.
import io
import urllib.request
import zipfile
from pathlib import Path

import duckdb

with urllib.request.urlopen("http://127.0.0.1:8000/data/package.zip") as response:
    zipfile.ZipFile(io.BytesIO(response.read())).extractall("summitkb")
for table in Path("summitkb").glob("*.csv"):
    parquet = table.with_suffix(".parquet")
    duckdb.sql(f"COPY (FROM read_csv('{table}', all_varchar = true)) TO '{parquet}'")
print(
    duckdb.sql("""
        SELECT publisher, count(*) AS citations
        FROM 'summitkb/citations.parquet' AS c JOIN 'summitkb/sources.parquet' AS s ON s.id = c.source
        GROUP BY publisher ORDER BY citations DESC LIMIT 3
    """)
)
