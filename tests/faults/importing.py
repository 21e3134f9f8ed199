"""An import of people as an editor does it: upload, check, confirm."""

import csv
import io

from tests.benchmarks.editor import Editor, Form
from tests.conftest import BUNDLED


def previewed(editor: Editor, name: str) -> str:
    """Upload a table in which one person is called `name` and another is new; gives its address when
    it was checked."""
    rows = list(csv.reader((BUNDLED / "people.csv").read_text("utf-8").splitlines()))[:2]
    rows[1][1] = name
    rows.append([f"new-{name.replace(' ', '-').lower()}", name, *[""] * (len(rows[0]) - 2)])
    csv.writer(written := io.StringIO()).writerows(rows)
    sent = {"table": "people", "publication": "draft", "reason": "To see.", "text": ""}
    path = editor.send("/admin/import/", list(sent.items()), written.getvalue().encode())
    path = path.headers["location"]
    done = editor.send(f"{path}preview/", [])
    assert b"It was checked" in done.body
    return path


def confirm(editor: Editor, path: str) -> None:
    """Import what was checked."""
    data = Form(editor.opened(path).body.decode(), None).data
    done = editor.send(f"{path}confirm/", data)
    assert b"It was imported." in done.body
