"""How names are ordered. One definition, in the database, so that a page and its CSV agree."""

from django.db.models import Func, TextField


class NameOrder(Func):
    """A name as it is sorted: without regard to case or to the marks above its letters."""

    function = "name_order"
    arity = 1
    output_field = TextField(db_collation="C")
