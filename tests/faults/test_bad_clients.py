"""What no browser sends, to gunicorn on its socket: each is answered or hung up on, and others read on.

A client that sends a byte a second holds a thread of gunicorn for as long as it likes, so nginx stands
before it: that reads a request to its end before it hands it on.
"""

import shutil
import socket
import subprocess
import threading
import time
from contextlib import ExitStack, closing, contextmanager

import pytest

from tests.faults.conftest import folder, skip
from tests.faults.readers import Readers, got
from tests.served import HOST, free_port

ANSWER = 20
"""Seconds for the server to say something to a bad client, or hang up."""
SLOW, SLOWLY = 40, 15
"""Clients that send a byte a second, and for how many seconds."""
WAVES = 4

FORM = b"Content-Type: multipart/form-data; boundary=b\r\n"
PART = b'--b\r\nContent-Disposition: form-data; name="username"\r\n\r\nx\r\n'


def post(headers: bytes, body: bytes, length: int | None = None) -> bytes:
    length = len(body) if length is None else length
    told = b"Content-Length: %d\r\n" % length
    return b"POST /admin/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\n" + headers + told + b"\r\n" + body


def get(path: bytes = b"/people/", headers: bytes = b"") -> bytes:
    return b"GET " + path + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n" + headers + b"\r\n"


CHUNKED = b"Transfer-Encoding: chunked\r\n"
BAD = {
    "multipart cut short": post(FORM, PART[:30], len(PART) + 9),
    "multipart without an end": post(FORM, PART),
    "another boundary": post(FORM, PART.replace(b"--b", b"--c") + b"--c--\r\n"),
    "more than was announced": post(FORM, PART + b"--b--\r\n", 10),
    "part with a name of 10 kB": post(
        FORM, PART.replace(b"username", b"u" * 10_000) + b"--b--\r\n"
    ),
    "2000 parts": post(FORM, PART * 2000 + b"--b--\r\n"),
    "no HTTP": bytes(range(256)) * 20,
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 500,
    "an empty line": b"\r\n\r\n",
    "a request line of 20 kB": get(b"/" + b"x" * 20_000),
    "200 headers": get(headers=b"".join(b"X-%d: x\r\n" % n for n in range(200))),
    "a header of 100 kB": get(headers=b"X-Long: " + b"x" * 100_000 + b"\r\n"),
    "bytes beyond ASCII in the address": get(b"/people/?q=\xff\xed\xa0\x80\xe2\x80\xae"),
    "NUL in the address": get(b"/people/\0?q=\0"),
    "NUL in a header": get(headers=b"Accept: a\0b\r\n"),
    "a header without a colon": get(headers=b"nonsense\r\n"),
    "two lengths": get(headers=b"Content-Length: 1\r\nContent-Length: 2\r\n"),
    "a negative length": get(headers=b"Content-Length: -1\r\n"),
    "a length of letters": get(headers=b"Content-Length: abc\r\n"),
    "a length beyond all measure": post(FORM, PART, 10**15),
    "length and chunks": post(FORM + CHUNKED, PART),
    "chunks that are none": get(headers=CHUNKED) + b"zz\r\nx\r\n",
    "a chunk of negative size": get(headers=CHUNKED) + b"-1\r\nx\r\n0\r\n\r\n",
    "a chunk beyond all measure": get(headers=CHUNKED) + b"f" * 40 + b"\r\nx",
    "an unknown encoding": get(headers=b"Transfer-Encoding: gzip, x\r\n"),
    "another version": b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
    "no version": b"GET /\r\n\r\n",
    "an odd method": b"\xff\xfe / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "a proxy's preface": b"PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n" + get(),
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
}
"""All of it is sent at once; then nothing more comes."""


def said(port: int, sent: bytes) -> bytes:
    """The first line of the answer, empty where it hung up without one."""
    with socket.create_connection((HOST, port), timeout=ANSWER) as client:
        try:
            client.sendall(sent)
            client.shutdown(socket.SHUT_WR)
            with client.makefile("rb") as answer:
                return answer.readline()
        except (ConnectionResetError, BrokenPipeError):
            return b""


def pids(web) -> set[int]:
    return {worker.pid for worker in web.workers()}


def test_what_is_no_request_is_refused_and_the_workers_live_on(base):
    with base.serve() as web:
        before = pids(web)
        wrong = {}
        for name, sent in BAD.items():
            line = said(web.port, sent)
            if (
                line
                and line.split()[1][:1] not in (b"2", b"3", b"4")
                and b" 501 " not in line
                and b" 505 " not in line
            ):
                wrong[name] = line
            if (got(web.port, "/healthz").status, got(web.port, "/people/").status) != (200, 200):
                wrong[name] = "others are not answered"
        assert wrong == {}
        assert (pids(web), len(before)) == (before, 2)


def test_bodies_that_are_announced_and_never_sent_hold_nobody_up_for_long(base):
    """What is too large is refused by its announcement."""
    with base.serve() as web:
        before = pids(web)
        for length, status in ((10**9, b"413"), (9 * 1024**2, b"413")):
            with socket.create_connection((HOST, web.port), timeout=ANSWER) as client:
                client.sendall(post(FORM, b"", length))
                assert client.recv(12).endswith(status)
        assert got(web.port, "/people/").status == 200
        assert pids(web) == before


@contextmanager
def slow_clients(port: int, number: int = SLOW):
    """In the block so many send the head of a request, a byte a second, and never end it."""
    over = threading.Event()

    def send():
        with closing(socket.create_connection((HOST, port), timeout=60)) as client:
            for byte in b"GET /people/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: " + b"x" * 999:
                try:
                    client.send(bytes([byte]))
                except OSError:
                    return
                if over.wait(1):
                    return

    threads = [threading.Thread(target=send, daemon=True) for _ in range(number)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def test_slow_clients_that_no_nginx_guards_are_over_when_they_go(base):
    """While they are there they hold all threads, so many come: SECURITY.md asks for a proxy that
    buffers."""
    with base.serve() as web:
        before = pids(web)
        with Readers(web.port, ("/people/",), longest=10), ExitStack() as slow:
            for _ in range(WAVES):
                slow.enter_context(slow_clients(web.port))
                time.sleep(0.5)
        assert (got(web.port, "/healthz").status, got(web.port, "/people/").status) == (200, 200)
        assert pids(web) == before


CONFIGURATION = """
daemon off; pid {place}/pid; error_log stderr; worker_processes 1;
events {{ worker_connections 512; }}
http {{
    access_log off; client_body_temp_path {place}/body; proxy_temp_path {place}/proxy;
    fastcgi_temp_path {place}/f; uwsgi_temp_path {place}/u; scgi_temp_path {place}/s;
    server {{
        listen 127.0.0.1:{port};
        client_max_body_size 210m;
        client_header_timeout 10s; client_body_timeout 10s;
        location / {{
            proxy_pass http://127.0.0.1:{behind}; proxy_http_version 1.1;
            proxy_set_header Host 127.0.0.1; proxy_set_header Connection "";
        }}
    }}
}}
"""


@contextmanager
def nginx(behind: int):
    """Before a port, buffering as it does by default. Gives its own."""
    with folder() as place:
        port = free_port()
        path = place / "nginx.conf"
        path.write_text(CONFIGURATION.format(place=place, port=port, behind=behind))
        server = subprocess.Popen(["nginx", "-p", str(place), "-c", str(path), "-e", "stderr"])
        try:
            until = time.monotonic() + 20
            while time.monotonic() < until:
                try:
                    socket.create_connection((HOST, port)).close()
                    break
                except OSError:
                    time.sleep(0.1)
            yield port
        finally:
            server.terminate()
            server.wait(20)


@pytest.mark.parametrize("kind", ["heads", "bodies"])
def test_slow_clients_before_nginx_hold_up_nobody(base, measured, kind):
    if not shutil.which("nginx"):
        skip("There is no nginx.")
    with base.serve() as web, nginx(web.port) as port:
        before = pids(web)
        bodies = [
            socket.create_connection((HOST, port)) for _ in range(SLOW if kind == "bodies" else 0)
        ]
        for client in bodies:
            client.sendall(post(FORM, PART[:10], 1000))
        with (
            slow_clients(port, SLOW if kind == "heads" else 0),
            Readers(port, ("/people/", "/healthz")) as readers,
        ):
            for _ in range(SLOWLY):
                time.sleep(1)
                for client in bodies:
                    client.send(b"x")
        for client in bodies:
            client.close()
        assert (set(readers.answers), readers.broken) == ({200}, [])
        assert readers.answers[200] > 100
        measured(f"{SLOW} slow clients, {readers.counted()}")
        assert pids(web) == before
