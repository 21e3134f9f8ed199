"""An editor at work in the admin: logs in, looks at a list, saves a form as a browser sends it."""

from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from tests.benchmarks.measure import LONGEST_ANSWER, Answer, Client, Wrong

FORM = "application/x-www-form-urlencoded"
ACCOUNT = "editor"
STATEMENTS = "/admin/meetings/statement/"


class Form(HTMLParser):
    """What a browser would send for the form of one id, if nothing were changed on it."""

    def __init__(self, html: str, form_id: str):
        super().__init__()
        self.data: list[tuple[str, str]] = []
        self._form_id, self._inside = form_id, False
        self._select = self._area = None
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        asked = dict(attributes)
        if tag == "form":
            self._inside = asked.get("id") == self._form_id
        elif not self._inside:
            return
        elif tag == "input" and "name" in asked:
            kind = asked.get("type", "text")
            if kind in ("submit", "button", "file", "image", "reset"):
                return
            if kind not in ("checkbox", "radio") or "checked" in asked:
                self.data.append((asked["name"], asked.get("value") or ""))
        elif tag == "textarea" and "name" in asked:
            self._area = (asked["name"], [])
        elif tag == "select" and "name" in asked:
            self._select = asked["name"]
            self._chosen, self._several = [], "multiple" in asked
            self._first = None
        elif tag == "option" and self._select:
            if self._first is None:
                self._first = asked.get("value", "")
            if "selected" in asked:
                self._chosen.append(asked.get("value", ""))

    def handle_data(self, data):
        if self._area:
            self._area[1].append(data)

    def handle_endtag(self, tag):
        if tag == "form":
            self._inside = False
        elif tag == "textarea" and self._area:
            name, pieces = self._area
            self.data.append((name, "".join(pieces).removeprefix("\r").removeprefix("\n")))
            self._area = None
        elif tag == "select" and self._select:
            first = [] if self._several or self._first is None else [self._first]
            self.data += [(self._select, value) for value in self._chosen or first]
            self._select = None


class Editor:
    """Logged in with one connection, until the end of a `with` block."""

    def __init__(self, port: int, password: str, patience: float = LONGEST_ANSWER):
        self._client = Client(port, patience)
        self._cookies: dict[str, str] = {}
        self.ask("GET", "/admin/login/")
        sent = {"username": ACCOUNT, "password": password, "next": "/admin/"}
        self.post("/admin/login/", list(sent.items()), leads_to="/admin/")

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._client.close()

    def ask(self, method: str, path: str, body=None, kind: str = FORM) -> Answer:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        headers = {"Accept-Encoding": "identity", "Cookie": cookies}
        if body is not None:
            headers["Content-Type"] = kind
        answer = self._client.ask(method, path, body, keep=True, headers=headers)
        for name, value in answer.all_headers:
            if name.lower() == "set-cookie":
                morsels = SimpleCookie(value).values()
                self._cookies |= {morsel.key: morsel.value for morsel in morsels}
        return answer

    def send(self, path: str, data: list[tuple[str, str]], file: bytes | None = None) -> Answer:
        """What a form sends, with a file as the field `file` if there is one; whatever the answer."""
        data = [pair for pair in data if pair[0] != "csrfmiddlewaretoken"]
        data.append(("csrfmiddlewaretoken", self._cookies.get("csrftoken", "")))
        if file is None:
            return self.ask("POST", path, urlencode(data))
        parts = {**dict(data), "file": SimpleUploadedFile("file.csv", file)}
        return self.ask("POST", path, encode_multipart(BOUNDARY, parts), MULTIPART_CONTENT)

    def post(self, path: str, data: list[tuple[str, str]], leads_to: str) -> Answer:
        """Raises Wrong where it was not taken."""
        answer = self.send(path, data)
        if answer.status != 302 or not answer.headers.get("location", "").startswith(leads_to):
            raise Wrong(f"{path} was not saved: {answer.status}")
        return answer

    def changelist(self, query: str = "") -> Answer:
        return self.opened(f"{STATEMENTS}{query}")

    def form(self, key: str) -> Answer:
        return self.opened(f"{STATEMENTS}{key}/change/")

    def save(self, key: str, text=None) -> Answer:
        """The time of the save alone: of a text that has got an ellipsis more, or lost it again, or
        is another one."""
        page = self.form(key).body.decode()
        data = Form(page, "statement_form").data
        changed = [
            (name, (text or _toggled(value)) if name == "text" else value)
            for name, value in data
            if name != "reason"
        ]
        reason = ("reason", "To see how long a save takes.")
        return self.post(f"{STATEMENTS}{key}/change/", [*changed, reason], leads_to=STATEMENTS)

    def opened(self, path: str) -> Answer:
        answer = self.ask("GET", path)
        if answer.status != 200:
            raise Wrong(f"{answer.status} after {answer.seconds:.1f} s")
        return answer


def _toggled(text: str) -> str:
    more = " …"
    return text.removesuffix(more) if text.endswith(more) else text + more
