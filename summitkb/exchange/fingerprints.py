"""What a load does, in so many characters: two loads that do the same have the same fingerprint."""

import json
from hashlib import sha256

from summitkb.exchange.comparing import Comparison


class Fingerprint:
    """Taken row by row, so that no row has to be kept. `str` gives the digest so far."""

    def __init__(self, publication: str):
        self._digest = sha256()
        self._add([publication])

    def add(self, found: Comparison) -> None:
        """A row, with its cells where it is new, and else with those that change."""
        cells = found.row if found.kind == "new" else found.changed
        self._add([found.table.name, found.key, found.kind, found.publication, cells])

    def __str__(self):
        return self._digest.hexdigest()

    def _add(self, values):
        self._digest.update(f"{json.dumps(values)}\n".encode())
