"""Text into Markdown: the one place where other people's words become part of a post."""

import re
from functools import lru_cache
from typing import Final
from urllib.parse import quote

from digest.core.text import fold

# Matches the signs of `*a*`, `[a](b)`, `{{ x }}`, `<b>`, `--`, `_c_` and a `#` that begins a line; not the star of
# `5 * 3`, the underscores of `snake_case` or the `<` of `p < 0.05`.
_BACKSLASH: Final = re.compile(
    r"""
    [*`|"'\[\]](?<!\ \*(?=\ ))                  # all but a star that stands alone, as in `5 * 3`
    | \\(?=[!-/:-@\[-`{-~])                     # where the next sign would take it for an escape
    | (?<![A-Za-z가-힣])_ | _(?![A-Za-z0-9가-힣])   # snake_case stays
    | (?<={){ | {(?=[:\#])                      # Liquid output; kramdown's attributes, extensions and ids
    | <(?=[^\s\d=-]|[^\s<]*@)                   # tags, automatic links, guillemets
    | (?<=>)> | (?<=[-+])- | (?<=\.)\.          # guillemets, dashes, plus-minus, ellipses
    | (?<=~)~ | ~(?=~) | (?<=\$)\$              # strikethrough, fences; kramdown's formulas
    | (?<=!!!)! | \((?=(?i:c|r|tm)\))           # what typographers make of `!!!!` and `(c)`
    | :(?=//)                                   # else an automatic link would show the escapes after it
    | ^[\#>=:] | ^[-+](?![^\W_])                # what starts a block
    | (?<=\ )\#(?=\#*$)                         # what ends a heading
    """,
    re.VERBOSE,
)
# Matches a backslash that ends the text, the `&` of `&amp;`, the `%` of `{%` and of `%20`, a `^` that begins the text;
# not the `&` of `R&D` or the `%` of `50%`.
_ENTITY: Final = re.compile(
    r"""
    \\$                                         # kramdown breaks the line there, even after an escape
    | &(?=\#|[^\s&]*;)                          # what looks like an entity
    | (?<={)% | %(?=[0-9A-Fa-f]{2})             # Liquid tags; signs that a linked URL would show decoded
    | ^\^                                       # block ends, and footnotes after a bracket
    | (?<=,), | (?<=\?\?\?)\?                   # shortened by typographers
    """,
    re.VERBOSE,
)
_SPECIAL: Final = re.compile(f"(?P<entity>{_ENTITY.pattern})|{_BACKSLASH.pattern}", re.VERBOSE)
# Matches all ASCII punctuation but `, ; ? ! ( ) / + =` and a full stop, hyphen or sign of those that stands alone.
_SIGNS: Final = re.compile(r"""[&<>"'{}%`*_\[\]|$~^\\#@:]|(?<=[-.,?!+=(/])[-.,?!+=(/]""")
_ORDINAL: Final = re.compile(r"^([0-9]+)([.)])(?= |$)")


@lru_cache(maxsize=4096)  # each text is written once and looked for once when the post is read back
def escape(text: str) -> str:
    """Markdown that shows `fold(text)` verbatim and nothing else.

    Holds in a heading or its link text, as a paragraph or a line of one, and as a list item or a part of
    one; read by Liquid and kramdown (GFM input), and by CommonMark with or without tables, `~~`, typography
    and automatic links. A bare URL may come out as a link that shows the same text.
    No construct is left half open, so neighbours cannot complete it; ordinary prose comes back unchanged.

    Not promised: what scripts do to the rendered page, and single tildes on github.com, which strikes out
    what is between two. A theme's MathJax pairs two dollars of one element into a formula; it reads the
    decoded text, so no spelling without a tag of its own keeps it from that, and single dollars stay bare.
    """
    return _ORDINAL.sub(r"\1\\\2", _SPECIAL.sub(_spell, fold(text)))


def _spell(match: re.Match[str]) -> str:
    if match["entity"]:
        return f"&#{ord(match['entity'])};"
    return "\\" + match[0]


def escape_html(text: str) -> str:
    """The text of an HTML element or attribute that shows `fold(text)` verbatim, within Markdown and for Liquid too.

    Every sign that HTML, Liquid, Markdown, a typographer or an automatic link could read as more is an entity.
    """
    return _SIGNS.sub(lambda sign: f"&#{ord(sign[0])};", fold(text))


def escape_url(url: str) -> str:
    """A URL that can be put between the parentheses of a link; signs that cannot are percent-encoded."""
    encoded = quote(fold(url), safe="/:?#@!$&*+,=~%")
    return re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", encoded)
