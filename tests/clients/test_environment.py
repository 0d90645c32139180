"""An environment that cannot be used is named: certificates, session keys, proxies; and loopback needs none of it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from bench.services import Services, serve

from blog import Blog
from digest.clients.http import HttpClient, Service
from digest.core.errors import UsageError

ROOT = Path(__file__).parents[2]
ONE = Service("page", "page", "text/html")

UNUSABLE = {
    "a certificate file that is not there": ("SSL_CERT_FILE", "/no/such/file"),
    "a certificate file of other words": ("SSL_CERT_FILE", __file__),
    "a certificate file that is a folder": ("SSL_CERT_FILE", "/"),
    "a folder of certificates that is not there": ("SSL_CERT_DIR", "/no/such/folder"),
    "a log of session keys in no folder": ("SSLKEYLOGFILE", "/no/such/folder/log"),
    "a log of session keys that is a folder": ("SSLKEYLOGFILE", "/"),
    "a proxy of another scheme": ("HTTP_PROXY", "ftp://example.org:1"),
    "a proxy that is half an address": ("HTTPS_PROXY", "http://[::1"),
    "a proxy whose port is a word": ("ALL_PROXY", "http://127.0.0.1:port"),
    "a proxy in lower case": ("https_proxy", "http://127.0.0.1:99999999"),
    "a proxy without a host": ("all_proxy", "http://:3128"),
}


@pytest.mark.parametrize("name", UNUSABLE)
def test_what_cannot_be_used_is_named(
    services: Services, http: HttpClient, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    variable, value = UNUSABLE[name]
    monkeypatch.setenv(variable, value)
    with pytest.raises(UsageError, match=variable):
        http.ask(ONE, f"{services.arxiv_site_url}/abs/2512.03405")


@pytest.mark.parametrize("name", ["a certificate file of other words", "a proxy that is half an address"])
def test_doctor_and_build_name_it_too(blog: Blog, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    variable, value = UNUSABLE[name]
    with serve() as services:
        blog.configure(services)
        monkeypatch.setenv(variable, value)
        doctor, build = blog.digest("doctor"), blog.build("2512.03405")
    assert (doctor.code, build.code) == (1, 2)
    assert f"fail  network        ${variable}: " in doctor.out
    assert f"${variable}: " in build.err
    assert len(build.err.splitlines()) == 1


def test_doctor_says_which_proxy_is_used(blog: Blog, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve() as services:
        blog.configure(services)
        monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
        out = blog.digest("doctor", "--offline").out
    assert "ok    network        requests go through the proxy of HTTPS_PROXY, but for 127.0.0.1" in out


def test_a_machine_without_time_zones_has_those_of_tzdata(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONTZPATH": ""}
    command = [sys.executable, "-m", "digest", "doctor", "--offline"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "in Asia/Seoul" in done.stdout
    assert re.search(r'^ *"tzdata>=[0-9.]+",$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)


DIRECT = {
    "NO_PROXY with an IPv6 address": {"NO_PROXY": "localhost,[::1]", "HTTP_PROXY": "http://127.0.0.1:9"},
    "NO_PROXY with IPv6 networks": {"NO_PROXY": "fe80::/10,::1/128,10.0.0.0/8", "HTTP_PROXY": "http://127.0.0.1:9"},
    "NO_PROXY of strange words": {"NO_PROXY": "[, ,:::,http://x,*.y,/8", "ALL_PROXY": "http://127.0.0.1:9"},
    "a proxy alone": {"HTTP_PROXY": "http://127.0.0.1:9", "ALL_PROXY": "http://127.0.0.1:9"},
    "a proxy in lower case": {"http_proxy": "127.0.0.1:9"},
}


@pytest.mark.parametrize("name", DIRECT)
def test_loopback_never_goes_through_a_proxy(
    services: Services, http: HttpClient, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    for variable, value in DIRECT[name].items():
        monkeypatch.setenv(variable, value)
    assert http.ask(ONE, f"{services.arxiv_site_url}/abs/2512.03405").status == 200


def test_session_keys_are_written_where_the_user_wants_them(
    services: Services, http: HttpClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    assert http.ask(ONE, f"{services.arxiv_site_url}/abs/2512.03405").status == 200
