"""What all tests share: nothing reaches outside loopback, and retries do not wait."""

import ipaddress
import os
import socket
import sys
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import certifi
import jinja2
import pytest
import stamina
from bench.services import Services, serve

from blog import Blog
from digest.clients.http import HttpClient


def pytest_addoption(parser: pytest.Parser) -> None:
    """One flag to refresh what is generated into the docs."""
    parser.addoption("--refresh", action="store_true", help="write the help blocks of README and docs anew")


_MEMORY = Path("/dev/shm")
_ROOM = 2_000_000_000
"""Bytes. What three runs of the suite leave behind is a third of it."""


def pytest_configure() -> None:
    """Compiled modules are kept: else each process that a test starts would compile digest anew.

    Temporary files are in memory where there is room: git and records wait for the disk after each of their files.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    if "TMPDIR" not in os.environ and _MEMORY.is_dir():
        there = os.statvfs(_MEMORY)
        if there.f_bavail * there.f_frsize > _ROOM and not there.f_flag & os.ST_NOEXEC:
            os.environ["TMPDIR"] = str(_MEMORY)
            tempfile.tempdir = None  # is looked up again


@pytest.hookimpl(wrapper=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """One worker more than processors: a quarter of the time tests wait for servers, browsers and processes."""
    return 1 + (yield)


@pytest.fixture(scope="session", autouse=True)
def _templates_compiled_once() -> Iterator[None]:
    """A template is compiled once for all tests: each night has an environment of its own, with the same templates."""
    compile_anew = jinja2.Environment.compile
    compiled: dict[Any, Any] = {}

    def compile_once(self: jinja2.Environment, source: Any, *args: Any, **options: Any) -> Any:
        flags = (self.trim_blocks, self.lstrip_blocks, self.keep_trailing_newline, bool(self.autoescape))
        key = (source, args, tuple(sorted(options.items())), flags, tuple(self.filters), self.undefined)
        if key not in compiled:
            compiled[key] = compile_anew(self, source, *args, **options)
        return compiled[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jinja2.Environment, "compile", compile_once)
        yield


@pytest.fixture(scope="session")
def _one_certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with one certificate: reading all that a machine trusts is a third of a night on loopback."""
    end = "-----END CERTIFICATE-----\n"
    first, _, _ = Path(certifi.where()).read_text("ascii").partition(end)
    file = tmp_path_factory.mktemp("tls") / "one.pem"
    file.write_text(first + end, "ascii")
    return file


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail any test that would reach outside this machine."""
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not ipaddress.ip_address(address[0]).is_loopback:
            raise AssertionError(f"a test reached for {address}")
        connect(self, address)

    def guarded_look_up(host: Any, *args: Any, **options: Any) -> Any:
        if host not in ("127.0.0.1", "::1", "localhost", None):
            raise AssertionError(f"a test looked up {host}")
        return look_up(host, *args, **options)

    monkeypatch.setattr(socket.socket, "connect", guarded_connect)
    monkeypatch.setattr(socket, "getaddrinfo", guarded_look_up)


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    """Retry as often as ever, at once."""
    with stamina.set_testing(True, attempts=4):
        yield


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch, _one_certificate: Path) -> None:
    """Tests do not depend on the environment of the person who runs them."""
    for name in list(os.environ):
        if name.startswith("DIGEST_") or name in ("OPENAI_API_KEY", "SSL_CERT_DIR"):
            monkeypatch.delenv(name)
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(name, str(_one_certificate))


@pytest.fixture(scope="session")
def _settings_of_git(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """No process after each commit, fetch and push that looks whether it is time to tidy up, no hooks to copy."""
    file = tmp_path_factory.mktemp("git") / "config"
    file.write_text("[gc]\nauto = 0\n[maintenance]\nauto = false\n[receive]\nautogc = false\n[init]\ntemplateDir =\n")
    return file


@pytest.fixture
def own_git(monkeypatch: pytest.MonkeyPatch, _settings_of_git: Path) -> None:
    """git without the settings of the user and the machine."""
    for name in [name for name in os.environ if name.startswith(("GIT_", "GITHUB_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(_settings_of_git))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


@pytest.fixture
def blog(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Blog:
    """An empty blog with a key for the model."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-sample-secret")
    return Blog(tmp_path, capsys)


@pytest.fixture
def services() -> Iterator[Services]:
    """The sample services with their own papers."""
    with serve() as running:
        yield running


@pytest.fixture
def http() -> Iterator[HttpClient]:
    """An HTTP client."""
    with HttpClient() as opened:
        yield opened
