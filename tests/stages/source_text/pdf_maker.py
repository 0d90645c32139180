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


def pdf(*pages: Iterable[Run], extra: str = "") -> bytes:
    """A document with the given pages; `extra` goes into the trailer."""
    kids = " ".join(f"{6 + 2 * at} 0 R" for at in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        *(
            f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>"
            for name in ("Helvetica", "Helvetica-Bold")
        ),
        "<< /Type /ExtGState /ca 0 /CA 0 >>",
    ]
    for at, page in enumerate(pages):
        stream = "\n".join(_shown(run) for run in page)
        resources = "<< /Font << /F1 3 0 R /F2 4 0 R >> /ExtGState << /G0 5 0 R >> >>"
        box = f"/MediaBox [0 0 {WIDTH} {HEIGHT}]"
        objects.append(f"<< /Type /Page /Parent 2 0 R {box} /Resources {resources} /Contents {7 + 2 * at} 0 R >>")
        objects.append(f"<< /Length {len(stream.encode('cp1252'))} >>\nstream\n{stream}\nendstream")
    return _file(objects, extra)


def column(lines: Sequence[str], *, x: float = 72, y: float = 72, size: float = 10, bold: bool = False) -> list[Run]:
    """Lines below each other, at one and a fifth of their size; an empty one is space."""
    return [Run(text, x, y + at * 1.2 * size, size, bold) for at, text in enumerate(lines) if text]


def _shown(run: Run) -> str:
    text = run.text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    colour = " ".join(map(str, run.colour))
    turn = "0 1 -1 0" if run.turned else "1 0 0 1"
    state = "/G0 gs " if run.clear else ""
    font = f"/F{1 + run.bold} {run.size} Tf"
    return f"q {state}BT {colour} rg {run.mode} Tr {font} {turn} {run.x} {HEIGHT - run.y} Tm ({text}) Tj ET Q"


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
