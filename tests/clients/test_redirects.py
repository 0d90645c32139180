"""Redirects stay with the host that was asked and its own aliases."""

import pytest
from bench.services import Services, faults

from digest.clients.http import HttpClient, Service
from digest.clients.retry import ServiceError
from digest.clients.transport import may_lead

CASES = [
    ("https://arxiv.org/abs/1", "https://arxiv.org/abs/1v2", True),
    ("http://arxiv.org/abs/1", "https://arxiv.org/abs/1", True),
    ("https://arxiv.org/abs/1", "http://arxiv.org/abs/1", False),
    ("https://export.arxiv.org/api/query", "https://arxiv.org/api/query", True),
    ("https://www.arxiv.org/abs/1", "https://export.arxiv.org/abs/1", True),
    ("https://huggingface.co/api", "https://hf.co/api", True),
    ("https://example.org/api", "https://www.example.org/api", True),
    ("https://example.org/api", "https://cdn.example.org/api", True),
    ("https://me.github.io/api", "https://github.io/api", False),
    ("https://arxiv.org/abs/1", "https://arxiv.org.evil.example/abs/1", False),
    ("https://arxiv.org/abs/1", "https://evil.example/arxiv.org", False),
    ("https://arxiv.org/abs/1", "https://arxiv.org@evil.example/", False),
    ("https://huggingface.co/api", "https://arxiv.org/api", False),
    ("http://127.0.0.1:1/a", "http://127.0.0.1:2/b", True),
    ("http://127.0.0.1:1/a", "http://169.254.169.254/latest/meta-data", False),
    ("http://[::1]:1/a", "http://[::1]:1/b", True),
]


@pytest.mark.parametrize(("asked", "target", "expected"), CASES)
def test_where_a_redirect_may_lead(asked: str, target: str, expected: bool) -> None:
    assert may_lead(asked, target) is expected


def test_another_host_is_not_asked(services: Services, http: HttpClient) -> None:
    services.fail("abs", faults.redirect("http://metadata.internal/key"))
    page = Service("page", "page", "text/html")
    with pytest.raises(ServiceError, match=r"redirects to http://metadata\.internal, which is not followed"):
        http.ask(page, f"{services.arxiv_site_url}/abs/2512.03405")
