"""A Django database backend that brings its own PostgreSQL.

With `ENGINE = "summitkb.embedded_postgres"`, `HOST` names the folder where the server's data lives.
`server.py` starts and stops the server, `base.py` connects Django to it.
"""
