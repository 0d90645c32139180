"""Sections of an arXiv HTML page, which LaTeXML makes from a paper's source.

As a module of its own process, it answers pages with the JSON of their source texts.
"""

import re
from typing import Literal, NamedTuple

import msgspec
from lxml import etree

from digest.core.paper import SourceText, parse_id
from digest.core.text import hidden_notes
from digest.stages.source_text.html_text import HtmlText, OpenHeading, formula_of, number_of, why_not_whole
from digest.stages.source_text.tables import holds_prose, is_cell, is_row
from digest.stages.source_text.visibility import Look, look_of
from digest.stages.source_text.worker import ReadingError, answer_all

MEMORY = 2_000_000_000
"""Bytes of address space for reading a page."""
_SECONDS = 60.0
"""For one page, where the side that asks is gone. It is less patient."""

_SHOWN_TAG = re.compile(
    r"a|abbr|address|article|b|big|blockquote|body|br|caption|center|cite|code|col|colgroup|dd|del|dfn|div|dl|dt|em"
    r"|figcaption|figure|font|foreignobject|g|h[1-6]|hr|i|img|ins|kbd|li|main|mark|math|ol|p|picture|pre|q|s|samp"
    r"|section|small|span|strike|strong|sub|sup|svg|switch|table|tbody|td|text|tfoot|th|thead|tr|tspan|tt|u|ul|var|wbr"
)
"""Elements whose text a reader sees."""
_CHROME_TAG = re.compile(r"nav|footer|header|aside|head|button|annotation(-xml)?|title|desc|path|rect|line|circle|use")
"""Elements that are left out without a note."""
_FOREIGN_TAG = re.compile(r"style|script|details|dialog|link|iframe|template")
"""What no author can bring into a paper on arXiv: TeX alone is converted."""
_LEFT_OUT = re.compile(
    r"(?<!\S)ltx_(ERROR|TOC|abstract|acknowledgements|authors?|author_before|bibliography|biblist|classification|creator"
    r"|dates?|glossary|index|keywords|listing_data|note_mark|note_type|page_(footer|header|logo|navbar)|pagination|rdf"
    r"|role_(footnotemark|thanks)|subtitle|tag_(bibitem|equation|equationgroup|listingline|note)|title_abstract)(?!\S)"
)
_BLOCK_TAG = re.compile(
    r"address|article|blockquote|body|dd|div|dl|dt|figcaption|figure|foreignobject|hr|main|ol|p|pre|section|table|tbody"
    r"|td|th|thead|tr|ul"
)
_LEVELS = {
    "ltx_title_part": 1,
    "ltx_title_chapter": 1,
    "ltx_title_section": 1,
    "ltx_title_appendix": 1,
    "ltx_title_subsection": 2,
    "ltx_title_subsubsection": 3,
    "ltx_title_paragraph": 4,
    "ltx_title_subparagraph": 5,
}
_BLOCK_CLASSES = frozenset({"ltx_p", "ltx_para", "ltx_item", "ltx_listingline"})
_SECTIONS = frozenset({"ltx_chapter", "ltx_section", "ltx_subsection", "ltx_subsubsection", "ltx_appendix"})
_EQUATIONS = frozenset({"ltx_eqn_table", "ltx_eqn_row", "ltx_eqn_cell"})
_Kind = Literal["inline", "block", "heading", "note", "lead", "float", "table", "row", "cell", "skip"]


class _Spot(NamedTuple):
    """Where in the article an element is."""

    look: Look = Look()
    silent: bool = False
    """In the body of a figure, table or drawing."""
    figure: bool = False
    drawing: bool = False
    judged: bool = False
    """In a table that was found to hold prose."""
    data: Literal["", "table", "cell"] = ""
    """In a table that holds data, or in a cell of it."""
    appendix: bool = False


def read_html(body: bytes) -> SourceText | None:
    """The sections of a LaTeXML page; None if it is not such a page or has no text.

    Raises ReadingError if something is in the paper that arXiv's pages do not have, such as a style sheet.
    """
    root = _parsed(body)
    article = None if root is None else _article(root)
    if root is None or article is None:
        return None
    foreign = next((each.tag for each in article.iter() if _FOREIGN_TAG.fullmatch(str(each.tag))), None)
    if foreign is not None:
        raise ReadingError(f"it is not arXiv's page: a <{foreign}> is inside the paper")
    page = walk(article)
    sections = page.outline.sections()
    if not sections:
        return None
    return SourceText(
        kind="html",
        sections=sections,
        version=_version(root),
        notes=hidden_notes(page.hidden, page.controls),
        lacks=why_not_whole(root, sections, page.outline.empty),
    )


def _parsed(body: bytes) -> etree._Element | None:
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


def walk(article: etree._Element) -> HtmlText:
    """Everything under an article, in reading order. Iterative: pages nest deeper than Python recurses."""
    page = HtmlText()
    stack: list[tuple[_Spot, _Kind]] = [(_Spot(), "inline")]
    events = etree.iterwalk(article, events=("start", "end"))
    for event, element in events:
        if event == "start":
            place, kind = _enter(element, stack[-1][0], page)
            stack.append((place, kind))
            if kind == "skip":
                events.skip_subtree()
            else:
                _write(element.text, place, page)
        else:
            _leave(element, stack.pop()[1], page)
            if element is not article:
                _write(element.tail, stack[-1][0], page)
    page.cut()
    return page


def classes_of(element: etree._Element) -> list[str]:
    """The names in an element's class attribute."""
    return (element.get("class") or "").split()


def _write(text: str | None, place: _Spot, page: HtmlText) -> None:
    if not text or place.silent:
        return
    if why := place.look.unseen:
        page.hide(text, why)
    else:
        page.write(text)


def _enter(element: etree._Element, above: _Spot, page: HtmlText) -> tuple[_Spot, _Kind]:
    """Where an element's own text stands, and what the element begins."""
    tag, classes = str(element.tag), frozenset(classes_of(element))
    left_out = _CHROME_TAG.fullmatch(tag) or _LEFT_OUT.search(element.get("class") or "")
    if left_out or _is_title(tag, classes, page):
        if "ltx_bibliography" in classes:
            page.outline.end_body()
        return above, "skip"
    if page.heading and "ltx_tag" in classes:
        page.heading = page.heading._replace(numbered=True)
        return above, "skip"
    place = _spot(element, tag, classes, above)
    if tag == "math" or "ltx_Math" in classes:
        number = number_of(element, place.look) if place.data else ""
        _write(number or formula_of(element, place.look), place, page)
        return place, "skip"
    if not _SHOWN_TAG.fullmatch(tag):
        page.hide("".join(map(str, element.itertext())), "not displayed")
        return above, "skip"
    begun = _begin_data(element, place, above, page) if place.data else None
    return place, begun or _begin(tag, classes, place, page)


def _is_title(tag: str, classes: frozenset[str], page: HtmlText) -> bool:
    """Whether this is the paper's title; text above it does not belong to the paper."""
    if "ltx_title_document" not in classes and (tag != "h1" or page.titled):
        return False
    if not page.titled:
        page.cut()
        page.outline.restart()
    page.titled = True
    return True


def _spot(element: etree._Element, tag: str, classes: frozenset[str], above: _Spot) -> _Spot:
    look = look_of(element, above.look)
    place = above._replace(look=look, appendix=above.appendix or "ltx_appendix" in classes)
    if tag == "section" or classes & _SECTIONS:
        return place._replace(silent=False, figure=False)  # a float that was left open may hold sections
    if tag in ("figcaption", "caption") or "ltx_caption" in classes:
        return place._replace(silent=False)
    if tag == "foreignobject":
        return place._replace(silent=above.figure)
    if tag == "figure":
        return place._replace(silent=True, figure=True)
    if (tag == "table" or "ltx_tabular" in classes) and not above.judged and not classes & _EQUATIONS:
        if above.data or holds_prose(element):
            return place._replace(judged=True)
        return place._replace(silent=above.drawing, data="" if above.drawing else "table", judged=above.drawing)
    if above.data == "table" and is_cell(element):
        return place._replace(data="cell", judged=True)
    return place._replace(silent=True, drawing=True) if tag == "svg" else place


def _begin(tag: str, classes: frozenset[str], place: _Spot, page: HtmlText) -> _Kind:
    if "ltx_note_outer" in classes:
        page.begin_aside()
        return "note"
    if "ltx_tag_item" in classes or _is_run_in(classes):
        page.begin_aside()
        return "lead"
    if level := _level(tag, classes):
        page.end_float(all_of_them=True)
        page.heading = OpenHeading(level, place.appendix)
        return "heading"
    if tag == "figure":
        page.begin_float()
        return "float"
    if tag == "li":
        page.begin_item()
        return "block"
    if (_BLOCK_TAG.fullmatch(tag) or classes & _BLOCK_CLASSES) and not classes & _EQUATIONS:
        page.cut()
        return "block"
    if tag == "br":
        page.write(" ")
    return "inline"


def _begin_data(element: etree._Element, place: _Spot, above: _Spot, page: HtmlText) -> _Kind | None:
    """Start a table that holds data, or a row or cell of it; None where the element is like any other."""
    if not above.data:
        page.begin_table()
        return "table"
    if above.data == "cell":
        return None
    if place.data == "cell":
        page.begin_aside()
        return "cell"
    if is_row(element):
        page.rows.append([])
        return "row"
    return None


def _is_run_in(classes: frozenset[str]) -> bool:
    """The title of a theorem, proof or the like."""
    return "ltx_title" in classes and not classes & _LEVELS.keys()


def _level(tag: str, classes: frozenset[str]) -> int:
    """The level of a heading; 0 for what is not a heading."""
    for name in classes & _LEVELS.keys():
        return _LEVELS[name]
    return int(tag[1]) - 1 if tag in ("h2", "h3", "h4", "h5", "h6") else 0


def _leave(element: etree._Element, kind: _Kind, page: HtmlText) -> None:
    if kind == "note":
        page.end_note()
    elif kind == "lead":
        page.end_lead()
    elif kind == "cell":
        page.end_cell(element)
    elif kind == "table":
        page.end_table()
    elif kind == "float":
        page.end_float()
    elif kind in ("block", "heading"):
        page.cut()
    if kind == "heading":
        page.heading = None


def main() -> None:
    """Answer pages until there are no more."""
    answer_all(_answer, seconds=_SECONDS, memory=MEMORY)


def _answer(page: bytes) -> bytes:
    """JSON of `{"text"}`, which may be null, or of `{"refused": why}`."""
    try:
        text = read_html(page)
    except ReadingError as error:
        return msgspec.json.encode({"refused": str(error)})
    return msgspec.json.encode({"text": None if text is None else text.as_json()})


if __name__ == "__main__":
    main()
