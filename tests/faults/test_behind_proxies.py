"""The files of `summitkb/deployment`, each used as it stands there but for names, paths and ports."""

import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import time
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPSConnection

import pytest

from tests.faults.conftest import connected, skip
from tests.replicas.conftest import wait_for
from tests.served import HOST, ROOT, free_port

FILES = ROOT / "summitkb" / "deployment"
NAME = "localhost"
PROXIES = ("nginx", "caddy")


@pytest.fixture(params=PROXIES)
def proxy(request, base, tmp_path):
    """SummitKB behind a proxy: the base, our server, and the ports of HTTP and HTTPS."""
    if shutil.which(request.param) is None:
        skip(f"There is no {request.param}.")
    base.variables |= {"HTTPS": "true", "TRUSTED_PROXY": "true", "ALLOWED_HOSTS": NAME}
    base.variables["SECRET_KEY_FILE"] = str(base.data / "secret_key")
    base.variables["LOG"] = "json"
    ports = free_port(), free_port()
    certificate(tmp_path)
    start = {"nginx": nginx, "caddy": caddy}[request.param]
    with base.serve() as web, start(tmp_path, base.port, *ports):
        wait_for(lambda: listens(ports[1]))
        yield base, web, *ports


def certificate(folder):
    subject = ["-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"]
    files = ["-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"]
    new = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"]
    subprocess.run([*new, *subject, *files], check=True, capture_output=True)


@contextmanager
def nginx(folder, port, plain, tls):
    site = (FILES / "nginx.conf").read_text()
    for this, that in {
        "kb.example.org": NAME,
        f"/etc/letsencrypt/live/{NAME}/": f"{folder}/",
        "/var/cache/nginx/summitkb": str(folder / "cache"),
        "127.0.0.1:8000": f"127.0.0.1:{port}",
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443 ": f"listen 127.0.0.1:{tls} ",
        "https://$host$": f"https://$host:{tls}$",
    }.items():
        assert this in site
        site = site.replace(this, that)
    paths = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "".join(f"{path}_temp_path {folder}/{path};" for path in paths)
    (folder / "nginx.conf").write_text(
        f"daemon off; user root; pid {folder}/pid; error_log {folder}/log; events {{}}\n"
        f"http {{ {places}\n{site} }}\n"
    )
    with running(["nginx", "-c", folder / "nginx.conf", "-e", folder / "log"]):
        yield


@contextmanager
def caddy(folder, port, plain, tls):
    site = (FILES / "Caddyfile").read_text()
    site = site.replace(
        "kb.example.org {", f"{NAME} {{\n\ttls {folder}/fullchain.pem {folder}/privkey.pem"
    )
    site = site.replace("127.0.0.1:8000", f"127.0.0.1:{port}")
    own = f"{{\n\thttp_port {plain}\n\thttps_port {tls}\n\tadmin off\n\tdefault_bind 127.0.0.1\n"
    (folder / "Caddyfile").write_text(re.sub(r"^\{\n", own, site, flags=re.M))
    with running(["caddy", "run", "--config", folder / "Caddyfile", "--adapter", "caddyfile"]):
        yield


@contextmanager
def running(command):
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(60)


def listens(port):
    with socket.socket() as one:
        return one.connect_ex((HOST, port)) == 0


def asked(port, path="/", tls=True, **headers):
    """The answer, with `whole`, its body as it was sent."""
    if tls:
        trusting = ssl._create_unverified_context()
        one = HTTPSConnection(NAME, port, context=trusting, timeout=60)
    else:
        one = HTTPConnection(NAME, port, timeout=60)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        one.request("GET", path, headers=named)
        answer = one.getresponse()
        answer.whole = answer.read()
        return answer
    finally:
        one.close()


def test_readers_are_led_to_tls_and_kept_there(proxy):
    base, _, plain, tls = proxy
    answer = asked(plain, "/people/?q=a", tls=False, X_Forwarded_Proto="https")
    assert answer.status in (301, 308)
    # Caddy leaves the port away, as it thinks that it is the usual one.
    assert answer.headers["Location"].replace(f":{tls}", "") == f"https://{NAME}/people/?q=a"
    page = asked(tls, "/people/?q=a")
    assert page.status == 200
    assert page.headers["Strict-Transport-Security"] == "max-age=2592000"
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    cookies = asked(tls, "/admin/login/").headers["Set-Cookie"]
    assert "; Secure" in cookies


def test_a_page_is_the_one_that_we_made_and_so_is_a_file(proxy):
    base, _, _, tls = proxy
    here = {"Host": NAME, "X_Forwarded_Proto": "https"}
    for path in ("/", "/statements/", "/statements.csv", "/data/package.zip"):
        ours = asked(base.port, path, tls=False, **here)
        theirs = asked(tls, path)
        # Caddy hands on the port that was asked, and so it is in whole addresses.
        assert theirs.whole.replace(f":{tls}".encode(), b"") == ours.whole
        assert theirs.headers["ETag"] == ours.headers["ETag"]
        assert asked(tls, path, If_None_Match=ours.headers["ETag"]).status == 304


def test_what_is_saved_is_read_two_seconds_later(proxy):
    base, _, _, tls = proxy
    (before,) = {asked(tls, "/people/ajit-doval/").headers["ETag"] for _ in range(3)}
    with connected(base) as session:
        session.execute("UPDATE people SET name = 'Changed Name' WHERE id = 'ajit-doval'")
        session.commit()
    time.sleep(2.1)  # nginx counts whole seconds
    after = asked(tls, "/people/ajit-doval/")
    assert b"Changed Name" in after.whole
    assert after.headers["ETag"] != before


def test_the_name_of_a_request_is_the_proxys_and_no_address_is_written_down(proxy):
    base, _, _, tls = proxy
    answer = asked(
        tls, "/topics/?q=zzyzx", X_Request_ID="forged-by-a-client", X_Forwarded_For="192.0.2.9"
    )
    name = answer.headers["X-Request-ID"]
    assert name != "forged-by-a-client"
    log = base.data.with_name("served.log").read_text()
    assert f'"request": "{name}"' in log
    assert not re.search("192[.]0[.]2[.]9|zzyzx|127[.]0[.]0[.]1(?!:)", log)


@pytest.mark.parametrize("proxy", ["nginx"], indirect=True)
def test_pages_are_shown_on_while_we_are_away_and_nothing_else(proxy):
    base, web, _, tls = proxy
    paths = ("/people/", "/people.csv", "/admin/login/")
    assert [asked(tls, path).status for path in paths] == [200, 200, 200]
    os.kill(web.pid, signal.SIGTERM)
    wait_for(lambda: not listens(base.port))
    assert [asked(tls, path).status for path in paths] == [200, 502, 502]


def test_the_unit_is_one_that_systemd_takes(tmp_path):
    if shutil.which("systemd-analyze") is None:
        skip("There is no systemd-analyze.")
    unit = (FILES / "summitkb.service").read_text()
    (tmp_path / "summitkb.service").write_text(unit.replace("/opt/summitkb", str(ROOT)))
    told = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", tmp_path / "summitkb.service"],
        capture_output=True,
        text=True,
    )
    ours = [line for line in told.stderr.splitlines() if "summitkb.service" in line]
    assert ours == []
    exposure = ["systemd-analyze", "security", "--offline=true", "--threshold=20"]
    subprocess.run([*exposure, tmp_path / "summitkb.service"], check=True, capture_output=True)
