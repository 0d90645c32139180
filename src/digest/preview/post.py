"""A post's Markdown as HTML: no raw HTML, no images, no link that runs a script."""

from functools import cache

from markdown_it import MarkdownIt
from markupsafe import Markup


def to_html(body: str) -> Markup:
    """The body of a post as HTML that a page may hold; HTML in it shows as the text that it is."""
    return Markup(_parser().render(body))  # noqa: S704  the renderer escapes text, and `html` is off


@cache
def _parser() -> MarkdownIt:
    """An image would be a request to somewhere else, so its Markdown shows as text and a link."""
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
