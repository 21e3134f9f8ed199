# The package as one SQLite file, for Datasette: `datasette summitkb.db`
import io
import sqlite3
import urllib.request
import zipfile

import pandas as pd

with urllib.request.urlopen("http://127.0.0.1:8000/data/package.zip") as response:
    package = zipfile.ZipFile(io.BytesIO(response.read()))
database = sqlite3.connect("summitkb.db")
for name in package.namelist():
    if name.endswith(".csv"):
        table = pd.read_csv(package.open(name), dtype=str, keep_default_na=False, na_values=[""])
        table.to_sql(name.removesuffix(".csv"), database, index=False, if_exists="replace")
database.close()
