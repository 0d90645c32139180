"""One browser for all tests that look at pages."""

from collections.abc import Iterator

import pytest
from tests.e2e.browser import Browser, open_browser


@pytest.fixture(scope="session")
def _opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with open_browser(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture
def browser(_opened: Browser) -> Browser:
    """A browser that shows nothing yet, and remembers nothing that it was asked."""
    _opened.look("about:blank")
    _opened.complaints()
    _opened.requested()
    return _opened
