"""The text that matters: what of a paper the model is given, within a number of tokens.

Not the first so many characters: each role has a share, what a role does not use goes to the others, long sections
are cut at sentence ends and the cut is marked, and limitations are found wherever they stand.
"""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from digest.core.paper import Paper
from digest.core.roles import LIMITS_CUE, Role, roles_of
from digest.core.sentences import split_english
from digest.core.source_text import Section, SourceText
from digest.core.tokens import count_tokens

CUT: Final = "[...]"
"""Marks where text was left out."""

_SHARES: Final[Mapping[Role, float]] = {
    "limitations": 0.12,
    "conclusion": 0.12,
    "introduction": 0.20,
    "results": 0.26,
    "method": 0.26,
    "other": 0.04,
}
"""Parts of the room that is left after the abstract, filled in this order."""


class _Piece(NamedTuple):
    role: Role
    heading: str
    sentences: tuple[str, ...]
    cost: int


def excerpt(paper: Paper, text: SourceText, tokens: int) -> str:
    """Title, abstract and sections, with headings, of at most so many tokens."""
    head = _within([f"Title: {paper.title}"], tokens // 8)
    sections = () if text.kind == "abstract" else text.sections
    abstract = _within(split_english(paper.abstract), (tokens - count_tokens(head)) // (2 if sections else 1))
    opening = f"{head}\n\n## Abstract\n{abstract}" if abstract else head
    room = tokens - count_tokens(opening) - 1
    body = _body(_pieces(sections), room)
    return "\n\n".join([opening, *body])


def _pieces(sections: tuple[Section, ...]) -> list[_Piece]:
    pieces = [_piece(role, section) for role, section in zip(roles_of(sections), sections, strict=True)]
    admitted = [s for p in pieces if p.role != "limitations" for s in p.sentences if LIMITS_CUE.search(s)]
    if not any(piece.role == "limitations" for piece in pieces) and admitted:
        pieces.append(_piece("limitations", Section(heading="Limitations named elsewhere", text=" ".join(admitted))))
    return [piece for piece in pieces if piece.sentences]


def _piece(role: Role, section: Section) -> _Piece:
    paragraphs = section.text.split("\n\n")
    sentences = tuple(s + end for p in paragraphs for s, end in _ended(split_english(p)))
    return _Piece(role, section.heading, sentences, sum(map(count_tokens, sentences)))


def _ended(sentences: list[str]) -> Iterable[tuple[str, str]]:
    """Each sentence with the white space that follows it: paragraphs stay apart."""
    return ((s, "\n" if n == len(sentences) else " ") for n, s in enumerate(sentences, start=1))


def _body(pieces: list[_Piece], room: int) -> list[str]:
    """The pieces in the paper's order, each within what its role's share leaves it."""
    granted = _grants(pieces, room)
    texts = ((piece, _fill(piece, grant)) for piece, grant in zip(pieces, granted, strict=True))
    return [f"## {piece.heading or piece.role.capitalize()}\n{text}" for piece, text in texts if text]


def _grants(pieces: list[_Piece], room: int) -> list[int]:
    """Tokens for each piece: all it wants where there is room, else its part of its role's share."""
    wants = [piece.cost + _overhead(piece) for piece in pieces]
    if sum(wants) <= room:
        return wants
    grants = [0] * len(pieces)
    left = room
    weight = sum(_SHARES.values())
    for role, share in _SHARES.items():
        own = [n for n, piece in enumerate(pieces) if piece.role == role]
        allowed = int(left * share / weight)
        _share_out(grants, wants, own, allowed)
        left -= sum(grants[n] for n in own)
        weight -= share
    return grants


def _share_out(grants: list[int], wants: list[int], own: list[int], allowed: int) -> None:
    """Give the small wishes whole and part the rest evenly, so that no long section starves the others."""
    left = allowed
    for rank, n in enumerate(sorted(own, key=lambda n: wants[n])):
        grants[n] = min(wants[n], left // (len(own) - rank))
        left -= grants[n]


def _overhead(piece: _Piece) -> int:
    return count_tokens(f"\n\n## {piece.heading or piece.role}\n") + len(piece.sentences)


def _fill(piece: _Piece, grant: int) -> str:
    return _within(piece.sentences, grant - count_tokens(f"\n\n## {piece.heading or piece.role}\n"))


def _within(sentences: Iterable[str], tokens: int) -> str:
    """The first sentences that fit, and a mark where some did not."""
    kept: list[str] = []
    left = tokens - count_tokens(CUT) - 1
    for sentence in sentences:
        cost = count_tokens(sentence) + 1
        if cost > left:
            return "".join([*map(_spaced, kept), CUT]) if kept else ""
        kept.append(sentence)
        left -= cost
    return "".join(map(_spaced, kept)).strip()


def _spaced(sentence: str) -> str:
    return sentence if sentence[-1:].isspace() else f"{sentence} "
