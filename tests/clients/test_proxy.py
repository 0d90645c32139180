"""Which requests go through a proxy."""

import pytest

from digest.clients.environment import is_direct, is_loopback, proxies

CASES = [
    ("http://127.0.0.1:8000/v1", "", True),
    ("http://127.8.9.1/v1", "", True),
    ("http://[::1]:80/v1", "", True),
    ("http://LOCALHOST./v1", "", True),
    ("http://a.localhost/v1", "", True),
    ("http://localhost.example.org/v1", "", False),
    ("https://api.example.org/v1", "", False),
    ("https://api.example.org/v1", "example.org", True),
    ("https://api.example.org/v1", ".example.org", True),
    ("https://api.example.org/v1", "*.example.org", True),
    ("https://api.example.org/v1", "api.example.org:443", True),
    ("https://api.example.org/v1", "https://api.example.org", True),
    ("https://badexample.org/v1", "example.org", False),
    ("https://api.example.org/v1", "*", True),
    ("https://api.example.org/v1", "localhost,[::1],10.0.0.0/8,fd00::/8, ", False),
    ("http://10.1.2.3/v1", "localhost,10.0.0.0/8", True),
    ("http://10.1.2.3/v1", "10.1.2.3:80", True),
    ("http://11.1.2.3/v1", "10.0.0.0/8", False),
    ("http://[fd00::5]/v1", "[fd00::5],fe80::/10", True),
    ("http://[fd00::5]/v1", "fd00::/8", True),
    ("http://[fd00::5]/v1", "nonsense/8,[,]", False),
]


@pytest.mark.parametrize(("url", "exempt", "direct"), CASES)
def test_who_is_asked_without_a_proxy(url: str, exempt: str, direct: bool) -> None:
    assert is_direct(url, {"NO_PROXY": exempt}) is direct


def test_a_host_that_is_none_is_not_loopback() -> None:
    assert not is_loopback("http://[::1/")
    assert not is_loopback("nonsense")


def test_the_environments_proxies() -> None:
    environment = {"HTTP_PROXY": "proxy:3128", "https_proxy": "http://other:1", "ALL_PROXY": ""}
    assert proxies(environment) == {"http://": "http://proxy:3128", "https://": "http://other:1"}
