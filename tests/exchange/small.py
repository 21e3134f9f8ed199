"""A small package that tests break: another gathering, which shares countries and people with Moscow.

Each table is its text in canonical order. `write` makes a folder of it, `zipped` a zip of a folder.
"""
# ruff: noqa: E501 -- a row stands on one line

import csv
import io
import zipfile
from uuid import uuid4

from summitkb.exchange.dumping import dump
from summitkb.exchange.loading import load
from summitkb.exchange.packages import open_package
from summitkb.exchange.tables import get_table, tables

TEXTS = {
    "sources": """\
id,kind,publisher,carried_by,title,url,author,published_on,accessed_on,language
uza,agency,UzA,,Security chiefs meet in Tashkent,https://uza.uz/en/posts/tashkent,,2026-04-15,2026-11-23,en
uza-2,agency,UzA,,Встреча в Ташкенте,https://uza.uz/ru/posts/%D1%82%D0%B0%D1%88,,2026-04,,ru
""",
    "topics": """\
id,name,parent
border-control,Border control,regional-security
regional-security,Regional security,
water,Water,
""",
    "countries": """\
code,name,kind,part_of
BA-SRP,Republika Srpska,other,BIH
BIH,Bosnia and Herzegovina,un-member,
RUS,Russian Federation,un-member,
UZB,Uzbekistan,un-member,
""",
    "blocs": """\
id,acronym,name,kind,founded_on,website
sco,SCO,Shanghai Cooperation Organisation,organization,2001-06-15,https://eng.sectsco.org/
""",
    "memberships": """\
bloc,country,status,since,until
sco,RUS,member,2001-06-15,
sco,UZB,member,2001-06-15,
""",
    "people": """\
id,name,native_name,other_names,wikidata
sergei-shoigu,Sergei Shoigu,Сергей Шойгу,,
viktor-makhmudov,Viktor Makhmudov,,Victor Mahmudov | Виктор Махмудов,Q1
""",
    "events": """\
id,series,edition,name,starts_on,ends_on,city,country,venue,chair,summary
tashkent-2026,,1,Tashkent Security Dialogue,2026-04-14,2026-04-15,Tashkent,UZB,,viktor-makhmudov,
""",
    "delegations": """\
id,event,country,bloc,status,note
tashkent-2026-rus,tashkent-2026,RUS,,attended,
tashkent-2026-sco,tashkent-2026,,sco,attended,
tashkent-2026-uzb,tashkent-2026,UZB,,attended,
""",
    "delegates": """\
delegation,person,position,role
tashkent-2026-rus,sergei-shoigu,Secretary of the Security Council,head
""",
    "meetings": """\
id,event,kind,title,date,starts_at,status,access,place,summary,topics
tashkent-2026-plenary,tashkent-2026,plenary,Plenary,2026-04-14,09:30,held,open,,,water | border-control
tashkent-2026-rus-uzb,tashkent-2026,bilateral,Shoigu - Makhmudov (Russia - Uzbekistan),2026-04,,held,closed,,,
""",
    "participants": """\
meeting,delegation,person,role
tashkent-2026-plenary,tashkent-2026-sco,,participant
tashkent-2026-rus-uzb,tashkent-2026-rus,sergei-shoigu,participant
tashkent-2026-rus-uzb,tashkent-2026-uzb,viktor-makhmudov,chair
""",
    "statements": '''\
id,event,meeting,speaker,speaker_label,delegation,kind,status,date,text,language,translated,topics,about
tashkent-2026-label,tashkent-2026,,,an unnamed diplomat,,paraphrase,made,,It went well.,en,,,
tashkent-2026-quote,tashkent-2026,tashkent-2026-plenary,sergei-shoigu,,tashkent-2026-rus,quote,made,2026-04-14,"The first line,
""the second""",ru,no,water,UZB | sco | RUS
''',
    "agreements": """\
id,title,parties,status,as_of,summary
water-treaty,Treaty on water,UZB | RUS,proposed,2026,
""",
    "figures": """\
id,event,measure,scope,value,bound,as_of,note
tashkent-2026-delegations,tashkent-2026,delegations,,0,about,2026-04-15,
""",
    "citations": """\
table,record,source,locator,excerpt,stance
blocs,sco,uza,,,supports
memberships,sco+RUS+member,uza,,,supports
memberships,sco+UZB+member,uza,,,supports
people,sergei-shoigu,uza,,,supports
people,viktor-makhmudov,uza,,,supports
events,tashkent-2026,uza,,,supports
delegations,tashkent-2026-rus,uza,,,supports
delegations,tashkent-2026-sco,uza,,,supports
delegations,tashkent-2026-uzb,uza,,,supports
delegates,tashkent-2026-rus+sergei-shoigu,uza,,,supports
meetings,tashkent-2026-plenary,uza,,,supports
meetings,tashkent-2026-plenary,uza-2,paragraph 2,В Ташкенте,disputes
meetings,tashkent-2026-rus-uzb,uza,,,supports
participants,tashkent-2026-plenary+tashkent-2026-sco+,uza,,,supports
participants,tashkent-2026-rus-uzb+tashkent-2026-rus+sergei-shoigu,uza,,,supports
participants,tashkent-2026-rus-uzb+tashkent-2026-uzb+viktor-makhmudov,uza,,,supports
statements,tashkent-2026-label,uza,,,supports
statements,tashkent-2026-quote,uza,,,supports
agreements,water-treaty,uza,,,supports
figures,tashkent-2026-delegations,uza,,,supports
""",
}


def write(folder, texts=None):
    """The small package as a folder, with `texts` in place of some tables. Gives the folder."""
    folder.mkdir(parents=True)
    for name, text in {**TEXTS, **(texts or {})}.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8", newline="")
    return folder


def changed(table, old, new):
    """The text of a table with `old`, which stands in it once, replaced."""
    assert TEXTS[table].count(old) == 1
    return {table: TEXTS[table].replace(old, new)}


def read_all(folder):
    """The bytes of every file of a folder, by name."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def load_small(tmp_path, texts=None, **kwargs):
    """Load the small package, with `texts` in place of some tables."""
    with open_package(write(tmp_path / f"in-{uuid4()}", texts)) as package:
        load(package, **kwargs)


def dumped(tmp_path):
    """The bytes of every file of a dump of what is there now, by name."""
    target = tmp_path / f"out-{uuid4()}"
    dump(target)
    return read_all(target)


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text, newline="")))


def as_text(table, rows):
    """Rows, as dicts of cells, as the text of a table."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, get_table(table).header, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def zipped(folder, path, below=""):
    """A zip of a folder, its files below a folder in it or not."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in tables():
            archive.write(folder / table.file, f"{below}{table.file}")
    return path
