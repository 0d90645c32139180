"""arXiv's site: `/arxiv/html/ID`, `/arxiv/pdf/ID` and `/arxiv/abs/ID`, with or without a version."""

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from html import escape
from typing import NamedTuple

from digest.sample.paper import Catalogue, SamplePaper, SampleSection, walk
from digest.sample.server import Reply, Request, html_reply

_TOP, _BOTTOM, _LEFT = 720.0, 72.0, 72.0
_PAGE = "/Type /Page /Parent 2 0 R /MediaBox [0 0 612 792]"


class PrintedLine(NamedTuple):
    """A printed line; an empty one is space."""

    text: str
    size: float = 10
    bold: bool = False


def paper_pdf(paper: SamplePaper, version: int) -> bytes:
    """A paper with title, authors, abstract and numbered sections; paragraphs stay on one page."""
    pages = list(_paginate(_blocks(paper)))
    stamp = f"arXiv:{paper.id}v{version} [{paper.categories[0]}] {_day(paper.published)}"
    streams = [_stream(page, str(at), stamp if at == 1 else "") for at, page in enumerate(pages, start=1)]
    return _document(streams)


def _day(published: str) -> str:
    return datetime.fromisoformat(published).strftime("%d %b %Y")


def _blocks(paper: SamplePaper) -> Iterator[list[PrintedLine]]:
    yield [PrintedLine(text, 16, bold=True) for text in textwrap.wrap(paper.title, 56, break_on_hyphens=False)]
    yield [PrintedLine(", ".join(paper.authors), 11)]
    yield [PrintedLine("Abstract", 12, bold=True), *_lines(paper.abstract)]
    numbers: list[int] = []
    for level, section in walk(paper.sections):
        numbers = [*numbers, 0][:level]
        numbers[-1] += 1
        heading = PrintedLine(f"{'.'.join(map(str, numbers))} {section.heading}", 13 - level, bold=True)
        first, *rest = section.paragraphs or ("",)
        yield [heading, *_lines(first)]
        yield from (_lines(text) for text in rest)
    yield [
        PrintedLine("References", 12, bold=True),
        *_lines("[1] Sample Author C. A reference that nobody needs. 2024."),
    ]


def _lines(paragraph: str) -> list[PrintedLine]:
    plain = re.sub(r"\$+", "", paragraph)
    return [PrintedLine(text) for text in textwrap.wrap(plain, 92, break_long_words=False, break_on_hyphens=False)]


def _paginate(blocks: Iterable[list[PrintedLine]]) -> Iterator[list[PrintedLine]]:
    page: list[PrintedLine] = []
    for block in blocks:
        if page and _height(page) + _height(block) > _TOP - _BOTTOM:
            yield page
            page = []
        page += [*block, PrintedLine("")]
    yield page


def _height(lines: Iterable[PrintedLine]) -> float:
    return sum(line.size * 1.25 for line in lines)


def _stream(lines: Sequence[PrintedLine], number: str, stamp: str) -> bytes:
    shown, y = [f"BT /F1 9 Tf 303 40 Td {_string(number)} Tj ET"], _TOP
    if stamp:
        shown.append(f"BT /F1 14 Tf 0.5 g 0 1 -1 0 30 240 Tm {_string(stamp)} Tj ET")
    for line in lines:
        y -= line.size * 1.25
        font = "F2" if line.bold else "F1"
        if line.text:
            shown.append(f"BT 0 g /{font} {line.size} Tf {_LEFT} {y:.2f} Td {_string(line.text)} Tj ET")
    return "\n".join(shown).encode("cp1252", "replace")


def _string(text: str) -> str:
    return "(" + re.sub(r"([\\()])", r"\\\1", text) + ")"


def _document(streams: Sequence[bytes]) -> bytes:
    """Objects: catalog, page tree, two fonts, then a page and its content stream for each stream."""
    pages = [5 + 2 * at for at in range(len(streams))]
    kids = " ".join(f"{number} 0 R" for number in pages)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        *(
            f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>".encode()
            for name in ("Times-Roman", "Times-Bold")
        ),
    ]
    for number, stream in zip(pages, streams, strict=True):
        fonts = "/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >>"
        objects.append(f"<< {_PAGE} {fonts} /Contents {number + 1} 0 R >>".encode())
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
    return _file(objects)


def _file(objects: Sequence[bytes]) -> bytes:
    out, offsets = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"), []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size, start = len(objects) + 1, len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, start)
    return bytes(out)


def html(request: Request, catalogue: Catalogue) -> Reply:
    """The LaTeXML page, or the 404 page that says there is none."""
    name = request.path.removeprefix("/arxiv/html/").rstrip("/")
    found = catalogue.find(name)
    if found is None or "html" not in found[0].full_text:
        return html_reply(_missing_page(name), status=404)
    return html_reply(page(*found))


def pdf(request: Request, catalogue: Catalogue) -> Reply:
    """The PDF; 406 for an address that ends in `.pdf`, as arXiv answers since September 2026."""
    name = request.path.removeprefix("/arxiv/pdf/")
    if name.endswith(".pdf"):
        return html_reply("<html><body><h1>406 Not Acceptable</h1></body></html>", status=406)
    found = catalogue.find(name)
    if found is None or "pdf" not in found[0].full_text:
        return html_reply("<html><body><h1>404 Not Found</h1></body></html>", status=404)
    return Reply(200, paper_pdf(*found), {"Content-Type": "application/pdf"})


def abstract_page(request: Request, catalogue: Catalogue) -> Reply:
    """A bare abstract page."""
    found = catalogue.find(request.path.removeprefix("/arxiv/abs/"))
    if found is None:
        return html_reply("<html><body><h1>Article not found</h1></body></html>", status=404)
    title, abstract = escape(found[0].title), escape(found[0].abstract)
    return html_reply(f"<html><body><h1>{title}</h1><blockquote>{abstract}</blockquote></body></html>")


_KINDS = ("section", "subsection", "subsubsection")


def page(paper: SamplePaper, version: int) -> str:
    """The whole page: the article between navigation and footer, formulas as MathML with their TeX beside it."""
    name, title = f"{paper.id}v{version}", escape(paper.title)
    toc = "".join(f'<li class="ltx_tocentry">{escape(section.heading)}</li>' for section in paper.sections)
    return f"""<!DOCTYPE html>
<html lang="en" data-theme="light">
<head>
<meta http-equiv="content-type" content="text/html; charset=UTF-8"/>
<title>{title}</title>
<!--Generated by LaTeXML-->
<base href="/html/{name}/"/>
</head>
<body>
<nav class="ltx_page_navbar"><nav class="ltx_TOC"><ol class="ltx_toclist">{toc}</ol></nav></nav>
<div class="ltx_page_main">
<div class="ltx_page_content">
<div class="section" id="target-section"><a id="license-tr" href="#license">License: CC BY 4.0</a>\
<div id="watermark-tr">arXiv:{name} [{paper.categories[0]}]</div></div>
<article class="ltx_document ltx_authors_1line">
<h1 class="ltx_title ltx_title_document">{title}</h1>
<div class="ltx_authors">{_authors(paper)}</div>
<div class="ltx_abstract"><h6 class="ltx_title ltx_title_abstract">Abstract</h6>
{_paragraph(paper.abstract, "abstract")}</div>
{"".join(_sections(paper.sections))}
{_bibliography()}
</article>
</div>
<footer class="ltx_page_footer"><div class="ltx_page_logo">Generated by LaTeXML</div></footer>
</div>
</body>
</html>
"""


def _missing_page(name: str) -> str:
    """The page that arXiv shows where it has no HTML."""
    return f"""<!DOCTYPE html>
<html lang="en"><head><title>No HTML for {escape(name)}</title></head>
<body><header><a href="/">arXiv</a></header>
<main><h1>No HTML for '{escape(name)}'</h1>
<p>HTML is not available for the source. This could be due to the source files not being HTML.</p></main>
</body></html>
"""


def _authors(paper: SamplePaper) -> str:
    return "".join(
        f'<span class="ltx_creator ltx_role_author"><span class="ltx_personname">{escape(name)}</span></span>'
        for name in paper.authors
    )


def _sections(sections: tuple[SampleSection, ...], above: tuple[int, ...] = ()) -> Iterator[str]:
    for at, section in enumerate(sections, start=1):
        numbers = (*above, at)
        key = "S" + ".SS".join(map(str, numbers))
        kind, level = _KINDS[len(numbers) - 1], len(numbers) + 1
        tag = f'<span class="ltx_tag ltx_tag_{kind}">{".".join(map(str, numbers))} </span>'
        heading = f'<h{level} class="ltx_title ltx_title_{kind}">{tag}{escape(section.heading)}</h{level}>'
        paragraphs = (_paragraph(text, f"{key}.p{n}") for n, text in enumerate(section.paragraphs, start=1))
        inner = "\n".join((heading, *paragraphs, _figure(section, key), *_sections(section.subsections, numbers)))
        yield f'<section class="ltx_{kind}" id="{key}">\n{inner}\n</section>\n'


def _paragraph(text: str, key: str) -> str:
    if display := re.fullmatch(r"\$\$(.+)\$\$", text):
        return f'<div class="ltx_para" id="{key}">{_equation(display[1], key)}</div>'
    return f'<div class="ltx_para" id="{key}">\n<p class="ltx_p" id="{key}.1">{_inline(text, key)}</p>\n</div>'


def _inline(text: str, key: str) -> str:
    """Every second piece between dollar signs is a formula."""
    pieces = text.split("$")
    return "".join(
        _math(piece, f"{key}.m{at // 2 + 1}", "inline") if at % 2 else escape(piece, quote=False)
        for at, piece in enumerate(pieces)
    )


def _math(tex: str, key: str, display: str) -> str:
    shown, source = escape(re.sub(r"[\\{}]", "", tex)), escape(tex)
    return (
        f'<math id="{key}" class="ltx_Math" alttext="{source}" display="{display}"><semantics><mi>{shown}</mi>'
        f'<annotation encoding="application/x-tex">{source}</annotation>'
        f'<annotation encoding="application/x-llamapun">italic_{shown}</annotation></semantics></math>'
    )


def _equation(tex: str, key: str) -> str:
    math = _math(tex, f"{key}.m1", "block")
    return (
        '<table class="ltx_equation ltx_eqn_table"><tbody><tr class="ltx_equation ltx_eqn_row">'
        f'<td class="ltx_eqn_cell ltx_align_center">{math}</td></tr></tbody></table>'
    )


def _figure(section: SampleSection, key: str) -> str:
    if section.caption is None:
        return ""
    caption = f'<span class="ltx_tag ltx_tag_figure">Figure 1: </span>{_inline(section.caption, key)}'
    image = '<img alt="Refer to caption" class="ltx_graphics" src="x1.png"/>'
    return (
        f'<figure class="ltx_figure" id="{key}.F1">{image}'
        f'<figcaption class="ltx_caption">{caption}</figcaption></figure>'
    )


def _bibliography() -> str:
    items = "".join(
        f'<li class="ltx_bibitem" id="bib.bib{n}"><span class="ltx_bibblock">Sample Author {name}. '
        f"A reference that nobody needs. {2020 + n}.</span></li>"
        for n, name in enumerate("CDE", start=1)
    )
    return (
        '<section class="ltx_bibliography" id="bib"><h2 class="ltx_title ltx_title_bibliography">References</h2>'
        f'<ul class="ltx_biblist">{items}</ul></section>'
    )
