"""The role of a section in a paper."""

import re
from typing import Final, Literal

from digest.core.prompt.cue import cue
from digest.core.source_text import Section

Role = Literal["introduction", "method", "results", "limitations", "conclusion", "other"]

_PATTERNS: Final[tuple[tuple[Role, str], ...]] = (
    ("limitations", r"limitation|threats to validity|broader impact|failure (case|mode)|shortcoming"),
    ("conclusion", r"conclusion|concluding|discussion|future (work|direction)|summary|outlook"),
    ("other", r"related work|background|preliminar|prior work|notation|literature"),
    ("introduction", r"introduction|overview of contribution|contribution|motivation"),
    ("results", r"experiment|result|evaluation|ablation|benchmark(ing)? (result|setup)|analys[ie]s|comparison|finding"),
    ("method", r"method|approach|model|architecture|framework|algorithm|our |training|dataset|design|proposed|system"),
)


def role_of(section: Section, parent: Role = "other") -> Role:
    """By the heading's own words; a subsection whose heading says nothing has its parent's role.

    An appendix is `other`, unless its heading names limitations.
    """
    heading = section.heading.lower()
    role = next((role for role, pattern in _PATTERNS if re.search(pattern, heading)), None)
    inherited = parent if section.level > 1 else None
    if "limitations" in (role, inherited):
        return "limitations"
    return "other" if section.appendix else role or inherited or "method"


def roles_of(sections: tuple[Section, ...]) -> list[Role]:
    """The role of each section, in order."""
    roles: list[Role] = []
    top: Role = "introduction"
    for section in sections:
        role = role_of(section, top) if section.heading or section.appendix else top
        roles.append(role)
        if section.level == 1:
            top = role
    return roles


LIMITS_CUE: Final = cue(
    "limit|shortcoming|drawback|future|fail|does not|remain",
    r"\blimitations?\b|\blimited (to|by|in)\b|\bshortcoming|\bdrawback|\bfuture work\b|\bfails? (to|on|when)\b"
    r"|\bdoes not (handle|support|cover|address)|\bleave[sd]?\b.{0,40}\bfuture\b|\bremains? (challenging|an open)",
)
"""Words with which a sentence admits a limitation."""

LIMITS_WORD: Final = cue("limitation", r"\blimitations?\b")
"""The word with which a paragraph begins to list limitations."""

CONTRIBUTION_CUE: Final = cue(
    "contribution|propose|present|introduce|in this",
    r"\bcontributions?\b|\bwe (therefore |thus |then |hence )?(propose|present|introduce)\b|\bin this (paper|work)\b",
)
"""Words with which an introduction says what is new."""
