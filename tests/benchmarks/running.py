"""One base measured from end to end, as rows of a report."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from tests.benchmarks import bases, crowds
from tests.benchmarks.cases import COLD, Case, cases
from tests.benchmarks.doing import OURS, Doing
from tests.benchmarks.editor import Editor
from tests.benchmarks.facts import Facts, facts_of
from tests.benchmarks.measure import Limits, Sample, alternate
from tests.benchmarks.peer import datasette
from tests.benchmarks.results import Line, Measured, Times
from tests.served import Failed

HEAVIEST = 60_000
"""Bytes of a page with its style sheets, compressed."""
SQLITE = "SQLite"


def measure(
    made: bases.Made, limits: Limits, longest: float, tell: bases.Tell, quick: bool
) -> Measured:
    """All cases of one base. What fails is told in its line, and the rest is measured."""
    facts = facts_of(made.copy)
    measured = Measured(facts.rows, words=facts.asked(made.copy))
    with made.base.serve() as summit, datasette(made.copy) as peer:
        doing = Doing(made.base, summit, peer, made.copy, limits.patience, facts.edited)
        try:
            tell("Waiting until the server has made what it makes when it starts.")
            doing.warm()
            measured.memory = {OURS: summit.memory(), "Datasette": peer.memory()}
            style = doing.style_size()
            for case in cases(facts, datetime.now(UTC).date()):
                if case.quick or not quick:
                    measured.add(_line(doing, case, limits, style), tell)
            for line in _edits(doing, facts, limits):
                measured.add(line, tell)
            for line in crowds.per_second(doing, limits, quick):
                measured.add(line, tell)
            for line in crowds.beside_heavy_work(doing, facts, made.package, limits):
                measured.add(line, tell)
            measured.memory |= {
                f"{OURS} at the end": summit.memory(),
                "Datasette at the end": peer.memory(),
            }
        finally:
            doing.close()
    for line in _commands(made, longest):
        measured.add(line, tell)
    return measured


def _line(doing: Doing, case: Case, limits: Limits, style: int) -> Line:
    doers = doing.doers(case)
    before, theirs_before = doing.summit.memory(), doing.peer.memory()
    for server in (doing.summit, doing.peer):
        server.forget_peak()
    samples = alternate(doers, limits)
    memory = max(0, doing.summit.peak() - before)
    peer_memory = max(0, doing.peer.peak() - theirs_before)
    doing.finish()
    if samples[OURS].wrong:
        doing.calm()
    times = {name: Times.of(sample) for name, sample in samples.items()}
    line = Line(case.name, case.way, times, memory, peer_memory, grows=case.grows)
    ours = times[OURS]
    for budget in case.budgets:
        line.judge(budget)
    if case.way == COLD and ours.size:
        line.budgets["≤ 60 kB with its CSS"] = ours.size + style <= HEAVIEST
    return line


def _edits(doing: Doing, facts: Facts, limits: Limits) -> Iterator[Line]:
    """What an editor does. Saves are done twice each, so that the base is afterwards as before."""
    editor = Editor(doing.summit.port, doing.base.password)
    key = facts.paraphrase
    actions: dict[str, Callable] = {
        "Admin, list of statements": editor.changelist,
        "Admin, search in it": lambda: editor.changelist(f"?q={facts.rare_word}"),
        "Admin, form of a statement": lambda: editor.form(key),
        "Admin, save of a statement": lambda: editor.save(key),
    }
    for name, action in actions.items():
        sample = alternate({OURS: action}, limits)[OURS]
        if "save" in name and len(sample.times) % 2:
            editor.save(key)
        yield Line(name, "signed in", {OURS: Times.of(sample)})


def _commands(made: bases.Made, longest: float) -> Iterator[Line]:
    yield Line("Package, dumped", "once", {OURS: _once(bases.dump_seconds, made, longest)})
    loaded = {
        OURS: _once(bases.load_seconds, made, longest),
        SQLITE: _once(bases.copy_seconds, made),
    }
    yield Line("Package, checked and loaded", "once", loaded)


def _once(do: Callable[..., float], *arguments) -> Times:
    try:
        return Times.of(Sample([do(*arguments)]))
    except Failed as failed:
        return Times(wrong=str(failed).splitlines()[0][:80])
