"""What holds of the code as a whole: who may import whom, and what stands in no file."""

import ast
import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CODE = ("summitkb", "delegations", "meetings")

# Each may import itself and what stands before it; the first three know nobody.
KNOWS = {
    "summitkb.embedded_postgres": set(),
    "summitkb.accounts": set(),
    "summitkb.records": set(),
    "summitkb.replicas": {"summitkb.records"},
    "summitkb.exchange": {"summitkb.records"},
    "summitkb.browse": {"summitkb.records", "summitkb.replicas", "summitkb.exchange"},
    "summitkb.editing": {"summitkb.records", "summitkb.exchange", "summitkb.browse"},
    "delegations": {
        "summitkb.records",
        "summitkb.exchange",
        "summitkb.browse",
        "summitkb.editing",
    },
    "meetings": {
        "summitkb.records",
        "summitkb.exchange",
        "summitkb.browse",
        "summitkb.editing",
        "delegations",
    },
}


def app_of(module):
    """The app of ours that a module lies in; None for the rest of the world."""
    found = [app for app in KNOWS if f"{module}.".startswith(f"{app}.")]
    return found[0] if found else "summitkb" if module.split(".")[0] == "summitkb" else None


def imported(path):
    """The modules that a file of ours imports."""
    package = ".".join(path.relative_to(ROOT).parts[:-1])
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(filter(None, [package if node.level else "", node.module]))
            assert node.level < 2, f"{path} imports by its place from further up"
            yield from (f"{base}.{alias.name}" for alias in node.names)


def files(*folders, suffix):
    return sorted(path for folder in folders for path in (ROOT / folder).rglob(f"*{suffix}"))


@pytest.mark.parametrize("app", KNOWS)
def test_imports_run_one_way(app):
    paths = files(app.replace(".", "/"), suffix=".py")
    assert len(paths) > 1

    wrong = {
        (str(path.relative_to(ROOT)), module)
        for path in paths
        for module in imported(path)
        if app_of(module) not in {None, app, *KNOWS[app]}
    }

    assert wrong == set()


def test_the_import_of_an_upper_app_would_be_found():
    assert [app_of(name) for name in ("meetings.models.Meeting", "summitkb.urls", "django.db")] == [
        "meetings",
        "summitkb",
        None,
    ]
    assert "delegations.models.Event" in imported(ROOT / "meetings" / "models" / "figures.py")


def name_of(path):
    """The dotted name of the module that a file holds."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@pytest.mark.parametrize("module", [name_of(path) for path in files(*CODE, suffix=".py")])
def test_every_module_can_be_imported(module):
    """Commands are only imported when they are called: a name that moved would go unseen."""
    assert importlib.import_module(module).__name__ == module


INLINE = re.compile(
    r"\sstyle\s*=|<style\b|<script\b(?![^>]*\ssrc=)|\son[a-z]+\s*=|javascript:", re.I
)


@pytest.mark.parametrize(
    "text",
    [
        '<p style="x">',
        "<p\nstyle=x>",
        "<style>",
        "<script>",
        '<script type="module">',
        '<a onclick="x">',
        '<a href="javascript:x">',
    ],
)
def test_style_and_script_within_a_page_would_be_found(text):
    assert INLINE.search(text)


def test_no_template_has_style_or_script_within():
    templates = files("templates", *CODE, suffix=".html")
    assert templates

    assert {str(t.relative_to(ROOT)) for t in templates if INLINE.search(t.read_text())} == set()


def is_ours(path):
    """Neither made by a tool nor kept by one: those lie in folders whose names begin with a dot."""
    parts = path.relative_to(ROOT).parts
    made = {"var", "__pycache__", "node_modules"}
    return path.is_file() and not made & set(parts) and not re.match(r"\.(?!ci\b)", parts[0])


def test_no_file_names_the_host_of_a_package_index():
    """Where packages come from is decided by whoever installs them."""
    hosts = [f"py{'pi'}.org".encode(), f"python{'hosted'}.org".encode(), b"--index" + b"-url"]
    ours = [path for path in ROOT.rglob("*") if is_ours(path)]
    assert ROOT / "requirements.txt" in ours

    naming = [path for path in ours if any(host in path.read_bytes() for host in hosts)]

    assert [str(path.relative_to(ROOT)) for path in naming] == []
