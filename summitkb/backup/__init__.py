"""All that cannot be made again, as one file, and back: `manage.py backup` and `manage.py restore`.

`archive.py` is the file, `tables.py` how rows are counted and told apart, `programs.py` how pg_dump
and pg_restore are run, `folders.py` the files beside the database; `making.py` makes a backup,
`restoring.py` brings one back, `refilling.py` does that in the database.
"""
