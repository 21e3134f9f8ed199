"""The models of whoever enters and checks; the records themselves are not among them."""

from summitkb.editing.imports.models import Import
from summitkb.editing.twins import Different, Twin

__all__ = ["Different", "Import", "Twin"]
