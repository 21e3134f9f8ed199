"""What no honest reader types: in an address, in its query, in headers, in forms."""

from urllib.parse import quote_from_bytes

from hypothesis import strategies as st

TAG, ATTRIBUTE = "<script>zq", '"onzq='
"""If either stands in a page as it was typed, a browser would take it for markup."""

TYPED = (
    "",
    " ",
    "\0",
    "a\0b",
    "\ud800",
    "\udfff\ud800",
    "\ufffe",
    "\x1b[31m",
    "\x85\u2028",
    "\u202egnp.exe",
    "\u200f\u200e\u2066x",
    "e" + "\u0301" * 300,
    "🏔" * 100,
    "x" * 10_000,
    "x " * 5_000,
    "ﷺ" * 200,
    "İ",
    "' OR '1'='1' --",
    "1; DROP TABLE people",
    "%' ESCAPE '",
    "\\",
    "%_%",
    "{{ 7|add:7 }}",
    "{% debug %}",
    "${7*7}#{7*7}%s%(value)s{0}",
    "../../../etc/passwd",
    "//evil.example/",
    "a/b",
    "\r\nSet-Cookie: zq=1",
    TAG,
    ATTRIBUTE,
    "'" + ATTRIBUTE + TAG,
    "&lt;script&gt;",
    "*:* & | ! <-> ( :A",
    "-",
    "NULL",
    "None",
    "[]",
    "__class__",
    "0",
    "-1",
    "9" * 40,
    "9" * 5000,
    "1_000",
    "٣",
    "²",
    "1e400",
    "NaN",
    "2025-02-30",
    "2025-13",
    "0000-00-00",
    "0000",
    "0001-01-01",
    "9999-12-31",
    "10000-01-01",
    "-2025-01-01",
    "2025-W01-1",
    "20250527",
    "2999-01-01",
)
"""Each is one value. Others are made up by hypothesis."""

RAW = (
    "%ff",
    "%ed%a0%80",
    "%c0%ae%c0%ae%c0%af",
    "%u0000",
    "%",
    "%%",
    "%zz",
    "%2",
    "+",
    "%25%30%30",
    "%e2%80",
    "%f4%90%80%80",
)
"""As it stands in an address, where that is no text in UTF-8, or encoded wrongly."""


def encoded(text: str) -> str:
    return quote_from_bytes(text.encode("utf-8", "surrogatepass"), safe="")


VALUES = tuple(map(encoded, TYPED)) + RAW

values = st.one_of(
    st.sampled_from(VALUES),
    st.text(max_size=30).map(encoded),
    st.binary(max_size=20).map(lambda data: quote_from_bytes(data, safe="")),
)

PARAMETERS = (
    *("q", "page", "sort", "from", "to", "day", "path", "next", "table", "show", "since", "event"),
    *("country", "person", "a", "b", "events", "series", "corroboration", "format", "callback"),
    *("p", "o", "all", "e", "_popup", "_to_field", "_changelist_filters", "ids", "id", "id__in"),
    *("pk__gt", "publication", "publication__exact", "event__id__exact", "date__gte", "is_staff"),
    *("term", "app_label", "model_name", "field_name", "queue", "uncited", "left", "right"),
)
"""Names that some address knows, and of which each is asked of every address."""

METHODS = (
    "HEAD",
    "PUT",
    "DELETE",
    "TRACE",
    "OPTIONS",
    "PATCH",
    "CONNECT",
    "PROPFIND",
    "get",
    "X" * 99,
)

_TEXTS = ("", "\xff\xfe", "x" * 10_000, TAG, "a,,;q=;,b" * 50, "\u202e".encode().decode("latin-1"))

HEADERS = {
    "HTTP_ACCEPT_ENCODING": (*_TEXTS, "gzip;q=x", "*;q=0", "br" * 500),
    "HTTP_IF_NONE_MATCH": (*_TEXTS, "*", '"', 'W/"', '"a", ' * 500, "W/" * 999),
    "HTTP_IF_MATCH": (*_TEXTS, "*", '"x"'),
    "HTTP_IF_MODIFIED_SINCE": (
        *_TEXTS,
        "Fri, 31 Feb 2025 25:61:61 GMT",
        "Thu, 01 Jan 0000 00:00:00 GMT",
        "Fri, 31 Dec 99999 23:59:59 GMT",
        "Monday, 99-Feb-99 00:00:00 GMT",
    ),
    "HTTP_IF_UNMODIFIED_SINCE": (*_TEXTS, "Fri, 31 Feb 2025 25:61:61 GMT"),
    "HTTP_RANGE": (
        *_TEXTS,
        "bytes=-1",
        "bytes=9-1",
        "bytes=" + "0-1," * 999,
        "bytes=0-" + "9" * 99,
    ),
    "HTTP_IF_RANGE": _TEXTS,
    "HTTP_HOST": (*_TEXTS, "evil.example", "localhost:99999", "[::1", "localhost/../", "a" * 300),
    "HTTP_X_FORWARDED_FOR": (*_TEXTS, "::", "1.2.3.4, " * 500, "999.999.999.999"),
    "HTTP_X_FORWARDED_HOST": (*_TEXTS, "evil.example"),
    "HTTP_X_FORWARDED_PROTO": (*_TEXTS, "https", "javascript"),
    "HTTP_X_FORWARDED_PORT": (*_TEXTS, "-1", "99999"),
    "HTTP_FORWARDED": (*_TEXTS, 'for="[::1"'),
    "HTTP_X_REQUEST_ID": (*_TEXTS, "a" * 65, "../../x"),
    "HTTP_COOKIE": (
        *_TEXTS,
        "sessionid=" + "x" * 5000,
        "sessionid=../../etc/passwd; csrftoken=" + "x" * 64,
        "messages=x; sessionid=\x00",
        "=;=;=",
        "csrftoken=\u0130".encode().decode("latin-1"),
    ),
    "HTTP_REFERER": (*_TEXTS, "http://[::1", "javascript:alert(1)"),
    "HTTP_ORIGIN": (*_TEXTS, "null", "http://[::1"),
    "HTTP_USER_AGENT": (*_TEXTS, "() { :; }; echo", "x" * 70_000),
    "HTTP_ACCEPT": (*_TEXTS, "*/*;q=NaN", "text/html;q=1e999"),
    "HTTP_ACCEPT_LANGUAGE": (*_TEXTS, "../" * 20, "en;q=1e400", "de-" * 3000),
    "HTTP_AUTHORIZATION": (*_TEXTS, "Basic ====", "Bearer x"),
    "HTTP_EXPECT": ("100-continue", "x"),
    "HTTP_X_HTTP_METHOD_OVERRIDE": ("DELETE", "x"),
    "HTTP_X_REQUESTED_WITH": ("XMLHttpRequest", "x"),
    "HTTP_TRANSFER_ENCODING": ("chunked", "x"),
    "CONTENT_TYPE": (
        *_TEXTS,
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=" + "x" * 999,
        "application/x-www-form-urlencoded; charset=none",
        "application/json; charset=utf-7",
    ),
    "CONTENT_LENGTH": ("", "-1", "x", "9" * 30, "1e3", "\u0663".encode().decode("latin-1")),
}
"""As WSGI names them; what WSGI hands on is bytes read as Latin-1."""
