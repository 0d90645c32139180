"""Services and a client for the tests of the sample services."""

from collections.abc import Iterator

import httpx
import pytest
from bench.services import Services, serve


@pytest.fixture
def services() -> Iterator[Services]:
    with serve() as running:
        yield running


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client(verify=False, timeout=5, headers={"Authorization": "Bearer key"}, trust_env=False) as opened:
        yield opened
