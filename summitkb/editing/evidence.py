"""The source that is given once, for all that is entered on one page and has none of its own."""

from collections.abc import Iterable

from summitkb.editing.publishing import by_model, citing, named_by
from summitkb.exchange.tables import table_of
from summitkb.records.models import Citation, Record
from summitkb.records.publication import Publication


def attach(evidence: dict, entered: Iterable[Record]) -> list[Citation]:
    """Cite a passage for the records that cite nothing yet, and return these citations.

    `evidence` has the fields of a citation. Records that those entered name and that are no public
    ones count as entered with them: somebody missing is added without leaving the page.
    """
    entered = list(entered)
    for model, group in by_model(entered).items():
        for field, pks in named_by(model, group):
            others = field.related_model.objects.filter(pk__in=pks)
            entered += others.exclude(publication__in=Publication.PUBLIC)
    made = []
    for model, group in by_model(dict.fromkeys(entered)).items():
        if table_of(model).cited:
            cited = Citation.objects.filter(citing(model, group))
            known = set(cited.values_list("record", flat=True))
            made += [
                Citation(table=model._meta.db_table, record=record.record_key, **evidence)
                for record in group
                if record.record_key not in known
            ]
    return Citation.objects.bulk_create(made)
