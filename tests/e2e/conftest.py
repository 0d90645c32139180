"""One browser for all tests that look at pages, and one Jekyll for all that build sites."""

from collections.abc import Iterator

import pytest
from tests.e2e.browser import Browser, open_browser
from tests.e2e.jekyll import Jekyll, open_jekyll

from blog import Blog


@pytest.fixture(scope="session")
def sample_day(tmp_path_factory: pytest.TempPathFactory) -> Blog:
    """The sample day, built once; tests look at it and leave it as it is."""
    blog = Blog(tmp_path_factory.mktemp("sample"), None)
    assert blog.run("build", "--quiet", "--date", blog.day, "--sample") in (0, 3)
    return blog.sample


@pytest.fixture(scope="session")
def jekyll() -> Iterator[Jekyll]:
    """A Jekyll that is loaded once."""
    with open_jekyll() as running:
        yield running


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
