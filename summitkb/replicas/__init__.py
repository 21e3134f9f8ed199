"""Streaming replicas of the database, which answer what the public asks.

`base.py` is how Django connects to one, `watch.py` knows which of them serve at the moment, and
`summitkb/browse/from_replicas.py` lends one to a page.
"""
