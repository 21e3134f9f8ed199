"""The benchmark, where it could be wrong unnoticed: what it compares, and what it tells."""

import csv
import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import date
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.urls import resolve

from tests.benchmarks import plot, report, sqlite_copy
from tests.benchmarks.cases import DATASETTE, FILE, PSQL, Budget, Copy, Page, cases
from tests.benchmarks.copied import copied
from tests.benchmarks.doing import OURS
from tests.benchmarks.editor import Form
from tests.benchmarks.facts import facts_of
from tests.benchmarks.measure import (
    Answer,
    Limits,
    Sample,
    Wrong,
    alternate,
    percentile,
    throughput,
)
from tests.benchmarks.results import Line, Measured, Run, Times, seconds_in_words
from tests.conftest import BUNDLED

TODAY = date(2025, 6, 1)


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The bundled package as SQLite."""
    file = tmp_path_factory.mktemp("copy") / "summitkb.db"
    sqlite_copy.build(BUNDLED, file)
    return file


# What is compared


def test_the_copy_has_each_row_of_each_table(copy):
    with closing(sqlite3.connect(copy)) as base:
        base.row_factory = sqlite3.Row
        for path in sorted(BUNDLED.glob("*.csv")):
            with path.open(encoding="utf-8", newline="") as stream:
                expected = list(csv.DictReader(stream))
            found = [dict(row) for row in base.execute(f"SELECT * FROM {path.stem}")]
            for row in found:
                if path.stem == "statements":
                    del row["country"]
            texts = [{name: str(cell or "") for name, cell in row.items()} for row in found]
            assert texts == expected


def test_the_copy_has_indexes_references_lists_and_words(copy):
    with closing(sqlite3.connect(copy)) as base:

        def column(sql):
            return [row[0] for row in base.execute(sql)]

        indexed = column(
            "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'statements' "
            "AND sql IS NOT NULL ORDER BY name"
        )
        assert indexed == [
            f"statements_{name}_index"
            for name in (
                *("country", "date", "delegation", "event", "kind"),
                *("language", "meeting", "speaker", "status"),
            )
        ]
        targets = column("SELECT \"table\" FROM pragma_foreign_key_list('statements') ORDER BY 1")
        assert targets == ["countries", "delegations", "events", "meetings", "people"]
        about = "SELECT target FROM statements_about WHERE owner = 'moscow-2025-afg-unannounced'"
        assert column(about) == ["AFG"]
        assert column(
            "SELECT country FROM statements WHERE id = 'moscow-2025-ahmadian-bilaterals'"
        ) == ["IRN"]
        matching = "SELECT count(*) FROM statements_fts WHERE statements_fts MATCH 'afghanistan'"
        containing = "SELECT count(*) FROM statements WHERE text LIKE '%afghanistan%'"
        assert column(matching)[0] > 1
        assert column(matching) == column(f"{containing} OR speaker_label LIKE '%afghanistan%'")


def test_datasette_counts_facets_of_the_copy(copy):
    asked = "/summitkb/statements.json?_facet=country&_facet=kind&_size=1&_labels=on"
    command = [sys.executable, "-m", "datasette", str(copy), "--get", asked]
    answer = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    counted = {
        name: {value["value"]: value["count"] for value in facet["results"]}
        for name, facet in json.loads(answer.stdout)["facet_results"].items()
    }
    with closing(sqlite3.connect(copy)) as base:
        expected = {
            name: dict(
                base.execute(
                    f"SELECT {name}, count(*) FROM statements WHERE {name} IS NOT NULL GROUP BY 1"
                )
            )
            for name in ("country", "kind")
        }
    assert len(expected["country"]) > 5
    assert counted == expected


def test_every_address_of_a_case_exists_here(copy):
    facts = facts_of(copy)
    found = list(cases(facts, TODAY))
    assert len({(case.name, case.way) for case in found}) == len(found) > 40
    for case in found:
        path = case.path.partition("?")[0]
        assert resolve(path if not path.startswith("/as-of/") else path[len("/as-of/2025-01-01") :])
    assert (facts.country, facts.event) == ("RUS", "moscow-2025")
    assert facts.asked(copy) == {"security": 59, "afghanistan": 5}


def test_psql_is_given_what_a_csv_copies(cast, client):
    address = "/statements.csv?kind=quote"
    with (
        connection.cursor() as cursor,
        cursor.cursor.copy(copied(address, "http://testserver/")) as copy,
    ):
        expected = b"".join(bytes(chunk) for chunk in copy)
    response = client.get(address)
    assert response.content.partition(b"\n")[2] == expected != b""


def test_a_form_is_sent_back_as_a_browser_does():
    html = """<form id="other"><input name="no" value="1"></form><form id="a">
        <input type="hidden" name="hidden" value="1"><input name="empty">
        <input type="checkbox" name="off" value="1"><input type="checkbox" name="on" checked value="2">
        <textarea name="text">\nOne &amp; two\n</textarea>
        <select name="one"><option value="">–<option value="b" selected>B</select>
        <select name="first"><option value="c">C<option value="d">D</select>
        <select name="none" multiple><option value="e">E</select>
        <input type="submit" name="_save" value="Save"></form>"""
    assert Form(html, "a").data == [
        ("hidden", "1"),
        ("empty", ""),
        ("on", "2"),
        ("text", "One & two\n"),
        ("one", "b"),
        ("first", "c"),
    ]


# How it is measured


def test_a_percentile_is_the_least_that_so_many_do_not_exceed():
    times = [float(number) for number in range(1, 101)]
    assert [percentile(times, percent) for percent in (1, 50, 95, 100)] == [1, 50, 95, 100]
    assert [percentile([7.0], percent) for percent in (1, 50, 95, 100)] == [7] * 4
    assert percentile([3.0, 1.0, 2.0], 95) == 3


def test_things_are_done_by_turns_and_the_first_rounds_do_not_count():
    done = []

    def doer(name, seconds):
        def do():
            done.append(name)
            return Answer(200, seconds[len(done) // 2 - (len(done) % 2 == 0)], 5, {})

        return do

    doers = {"a": doer("a", [9.0, 1.0, 2.0]), "b": doer("b", [8.0, 3.0, 4.0])}
    samples = alternate(doers, Limits(repetitions=2, warm_up=1))
    assert done == ["a", "b"] * 3
    assert samples == {"a": Sample([1.0, 2.0], 5), "b": Sample([3.0, 4.0], 5)}


def test_what_fails_is_told_and_the_rest_measured():
    def fails():
        raise Wrong("503 after 10.0 s")

    doers = {"a": fails, "b": lambda: Answer(200, 0.5, 1, {})}
    samples = alternate(doers, Limits(repetitions=2, warm_up=1))
    assert samples == {"a": Sample(wrong="503 after 10.0 s"), "b": Sample([0.5, 0.5], 1)}


def test_no_more_is_done_than_there_is_time_for():
    done = []
    alternate({"a": lambda: done.append(1) or Answer(200, 1, 1, {})}, Limits(seconds=0))
    assert done == [1]


def test_a_crowd_is_counted_with_its_errors_once_it_is_warm():
    def maker():
        answers = iter([Answer(200, 9.0, 1, {}), Answer(200, 0.25, 1, {})])

        def do():
            if (answer := next(answers, None)) is None:
                raise Wrong("500")
            return answer

        return do

    found = throughput(maker, 3, 0.05)
    assert (found.clients, found.p95) == (3, 0.25)
    assert found.errors > 0
    assert 0 < found.per_second <= 3 / 0.05


# What is told


def line(name, way, ours, **peers):
    times = {OURS: ours} | {peer: Times(median, median, 3) for peer, median in peers.items()}
    return Line(name, way, times)


def run_of(*sizes):
    """A run in which SummitKB takes 2 ms and Datasette grows with the base."""
    run = Run({"processor": "a small one, 2 cores"}, "python -m tests.benchmarks")
    for size in sizes:
        held = {OURS: 100_000_000, DATASETTE: 50_000_000}
        rows = {"statements": size, "meetings": 1, "people": 2, "citations": 3}
        kept = line(
            "Statements, all", "kept", Times(0.002, 0.003, 30, 15_000), Datasette=size / 1e5
        )
        kept.memory, kept.peer_memory, kept.grows = 1_000_000, 20_000_000, False
        kept.judge(Budget("≤ 1⁄50", DATASETTE, 1 / 50))
        broken = line("CSV, whole", "file", Times(wrong="503 after 10.0 s"))
        broken.judge(Budget("≤ 1.25 × COPY", PSQL, 1.25))
        run.measured.append(Measured(rows, [kept, broken], held, {"peace": 7}))
    return run


def test_the_table_puts_sizes_below_each_other_with_ratios_and_budgets():
    rows = report.text(run_of(1000, 10_000)).partition(report.HEADER)[2].strip().splitlines()
    assert rows == [
        "| Statements, all | kept | 1,000 | 2.00 ms | 3.00 ms | Datasette 10.0 ms (5.0 ×) | 15,000 "
        "| 1.0 MB, 20 MB |  | **not met:** ≤ 1⁄50 |",
        "| Statements, all | kept | 10,000 | 2.00 ms | 3.00 ms | Datasette 100 ms (50 ×) | 15,000 "
        "| 1.0 MB, 20 MB | 1.00 × | met: ≤ 1⁄50; met: ≤ 1.5 × for ten times the rows |",
        "| CSV, whole | file | 1,000 | **failed: 503 after 10.0 s** | – |  |  |  |  "
        "| **not met:** ≤ 1.25 × COPY |",
        "| CSV, whole | file | 10,000 | **failed: 503 after 10.0 s** | – |  |  |  |  "
        "| **not met:** ≤ 1.25 × COPY |",
    ]


def test_a_budget_against_what_was_not_measured_is_neither_met_nor_not():
    judged = line("CSV, whole", "file", Times(1.0, 1.0, 3))
    for budget in (
        Budget("copy", PSQL, 1.25),
        Budget("time", seconds=2),
        Budget("memory", memory=1),
    ):
        judged.judge(budget)
    assert judged.budgets == {"copy": None, "time": True, "memory": None}


def test_a_report_can_be_made_again_from_its_figures(tmp_path):
    run = run_of(1000, 10_000)
    report.write(run, tmp_path)
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "benchmark.json",
        "benchmark.md",
        "benchmark.svg",
    ]
    assert Run.read(tmp_path / report.DATA) == run


def test_the_plot_names_each_line_at_its_end_and_no_two_at_one_place():
    drawn = ElementTree.fromstring(plot.draw(plot.series_of(run_of(1000, 10_000))))
    texts = [part for part in drawn.iter("{http://www.w3.org/2000/svg}text") if part.get("class")]
    assert [part.text for part in texts[1:]] == ["Statements, all (kept), 2.00 ms"]
    many = [plot.Series(f"line {n}", True, ((10, 1.0), (100, 1.0 + n / 100))) for n in range(8)]
    drawn = ElementTree.fromstring(plot.draw(many))
    texts = [part for part in drawn.iter("{http://www.w3.org/2000/svg}text") if part.get("class")]
    heights = [float(part.get("y")) for part in texts[1:]]
    assert len(heights) == 8
    assert all(b - a >= plot.APART for a, b in zip(heights, heights[1:], strict=False))


def test_times_are_told_in_three_digits():
    told = [seconds_in_words(value) for value in (None, 0.00123, 0.0123, 0.123, 1.23, 12.3, 123.4)]
    assert told == ["–", "1.23 ms", "12.3 ms", "123 ms", "1.23 s", "12.3 s", "123 s"]


def test_files_are_compared_with_the_same_rows_elsewhere(copy):
    found = [case for case in cases(facts_of(copy), TODAY) if case.way == FILE]
    assert [case.path for case in found] == ["/statements.csv", "/statements.csv?country=RUS"]
    for case in found:
        copies = [peer.path for peer in case.peers if isinstance(peer, Copy)]
        pages = [peer.path for peer in case.peers if isinstance(peer, Page)]
        assert copies == [case.path]
        assert pages == [
            f"/summitkb/statements.csv?_stream=on{case.path.partition('?')[2] and '&country=RUS'}"
        ]
