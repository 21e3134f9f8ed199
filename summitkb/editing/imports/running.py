"""The two steps of an import, by the code that `loadpackage` runs: look, and do what was seen."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import PurePath

import pghistory
from django.conf import settings
from django.db import OperationalError, transaction
from django.template.defaultfilters import filesizeformat

from summitkb.editing.imports.models import Import
from summitkb.editing.imports.permissions import Needs, missing
from summitkb.editing.imports.previews import MOST_PROBLEMS, OF_ROWS, Writer
from summitkb.exchange.archives import Refused
from summitkb.exchange.checks import check
from summitkb.exchange.loading import CHANGED_SINCE, Conflict, load
from summitkb.exchange.one_table import open_table
from summitkb.exchange.packages import Package, open_package
from summitkb.exchange.progress import Silence
from summitkb.records.away import why_away
from summitkb.records.refusals import sentence_of

FILE_CHANGED = "The file is no longer what was uploaded; upload it again."
DONE = "This was imported already; nothing was written again."
NOT_PREVIEWED = "This was not previewed, or the preview found problems; check it first."
PREVIEWED_AGAIN = "This was previewed again meanwhile; look at the new preview."


@contextmanager
def opened(one: Import, watch: Silence) -> Iterator[Package]:
    """What was uploaded. Raises Refused where it cannot be read, or is no longer the same file."""
    if not one.is_whole:
        raise Refused(FILE_CHANGED)
    watch = Bounded(watch, settings.MOST_IMPORT_SECONDS)
    path, name = one.file.path, PurePath(one.name).stem
    with ExitStack() as stack:
        try:
            package = stack.enter_context(
                open_table(path, one.table, watch, name)
                if one.table
                else open_package(path, watch, name)
            )
        except Refused as refused:
            raise Refused(f"{one.name}: {refused}") from None
        most = settings.MOST_IMPORTED_BYTES
        if package.size > most:
            raise Refused(
                f"{one.name}: its tables have {filesizeformat(package.size)} together; "
                f"accepted are up to {filesizeformat(most)}"
            )
        package.most_rows = settings.MOST_IMPORTED_ROWS
        yield package


class Bounded(Silence):
    """Progress handed on, until it has taken too long. Asked at each row, so of time it asks seldom."""

    SELDOM = 1024**2
    """Steps, which are bytes."""

    def __init__(self, watch: Silence, seconds: float):
        self._watch, self._seconds = watch, seconds
        self._until, self._steps = time.monotonic() + seconds, 0

    def begin(self, label, total):
        self._look()
        self._watch.begin(label, total)

    def advance(self, steps):
        self._steps += steps
        if self._steps >= self.SELDOM:
            self._look()
        self._watch.advance(steps)

    def end(self):
        self._watch.end()

    def _look(self):
        self._steps = 0
        if time.monotonic() > self._until:
            minutes = round(self._seconds / 60)
            raise Refused(
                f"It takes more than {minutes} minutes; accepted is what is done in that time. "
                "Part it, or let it be loaded by loadpackage."
            )


def preview(one: Import, watch: Silence) -> Import:
    """Check a file and load it to take it back, and keep beside it what was found, row by row.

    Gives the import as it is then: previewed or, with problems, refused; done where it was done.
    """
    needs, found = Needs(one.publication), {"state": Import.State.REFUSED, "refusal": ""}
    counts, fingerprint = {}, ""
    with Writer(one.folder) as writer:
        try:
            with opened(one, watch) as package:
                for problem in islice(check(package, one.publication), MOST_PROBLEMS):
                    writer.problem(problem)
                if not writer.problems:
                    counts, fingerprint = _dry_run(one, package, writer, needs)
                    found["state"] = Import.State.PREVIEWED
        except Conflict as conflict:
            for problem in conflict.problems:
                writer.problem(problem)
        except Refused as refused:
            found["refusal"] = str(refused)
        found |= {
            "problems": writer.problems,
            "counts": counts,
            "fingerprint": fingerprint,
            "needs": needs.counts(),
        }
        return _kept(one, writer, found)


@transaction.atomic
def _kept(one, writer, found) -> Import:
    """What a check found and wrote, in place of the one before. Of several at once the last is kept,
    and none that ends when it is imported."""
    one = Import.objects.select_for_update().get(pk=one.pk)
    if one.state != Import.State.DONE:
        writer.keep()
        for name, value in found.items():
            setattr(one, name, value)
        one.save(update_fields=list(found))
    return one


def _dry_run(one, package, writer, needs):
    def tell_all(row):
        writer.row(row)
        needs.add(row)

    report = load(package, one.publication, dry_run=True, tell_all=tell_all)
    counts = {
        table: {kind: counts[kind] for kind in OF_ROWS}
        for table, counts in report.counts.items()
        if any(counts[kind] for kind in OF_ROWS)
    }
    return counts, report.fingerprint


def confirm(one: Import, user, fingerprint: str, watch: Silence) -> Import:
    """Load what the preview of this fingerprint showed, in one transaction. Gives the import as it is.

    Raises Refused with a sentence; then nothing is written, but that it was refused where only
    another preview can help.
    """
    try:
        with pghistory.context(user=user.pk) as context, transaction.atomic():
            # Whoever confirms it at the same time waits here, and then finds it done.
            one = Import.objects.select_for_update().get(pk=one.pk)
            _require_previewed(one, fingerprint)
            if sentences := missing(user, one.needs):
                raise Refused(" ".join(sentences))
            _load(one, user, watch)
            one.state, one.context = Import.State.DONE, context.id
            one.save(update_fields=["state", "context"])
    except _Outdated as outdated:
        Import.objects.filter(pk=one.pk, fingerprint=fingerprint).exclude(
            state=Import.State.DONE
        ).update(state=Import.State.REFUSED, refusal=str(outdated))
        raise
    return one


class _Outdated(Refused):
    """The preview does not hold any more."""


def _require_previewed(one, fingerprint):
    if one.state == Import.State.DONE:
        raise Refused(DONE)
    if one.state != Import.State.PREVIEWED:
        raise Refused(NOT_PREVIEWED)
    if one.fingerprint != fingerprint:
        raise Refused(PREVIEWED_AGAIN)


def _load(one, user, watch):
    """What the database holds may have changed, and what was right beside it be wrong; or what was
    cited for a draft be public by now."""
    needs = Needs(one.publication)
    try:
        with opened(one, watch) as package:
            if any(True for _ in check(package, one.publication)):
                raise Refused(CHANGED_SINCE)
            load(
                package,
                one.publication,
                expected=one.fingerprint,
                reason=one.reason,
                tell_all=needs.add,
            )
        if sentences := missing(user, needs.counts()):
            raise Refused(" ".join(sentences))
    except Conflict:
        raise _Outdated(CHANGED_SINCE) from None
    except Refused as refused:
        raise _Outdated(str(refused)) from refused
    except OperationalError as error:
        if why_away(error):
            raise
        raise Refused(f"{sentence_of(error)} Nothing was written.") from error
