"""The models of whoever enters and checks; the records themselves are not among them."""

from summitkb.editing.imports.models import Import

__all__ = ["Import"]
