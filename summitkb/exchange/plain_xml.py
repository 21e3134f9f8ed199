"""The parts of a spreadsheet, looked through before a library builds objects of them.

A file of one megabyte can make gigabytes of those: by tags within tags, by tags without end, by
entities. What an honest program writes is flat and has none. Nothing is kept here while it is read.
"""

import zipfile
from xml.parsers import expat

from summitkb.exchange.archives import Refused
from summitkb.exchange.columns import shown

DEEPEST = 100
"""Tags within tags; a sheet has 8."""

MOST_TAGS = 5_000_000
"""Of one part."""

LONGEST_TAG = 1024**2
"""In bytes. What parses tags begins anew with each block that it reads of one."""

_BLOCK = 64 * 1024


def require_plain(archive: zipfile.ZipFile) -> None:
    """Raises Refused where a part is no plain XML, and ExpatError where it is none at all."""
    for entry in archive.infolist():
        if entry.filename.endswith((".xml", ".rels")):
            with archive.open(entry) as stream:
                _Part(entry.filename).read(stream)


class _Part:
    def __init__(self, name):
        self._name = name
        self._tags = self._depth = 0

    def read(self, stream):
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._begins
        parser.EndElementHandler = self._ends
        parser.StartDoctypeDeclHandler = self._declares
        fed = 0
        while block := stream.read(_BLOCK):
            fed += len(block)
            parser.Parse(block)
            if fed - parser.CurrentByteIndex > LONGEST_TAG:
                self._refuse(f"has a tag of more than {LONGEST_TAG} bytes")
        parser.Parse(b"", True)

    def _begins(self, name, attributes):
        self._tags += 1
        self._depth += 1
        if self._depth > DEEPEST:
            self._refuse(f"has more than {DEEPEST} tags within one another")
        if self._tags > MOST_TAGS:
            self._refuse(f"has more than {MOST_TAGS} tags")

    def _ends(self, name):
        self._depth -= 1

    def _declares(self, *declared):
        self._refuse("declares a type of document")

    def _refuse(self, what):
        raise Refused(f"{what} in {shown(self._name)}; accepted is what a spreadsheet writes")
