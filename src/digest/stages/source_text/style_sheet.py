"""Style sheets inside a web page, so far as a selector names one element by itself: `p`, `.note`, `p.note`, `#a`."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from lxml import etree

Style = dict[str, str]
"""Values by property, all in lower case."""

_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.DOTALL)
_BRACE = re.compile(r"([{}])")
_SCREEN = re.compile(r"(?:only\s+)?(?:screen|all)|")
_UNCONDITIONAL = re.compile(rf"@(?:media\s+(?:{_SCREEN.pattern})|supports\b.*|layer\b.*)", re.DOTALL)
_SELECTOR = re.compile(r"(?P<tag>\*|[A-Za-z][A-Za-z0-9-]*|)(?P<names>(?:[.#][A-Za-z_-][\w-]*)*)")
_NAME = re.compile(r"[.#][^.#]+")
_MOST_DECLARATIONS = 100
_LONGEST_DECLARATION = 200
"""Characters. LaTeXML writes a few short declarations; more than these are not read."""
_LONGEST_SHEET = 200_000
"""Characters, of all sheets of a page."""
_MOST_RULES = 300


class _StyleRule(NamedTuple):
    """What holds for elements that have the tag, if there is one, and all the names."""

    tag: str
    names: frozenset[str]
    """Classes and ids as a selector writes them: `.note`, `#a`."""
    style: Style
    important: Style
    """What an element's own declarations do not undo."""
    place: int
    """Among the rules, in the order of the page."""

    @property
    def rank(self) -> tuple[int, int, bool, int]:
        """The higher wins."""
        ids = sum(name[0] == "#" for name in self.names)
        return ids, len(self.names) - ids, bool(self.tag), self.place


class StyleSheet:
    """The rules of a page's own sheets that set any of the properties."""

    def __init__(self, texts: Iterable[str] = (), properties: frozenset[str] = frozenset()) -> None:
        rules: dict[tuple[str, frozenset[str]], _StyleRule] = {}
        css = _COMMENT.sub(" ", "\n".join(texts)[:_LONGEST_SHEET])
        for selector, body in _blocks(css):
            _add(rules, selector, body, properties)
        self._rules: dict[str, list[_StyleRule]] = {}
        for rule in rules.values():
            self._rules.setdefault(min(rule.names, default=rule.tag), []).append(rule)

    def __bool__(self) -> bool:
        return bool(self._rules)

    def style_of(self, element: etree._Element, own: Style) -> Style:
        """What holds for an element that declares so much itself."""
        rules = self._rules_of(element)
        merged: Style = {}
        for style in (*(rule.style for rule in rules), own, *(rule.important for rule in rules)):
            merged |= style
        return merged

    def _rules_of(self, element: etree._Element) -> list[_StyleRule]:
        tag, names = str(element.tag), {f".{name}" for name in (element.get("class") or "").split()}
        if name := element.get("id"):
            names.add(f"#{name}")
        near = (rule for key in ("", tag, *names) for rule in self._rules.get(key, ()))
        found = [rule for rule in near if rule.tag in ("", tag) and rule.names <= names]
        return sorted(found, key=lambda rule: rule.rank)


def is_for_screens(media: str) -> bool:
    """Whether a sheet with that `media` attribute holds on every screen."""
    return _SCREEN.fullmatch(media.strip().lower()) is not None


def declarations(text: str) -> Iterator[tuple[str, str, bool]]:
    """Property, value and whether it is important, in lower case."""
    for declaration in text.lower().split(";")[:_MOST_DECLARATIONS]:
        name, _, value = declaration[:_LONGEST_DECLARATION].partition(":")
        plain = value.replace("!important", "").strip()
        if plain:
            yield name.strip(), plain, "!important" in value


def _blocks(css: str) -> Iterator[tuple[str, str]]:
    """Selectors and bodies of the rules that hold without a condition on medium or width."""
    above = [("", True)]  # what encloses the place, and whether all of it holds
    pieces = _BRACE.split(css)
    for text, brace in zip(pieces[::2], pieces[1::2], strict=False):  # what follows the last brace is no rule
        if brace == "{":
            prelude = text.rpartition(";")[2].strip()
            above.append((prelude, above[-1][1] and _UNCONDITIONAL.fullmatch(prelude.lower()) is not None))
        elif len(above) > 1:
            selectors, _ = above.pop()
            if above[-1][1]:
                yield selectors, text


def _add(
    rules: dict[tuple[str, frozenset[str]], _StyleRule], selectors: str, body: str, properties: frozenset[str]
) -> None:
    found = [each for each in declarations(body) if each[0] in properties]
    for selector in selectors.split(",") if found else ():
        parts = _SELECTOR.fullmatch(selector.strip())
        if parts is None or not parts[0] or len(rules) >= _MOST_RULES:
            continue
        key = (parts["tag"].lower().strip("*"), frozenset(_NAME.findall(parts["names"])))
        rule = rules.setdefault(key, _StyleRule(*key, {}, {}, place=len(rules)))
        for name, value, important in found:
            (rule.important if important else rule.style)[name] = value
