"""Work queues: what waits for an editor, of each table, counted on the first page of the admin.

A queue is declared once, and is then on the first page and among the filters of each list that has
it. Here are those that follow from what a model has; an app declares its own in its `admin`:

    declare(Queue("unresolved", "Speaker unresolved", "It has ….", only({Statement: unresolved})))
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import Count, Model, Q

from summitkb.editing.twins import with_a_twin
from summitkb.exchange.tables import table_of
from summitkb.records.evidence import Corroboration, corroborated
from summitkb.records.gathered import at_once
from summitkb.records.models import Citation, Record
from summitkb.records.publication import Publication

Condition = Callable[[type[Model]], Q | None]


@dataclass(frozen=True)
class Queue:
    """What waits in the tables for one kind of work.

    `name` is the value of the parameter `queue` of a list; `help` is a sentence. `condition` is given
    a model, and gives which of its rows wait, None where the model has no such queue.
    """

    name: str
    label: str
    help: str
    condition: Condition

    def waiting(self, model) -> Q | None:
        """As the condition, without what is withdrawn: nothing more is to be done to that."""
        condition = self.condition(model)
        if condition is None or not issubclass(model, Record):
            return condition
        return condition & ~Q(publication=Publication.WITHDRAWN)


QUEUES: dict[str, Queue] = {}


def declare(queue: Queue) -> None:
    """Add a queue after those that are there. Raises ValueError where its name is taken."""
    if queue.name in QUEUES:
        raise ValueError(f"There is a queue “{queue.name}” already.")
    QUEUES[queue.name] = queue


def only(conditions: dict[type[Model], Callable[[], Q]]) -> Condition:
    """The condition of a queue of some models, asked for anew each time, as days go by."""
    return lambda model: conditions[model]() if model in conditions else None


def queues_of(model) -> dict[str, Q]:
    """Which rows of a model wait in which queue, of the queues that it has."""
    found = {name: queue.waiting(model) for name, queue in QUEUES.items()}
    return {name: waiting for name, waiting in found.items() if waiting is not None}


def board(
    models: Iterable[type[Model]], counted: bool = True
) -> list[tuple[Queue, dict[type[Model], int | None]]]:
    """All queues that some models have, with how many rows of which model wait; one query per model.

    A model of which none wait is left out, a queue is not. Where they are not `counted`, no query is
    asked, and each model that has the queue is there with None.
    """
    counts = {}
    for model in models:
        queues = queues_of(model)
        for name, count in (_counts(model, queues) if counted else dict.fromkeys(queues)).items():
            counts.setdefault(name, {})[model] = count
    return [
        (queue, {model: count for model, count in counts[name].items() if count != 0})
        for name, queue in QUEUES.items()
        if name in counts
    ]


def _counts(model, queues: dict[str, Q]) -> dict[str, int]:
    counts = {name: Count("pk", filter=waiting) for name, waiting in queues.items()}
    return at_once(model.objects).aggregate(**counts) if counts else {}


class QueueFilter(admin.SimpleListFilter):
    """Of a list, the rows that wait in one of the queues that its model has."""

    title = "work queue"
    parameter_name = "queue"

    def __init__(self, request, params, model, model_admin):
        self.model, self.queues = model, queues_of(model)
        super().__init__(request, params, model, model_admin)

    def lookups(self, request, model_admin):
        return [(name, QUEUES[name].label) for name in self.queues]

    def queryset(self, request, queryset):
        if self.value() is None:
            return queryset
        if self.value() not in self.queues:
            raise IncorrectLookupParameters(f"There is no queue “{self.value()}” here.")
        return queryset.filter(self.queues[self.value()])

    def get_facet_counts(self, pk_attname, filtered_qs):
        """As Django counts, but of all rows that wait, so that it is one plain subquery for each."""
        return {
            f"{place}__c": Count(pk_attname, filter=Q(pk__in=self._keys(waiting)))
            for place, waiting in enumerate(self.queues.values())
        }

    def _keys(self, waiting):
        return self.model.objects.filter(waiting).order_by().values("pk")


# Those that follow from what a model has


def _in_review(model):
    return Q(publication=Publication.IN_REVIEW) if issubclass(model, Record) else None


def _cited(value) -> Condition:
    """For an editor a draft rests on drafts of sources too, on one that was withdrawn nothing."""

    def condition(model):
        if not table_of(model).cited:
            return None
        citations = Citation.objects.exclude(source__publication=Publication.WITHDRAWN)
        return corroborated(model, [value], citations)

    return condition


def _undated(model) -> Q | None:
    return Q(date=None) if any(field.name == "date" for field in model._meta.fields) else None


def _quote_not_found() -> Q:
    return Q(pk__in=Citation.objects.quote_not_found().order_by().values("pk"))


for queue in (
    Queue("in-review", "In review", "Somebody submitted it, and waits for a reviewer.", _in_review),
    Queue("uncited", "Uncited", "No source is cited for it.", _cited(Corroboration.UNCITED)),
    Queue(
        "quote-not-found",
        "Quote not found",
        "What is quoted does not stand in the text that is held of its source.",
        only({Citation: _quote_not_found}),
    ),
    Queue("disputed", "Disputed", "A source disputes it.", _cited(Corroboration.DISPUTED)),
    Queue(
        "single-publisher",
        "Single publisher",
        "One publisher supports it, and no independent one beside it.",
        _cited(Corroboration.SINGLE),
    ),
    Queue("undated", "Without a date", "Its day is not known, not even the year.", _undated),
    Queue(
        "duplicates",
        "Probable duplicates",
        "It may be the same as another record: merge them, or say that they are two.",
        with_a_twin,
    ),
):
    declare(queue)
