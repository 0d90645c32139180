"""Formulas of a web page: their TeX, as far as the formula that is printed bears it out."""

import re
import unicodedata

from lxml import etree

from digest.core.letters import plain
from digest.stages.source_text.visibility import Look, look_of

_DOLLAR = re.compile(r"(?<!\\)\$")
_TEX_BREAK = re.compile(r"%\n\s*(?![A-Za-z])|%(?=\n)")
_PHANTOM = re.compile(r"\\[hv]?phantom\s*(?=\{)")
_COMMAND = re.compile(r"\\(?:begin|end|label|ref|operatorname\*?|color)?\s*(?:\[[^\]]*\])?\{[^{}]*\}|\\[A-Za-z]+|\\.")
_WORD = re.compile(r"[A-Za-z]{4,}")
_LETTERS = re.compile(r"[^A-Za-z]+")
_MOST_UNBORNE = 0.25
"""Of the words in the TeX, which may be names of commands and environments."""


def formula_of(element: etree._Element, look: Look) -> str:
    """A formula as its TeX between dollars; as its printed letters where the TeX has words that are not printed.

    Empty where there is nothing to print. `look` is that of the formula.
    """
    given = element.get("alttext") or element.get("alt") or _annotation(element)
    tex = _without_phantoms(plain(_DOLLAR.sub("", _TEX_BREAK.sub("", given))))
    printed = _printed(element, look)
    if tex and _is_borne_out(tex, printed):
        return f"${tex}$"
    return f"${plain(printed)}$" if printed.strip() else ""


def _annotation(element: etree._Element) -> str:
    """The TeX that a formula carries inside; else its printed text."""
    for found in element.iter("annotation"):
        if found.get("encoding") == "application/x-tex":
            return found.text or ""
    return "".join(str(text) for text in element.itertext())


def _printed(element: etree._Element, look: Look) -> str:
    """What a reader sees of a formula, without what it carries beside."""
    shown: list[str] = []
    looks = [look]
    events = etree.iterwalk(element, events=("start", "end"))
    for event, each in events:
        if event == "start":
            looks.append(look if each is element else look_of(each, looks[-1]))
            if str(each.tag) in ("annotation", "annotation-xml"):
                events.skip_subtree()
            elif not looks[-1].unseen:
                shown.append(each.text or "")
        else:
            looks.pop()
            if each is not element and not looks[-1].unseen:
                shown.append(each.tail or "")
    return "".join(shown)


def _is_borne_out(tex: str, printed: str) -> bool:
    """Whether the words of the TeX are printed, but for a few."""
    words = _WORD.findall(_COMMAND.sub(" ", tex)) + _WORD.findall(_COMMAND.sub(" ", " ".join(_texts(tex))))
    letters = _LETTERS.sub("", unicodedata.normalize("NFKC", printed)).casefold()
    missing = sum(word.casefold() not in letters for word in words)
    return missing <= _MOST_UNBORNE * len(words) if words else True


def _texts(tex: str) -> list[str]:
    r"""What `\text{...}` and its like hold."""
    return re.findall(r"\\(?:text\w*|mbox|mathrm|mathbf|mathit|mathsf|mathtt|operatorname\*?)\s*\{([^{}]*)\}", tex)


def _without_phantoms(tex: str) -> str:
    r"""TeX without `\phantom{...}`, which leaves room for what it does not print."""
    while found := _PHANTOM.search(tex):
        depth, at = 0, found.end()
        while at < len(tex):
            depth += {"{": 1, "}": -1}.get(tex[at], 0)
            at += 1
            if not depth:
                break
        tex = tex[: found.start()] + tex[at:]
    return tex
