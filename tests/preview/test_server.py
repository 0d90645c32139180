"""The server: loopback alone, GET and HEAD alone, strict headers, and the command around it."""

import http.client
import os
import re
import signal
import socket
import sys
from collections.abc import Iterator
from email.message import Message
from pathlib import Path
from tempfile import TemporaryFile
from threading import Thread
from time import monotonic, sleep

import pytest
from tests.preview.days import library, record

from blog import Blog
from digest.preview.pages import WebPage
from digest.preview.server import PreviewServer
from processes import start


class ServerWithBug(PreviewServer):
    """A server one of whose pages has a bug."""

    def page(self, target: str, headers: Message) -> WebPage:
        if target == "/bug":
            raise ZeroDivisionError("secret of the code")
        return super().page(target, headers)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[PreviewServer]:
    """A server of one day, and of one path that has a bug."""
    with ServerWithBug(0, library(tmp_path, record())) as serving:
        Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield serving
        serving.shutdown()


class Reply:
    """An answer, read."""

    def __init__(self, port: int, method: str, path: str, host: str | None = "127.0.0.1") -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.putrequest(method, path, skip_host=True)
        if host is not None:
            connection.putheader("Host", host)
        connection.endheaders()
        response = connection.getresponse()
        self.status, self.headers, self.body = response.status, response.headers, response.read()
        connection.close()


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1", 200),
        ("127.0.0.1:8000", 200),
        ("localhost:9999", 200),
        ("[::1]:8000", 200),
        ("evil.example", 403),
        ("evil.example:8000", 403),
        ("127.0.0.1.evil.example", 403),
        ("localhost.evil.example:8000", 403),
        ("evil.example/localhost:80", 403),
        ("", 403),
        (None, 403),
    ],
)
def test_only_loopback_names_are_answered(server: PreviewServer, host: str | None, status: int) -> None:
    reply = Reply(server.server_port, "GET", "/days/2025-12-04", host)
    assert reply.status == status
    assert (b"Paper Number 1" in reply.body) == (status == 200)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "CONNECT", "BREW"])
def test_other_methods_are_refused(server: PreviewServer, method: str) -> None:
    assert Reply(server.server_port, method, "/").status == 405


@pytest.mark.parametrize(
    "path", ["/", "/days/2025-12-04", "/static/preview.js", "/version", "/nope", "/search?q=paper"]
)
def test_head_is_get_without_its_body(server: PreviewServer, path: str) -> None:
    got, head = Reply(server.server_port, "GET", path), Reply(server.server_port, "HEAD", path)
    assert (head.status, head.body) == (got.status, b"")
    assert head.headers["Content-Length"] == str(len(got.body))


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html"),
        ("/nope", "text/html"),
        ("/static/preview.css", "text/css"),
        ("/static/preview.js", "text/javascript"),
        ("/static/icon.svg", "image/svg+xml"),
        ("/version", "text/plain"),
    ],
)
def test_headers(server: PreviewServer, path: str, kind: str) -> None:
    headers = Reply(server.server_port, "GET", path).headers
    policy = headers["Content-Security-Policy"]
    assert headers["Content-Type"] == f"{kind}; charset=utf-8"
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert not re.search(r"unsafe|\*|https?:|data:|nonce", policy)
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "Python" not in str(headers)


def test_a_bug_is_told_to_the_terminal_alone(server: PreviewServer, capfd: pytest.CaptureFixture[str]) -> None:
    reply = Reply(server.server_port, "GET", "/bug")
    assert reply.status == 500
    assert not re.search(rb"Traceback|ZeroDivision|secret|\.py", reply.body)
    assert Reply(server.server_port, "GET", "/").status == 200
    told, end = "", monotonic() + 10
    while not re.search(r"ZeroDivisionError: secret of the code\n-{40}\n", told) and monotonic() < end:
        told += capfd.readouterr().err
    assert "ZeroDivisionError: secret of the code" in told


@pytest.mark.parametrize(
    "noise", [b"\x00\xff\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET / HTTP/1.1\r\nx\r\n\r\n"]
)
def test_broken_requests_end_nothing(server: PreviewServer, noise: bytes) -> None:
    with socket.create_connection(("127.0.0.1", server.server_port), timeout=5) as connection:
        connection.sendall(noise)
        assert b"Traceback" not in connection.recv(10_000)
    assert Reply(server.server_port, "GET", "/").status == 200


def test_it_listens_on_loopback_alone(server: PreviewServer) -> None:
    assert server.socket.getsockname()[0] == "127.0.0.1"


def test_a_taken_port_is_one_line(blog: Blog) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = blog.digest("preview", "--port", str(port))
    assert ran.code == 2
    assert ran.out == ""
    assert ran.err == f"digest: port {port}: taken by another program; take a free one with: digest preview --port 0\n"


@pytest.mark.parametrize("arguments", [("--port", "65536"), ("--port", "x"), ("--date", "tomorrow"), ("-c", "no.yaml")])
def test_usage(blog: Blog, arguments: tuple[str, ...]) -> None:
    assert blog.digest("preview", *arguments).code == 2


@pytest.mark.parametrize(("day", "warned"), [("2025-12-04", False), ("2025-12-05", True)])
def test_the_command_serves_until_it_is_interrupted(tmp_path: Path, day: str, warned: bool) -> None:
    library(tmp_path, record())
    reader, writer = os.pipe()
    with (
        TemporaryFile("w+") as err,
        open(reader) as out,
        start(["preview", "--port", "0", "--date", day], tmp_path, streams={1: writer, 2: err.fileno()}) as preview,
    ):
        os.close(writer)
        address = out.readline()
        match = re.fullmatch(rf"http://127\.0\.0\.1:(\d+)(/days/{day})\n", address)
        assert match, address
        assert Reply(int(match[1]), "GET", match[2]).status == (404 if warned else 200)
        preview.send(signal.SIGINT)
        assert (preview.wait(10), out.read()) == (0, "")
        err.seek(0)
        said = err.read()
    assert (f"{day}: no record of that day yet" in said) == warned
    assert "Traceback" not in said


@pytest.mark.parametrize("opens", [True, False])
def test_the_address_is_opened_and_a_failure_to_open_it_is_told(tmp_path: Path, opens: bool) -> None:
    """The browser here is a program that asks for the page and writes down what it got."""
    library(tmp_path, record())
    script = tmp_path / "browser.py"
    code = "import sys, urllib.request as u; open('seen', 'w').write(str(u.urlopen(sys.argv[1]).status) + sys.argv[1])"
    script.write_text(code, encoding="utf-8")
    browser = f"{sys.executable} {script} %s" if opens else f"{tmp_path}/none %s"
    environment = {**os.environ, "BROWSER": browser, "PATH": str(tmp_path)}
    (reader, writer), (err_reader, err_writer) = os.pipe(), os.pipe()
    streams = {1: writer, 2: err_writer}
    with (
        open(reader) as out,
        open(err_reader) as err,
        start(["preview", "--port", "0", "--open"], tmp_path, streams=streams, environment=environment) as preview,
    ):
        os.close(writer)
        os.close(err_writer)
        address, seen, end = out.readline().strip(), tmp_path / "seen", monotonic() + 20
        err.readline()
        told = "" if opens else err.readline()
        while opens and not (seen.exists() and seen.read_text()) and monotonic() < end:
            assert preview.code is None
            sleep(0.01)
        assert Reply(int(address.rpartition(":")[2].strip("/")), "GET", "/").status == 200
    assert (f"no browser could be opened; open {address} yourself" in told) == (not opens)
    assert not opens or seen.read_text() == f"200{address}"
