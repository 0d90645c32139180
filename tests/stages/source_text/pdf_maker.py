"""A small PDF writer for tests: Helvetica at places, in colours, sizes and render modes."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

WIDTH, HEIGHT = 612, 792


class Run(NamedTuple):
    """A run of type; `y` is measured from the top of the page, in points."""

    text: str
    x: float = 72
    y: float = 72
    size: float = 10
    bold: bool = False
    colour: tuple[float, float, float] = (0, 0, 0)
    mode: int = 0
    clear: bool = False
    turned: bool = False
    stretch: float = 100
    """Percent of its width."""
    before: str = ""
    """Operators before the text."""
    after: str = ""


_PICTURE = (
    "<< /Type /XObject /Subtype /Image /Width 2 /Height 2 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 4 >>\n"
    "stream\n\x40\xa0\xa0\x40\nendstream"
)
_FIXED = 7
"""Objects before those of the pages."""


def pdf(
    *pages: Iterable[Run],
    extra: str = "",
    drawn: str = "",
    rotate: int = 0,
    bookmarks: Sequence[tuple[str, int, int]] = (),
) -> bytes:
    """A document with the given pages.

    `extra` goes into the trailer; `drawn` are operators at the end of the last page, where `/Im0` is a chequered
    picture and `/Off` a layer that is off. A bookmark is its title, level and page.
    """
    first = _FIXED + 1
    kids = " ".join(f"{first + 2 * at} 0 R" for at in range(len(pages)))
    outlines = f" /Outlines {first + 2 * len(pages)} 0 R" if bookmarks else ""
    layers = "/OCProperties << /OCGs [7 0 R] /D << /OFF [7 0 R] >> >>"
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {layers}{outlines} >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        *(
            f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>"
            for name in ("Helvetica", "Helvetica-Bold")
        ),
        "<< /Type /ExtGState /ca 0 /CA 0 >>",
        _PICTURE,
        "<< /Type /OCG /Name (Off) >>",
    ]
    for at, page in enumerate(pages):
        stream = "\n".join([*(_shown(run) for run in page), drawn if at == len(pages) - 1 else ""])
        resources = (
            "<< /Font << /F1 3 0 R /F2 4 0 R >> /ExtGState << /G0 5 0 R >> /XObject << /Im0 6 0 R >>"
            " /Properties << /Off 7 0 R >> >>"
        )
        box = f"/MediaBox [0 0 {WIDTH} {HEIGHT}] /Rotate {rotate}"
        contents = first + 2 * at + 1
        objects.append(f"<< /Type /Page /Parent 2 0 R {box} /Resources {resources} /Contents {contents} 0 R >>")
        objects.append(f"<< /Length {len(stream.encode('cp1252'))} >>\nstream\n{stream}\nendstream")
    if bookmarks:
        objects += _outline(bookmarks, root=len(objects) + 1, first_page=first)
    return _file(objects, extra)


def _outline(bookmarks: Sequence[tuple[str, int, int]], *, root: int, first_page: int) -> list[str]:
    """The outline's objects: its root, then the bookmarks, each linked to its neighbours of one level."""
    entries = [f"<< /Type /Outlines /First {root + 1} 0 R /Count {len(bookmarks)} "]
    above, last = {-1: root}, dict[int, int]()
    for at, (title, level, page) in enumerate(bookmarks, start=1):
        number, parent = root + at, above[level - 1]
        entries.append(f"<< /Title ({title}) /Parent {parent} 0 R /Dest [{first_page + 2 * page} 0 R /Fit] ")
        if level in last:
            entries[last[level] - root] += f"/Next {number} 0 R "
        elif level:
            entries[parent - root] += f"/First {number} 0 R /Count 1 "
        last = {**{each: place for each, place in last.items() if each < level}, level: number}
        above[level] = number
    return [f"{entry}>>" for entry in entries]


def column(lines: Sequence[str], *, x: float = 72, y: float = 72, size: float = 10, bold: bool = False) -> list[Run]:
    """Lines below each other, at one and a fifth of their size; an empty one is space."""
    return [Run(text, x, y + at * 1.2 * size, size, bold) for at, text in enumerate(lines) if text]


def _shown(run: Run) -> str:
    text = run.text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    colour = " ".join(map(str, run.colour))
    turn = "0 1 -1 0" if run.turned else "1 0 0 1"
    state = "/G0 gs " if run.clear else ""
    font = f"/F{1 + run.bold} {run.size} Tf"
    place = f"{turn} {run.x} {HEIGHT - run.y} Tm"
    ink = f"{colour} rg {run.mode} Tr {run.stretch} Tz"
    return f"q {run.before} {state}BT {ink} {font} {place} ({text}) Tj ET {run.after} Q"


def _file(objects: Sequence[str], extra: str) -> bytes:
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n".encode("cp1252")
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    size, start = len(objects) + 1, len(out)
    out += f"xref\n0 {size}\n0000000000 65535 f \n{table}".encode()
    out += f"trailer\n<< /Size {size} /Root 1 0 R {extra} >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)
