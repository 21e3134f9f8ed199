"""Subjects, in a small tree."""

from django.db import models
from django.db.models import F, Q

from summitkb.records.history import tracked
from summitkb.records.models import Identified
from summitkb.records.names import NameOrder
from summitkb.records.publication import RecordQuerySet
from summitkb.records.triggers import LiesInATree


class TopicQuerySet(RecordQuerySet):
    def with_subtopics(self, ids) -> set[str]:
        """The ids of some topics and of all that lie below them. One query: the tree is small."""
        below = {}
        for topic, parent in self.order_by().values_list("pk", "parent"):
            below.setdefault(parent, []).append(topic)
        found, waiting = set(), list(ids)
        while waiting:
            topic = waiting.pop()
            if topic not in found:
                found.add(topic)
                waiting += below.get(topic, ())
        return found

    def for_list(self):
        return self.select_related("parent")


@tracked
class Topic(Identified):
    """One row is one subject that meetings and statements are about."""

    name = models.CharField(max_length=200, help_text="Name in English.")
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="subtopics",
        help_text="The wider topic that it belongs to.",
    )

    objects = TopicQuerySet.as_manager()

    class Meta(Identified.Meta):
        db_table = "topics"
        ordering = [NameOrder("name"), "id"]
        constraints = [
            *Identified.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(parent=F("id")),
                name="topic_not_its_own_parent",
                violation_error_message="A topic does not lie below itself.",
            ),
        ]
        triggers = [*Identified.Meta.triggers, LiesInATree("parent_id")]
