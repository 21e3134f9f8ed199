"""What the filters of lists mean, said in Python over all rows: SQL only fetches whole tables."""

from delegations.models import Delegation, Membership
from meetings.models import Meeting, Statement, Topic
from summitkb.records.models import Citation
from summitkb.records.partial_dates import PartialDate


class Said:
    """The meetings and statements that there are now, and what filters mean for them."""

    def __init__(self):
        self.above = dict(Topic.objects.values_list("pk", "parent"))
        self.members = list(Membership.objects.published().filter(status="member"))
        self.delegations = {d.pk: d for d in Delegation.objects.select_related("event")}
        self.citations = list(Citation.objects.select_related("source"))
        self.rows = {
            "meetings": list(Meeting.objects.published().for_list()),
            "statements": list(Statement.objects.published().for_list()),
        }

    def sides(self, row):
        if isinstance(row, Statement):
            return [row.delegation_id] if row.delegation_id else []
        return [participant.delegation_id for participant in row.people_present]

    def people(self, row):
        if isinstance(row, Statement):
            return {row.speaker_id}
        return {participant.person_id for participant in row.people_present}

    def countries(self, row):
        return {self.delegations[side].country_id for side in self.sides(row)}

    def blocs(self, row):
        sides = [self.delegations[side] for side in self.sides(row)]
        return {bloc for side in sides for bloc in self.blocs_of(side)}

    def blocs_of(self, side):
        yield side.bloc_id
        day = side.event.starts_on and side.event.starts_on.earliest
        for member in self.members:
            begun = not (day and member.since) or member.since.earliest <= day
            ended = day and member.until and member.until.earliest <= day
            if member.country_id == side.country_id and begun and not ended:
                yield member.bloc_id

    def topics(self, row):
        found = {topic.pk for topic in row.topics}
        while more := {self.above[topic] for topic in found} - found - {None}:
            found |= more
        return found

    def cited(self, row, stance):
        return {
            citation.source.publisher
            for citation in self.citations
            if (citation.table, citation.record) == (row._meta.db_table, row.pk)
            and citation.stance == stance
        }

    def corroboration(self, row):
        supporters, opponents = self.cited(row, "supports"), self.cited(row, "disputes")
        named = {1: {"single"}}.get(len(supporters), {"several"} if supporters else set())
        named |= {"disputed"} if opponents else set()
        return named or {"uncited"}

    def sources(self, row, *stances):
        return [
            citation.source
            for citation in self.citations
            if (citation.table, citation.record) == (row._meta.db_table, row.pk)
            and citation.stance in (stances or ("supports", "disputes"))
        ]

    def dates(self, row):
        """The day, the month and the year of a row, as far as they are known."""
        parts = str(row.date or "").split("-")
        return {"-".join(parts[:n]) for n in range(1, len(parts) + 1)}

    def values(self, row, name) -> set[str]:
        """The values of a facet that a row has."""
        match name:
            case "event":
                found = {row.event_id}
            case "kind" | "status" | "access":
                found = {getattr(row, name)}
            case "publisher":
                found = {source.publisher for source in self.sources(row)}
            case "source-kind":
                found = {source.kind for source in self.sources(row)}
            case "lacking":
                day, named = row.date and row.date.day, getattr(row, "speaker_id", True)
                found = {None if day else "day", None if named else "name"}
            case "about":
                found = {whom.pk for whom in row.about}
            case _:
                found = {
                    "date": self.dates,
                    "country": self.countries,
                    "bloc": self.blocs,
                    "topic": self.topics,
                    "person": self.people,
                    "corroboration": self.corroboration,
                }[name](row)
        return found - {None, ""}

    def holds(self, row, name, values):
        match name:
            case "from":
                return bool(row.date) and row.date.latest >= PartialDate.parse(values[0]).earliest
            case "to":
                return bool(row.date) and row.date.earliest <= PartialDate.parse(values[0]).latest
            case "reported-by":
                day = PartialDate.parse(values[0]).latest
                out = (source.published_on for source in self.sources(row, "supports"))
                return any(date and date.latest <= day for date in out)
        return bool(self.values(row, name) & set(values))

    def counts(self, table, filters, name) -> dict[str, int]:
        """The values of a facet with the number of rows that each has under all other filters."""
        others = {other: values for other, values in filters.items() if other != name}
        keys = self.keys(table, others)
        found = [
            value for row in self.rows[table] if row.pk in keys for value in self.values(row, name)
        ]
        return {value: found.count(value) for value in {*found, *filters.get(name, ())}}

    def keys(self, table, filters):
        return {
            row.pk
            for row in self.rows[table]
            if all(self.holds(row, name, values) for name, values in filters.items())
        }
