"""Sections of an arXiv HTML page, which LaTeXML makes from a paper's source."""

from lxml import etree

from digest.core.ids import parse_id
from digest.core.source_text import SourceText
from digest.stages.source_text.html_walk import classes_of, walk
from digest.stages.source_text.notes import notes_of

LARGEST_PAGE = 20_000_000
"""Bytes, which take some twenty seconds. The longest theses stay below."""


def read_html(body: bytes) -> SourceText | None:
    """The sections of a LaTeXML page; None if it is no such page or has no text. Never raises."""
    root = _parsed(body)
    article = None if root is None else _article(root)
    if root is None or article is None:
        return None
    page = walk(article)
    sections = page.outline.sections()
    if not sections:
        return None
    return SourceText(
        kind="html", sections=sections, version=_version(root), notes=notes_of(page.hidden, page.controls)
    )


def _parsed(body: bytes) -> etree._Element | None:
    if len(body) > LARGEST_PAGE:
        return None
    text = body.decode("utf-8", errors="replace").replace("\x00", "")
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        return etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError:
        return None


def _article(root: etree._Element) -> etree._Element | None:
    return next((found for found in root.iter("article") if "ltx_document" in classes_of(found)), None)


def _version(root: etree._Element) -> int | None:
    """The version in the page's own address."""
    addresses = [base.get("href") or "" for base in root.iter("base")]
    addresses += [link.get("href") or "" for link in root.iter("link") if link.get("rel") == "canonical"]
    for address in addresses:
        found = parse_id(f"arxiv.org/html/{address.partition('/html/')[2].strip('/')}")
        if found is not None and found.version is not None:
            return found.version
    return None
