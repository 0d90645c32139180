"""A small PDF writer: Latin text in Times, one column, lines broken at spaces only."""

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from digest.sample.paper import SamplePaper, walk

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
