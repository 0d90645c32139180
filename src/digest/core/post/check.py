"""What is wrong with a post or a record, by named rules; each finding says where and what to do."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, tzinfo
from typing import NamedTuple

from digest.core.clock import instant, named_day, shown_day
from digest.core.judge.faults import find_faults
from digest.core.post.compare import find_html
from digest.core.post.front_matter import FrontMatter
from digest.core.post.import_ import REPEATED, repeated
from digest.core.post.parse import PostReading
from digest.core.record import Entry, Record
from digest.core.summary import FIELDS, Fault, Finding

_REQUIRED = ("layout", "title", "date")
_LIQUID = re.compile(r"(?<!\\)\{\{|(?<!\\)\{%")
_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
_ID = re.compile(r'"id": "([^"]+)"')
_BARE_PIPE = re.compile(r"(?<!\\)\|")


class SiteClock(NamedTuple):
    """How the Jekyll site reads the dates of its posts."""

    zone: tzinfo
    future: bool
    """Whether it shows posts of the future."""
    now: datetime


def check_front_matter(name: str, text: str, front_matter: FrontMatter, site: SiteClock) -> Iterator[Finding]:
    """The faults of a post's front matter, and of its file's name."""
    yield from front_matter.findings
    data = front_matter.data
    if not data:
        return
    for key in _REQUIRED:
        if not data.get(key):
            yield _finding(1, "front-matter", f"{key} is missing from the front matter; add it", key)
    named = named_day(name)
    if named is None:
        message = f"Jekyll does not take {name!r} for a post; name it YYYY-MM-DD-title.md"
        yield _finding(1, "file-name", message, None)
    written = data.get("date")
    if written:
        yield from _check_date(str(written), named, _line_of_date(text), site)


def _line_of_date(text: str) -> tuple[int, bool]:
    """The line of the date in the front matter, and whether it is quoted."""
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("date:"):
            return number, line.removeprefix("date:").strip()[:1] in ("'", '"')
    return 1, False


def _check_date(written: str, named: str | None, place: tuple[int, bool], site: SiteClock) -> Iterator[Finding]:
    line, quoted = place
    moment = instant(written, quoted=quoted, site=site.zone)
    if moment is None:
        yield _finding(
            line, "date", f"{written!r} is not a date, and Jekyll stops at it; write YYYY-MM-DD HH:MM:SS", "date"
        )
        return
    day = shown_day(moment, site.zone)
    if named is not None and written[:10] != named:
        yield _finding(
            line, "date", f"the date is {written[:10]}, the file's name says {named}; make them agree", "date"
        )
    elif str(day) != written[:10]:
        message = f"the site reads {written!r} as {day}; add the site's time zone after the time"
        yield _finding(line, "date", message, "date")
    if moment > site.now and not site.future:
        message = (
            f"{written!r} is in the future for the site, which leaves the post out until then; write an earlier time"
        )
        yield _finding(line, "future-date", message, "date")


def check_body(reading: PostReading, *, known: bool) -> Iterator[Finding]:
    """The faults of a post's body. Of one that shows a record (`known`), the summaries are judged in the record."""
    of_front_matter = set(reading.front_matter.findings)
    yield from (finding for finding in reading.findings if finding not in of_front_matter)
    yield from _check_markup(reading)
    if not known:
        for paper in reading.papers:
            for fault in find_faults(paper.summary, {}, None):
                if fault.name != "missing":  # reading has found it, with its line
                    yield Finding(line=paper.line, fault=fault.replace(paper=paper.id))


def unusual(found: Iterable[Finding], usual: Iterable[Finding]) -> Iterator[Finding]:
    """What is wrong with an edited post besides what is `usual`: what its template brings along, wherever that is."""
    known = {(each.fault.name, each.fault.field, each.fault.message) for each in usual}
    return (each for each in found if (each.fault.name, each.fault.field, each.fault.message) not in known)


def _check_markup(reading: PostReading) -> Iterator[Finding]:
    """What Liquid, kramdown or the browser would take for more than text."""
    first = reading.front_matter.body_line
    lines = reading.front_matter.body.split("\n")
    for number, line in enumerate(lines, start=first):
        if _LIQUID.search(line):
            yield _finding(
                number, "liquid", "Jekyll runs `{{` and `{%` as Liquid; write a backslash before the brace", None
            )
        if not line.startswith(("#", "|", "    ")) and _BARE_PIPE.search(_CODE.sub("", line)):
            yield _finding(
                number, "table", "kramdown makes a table of a line with `|`; write a backslash before it", None
            )
    for number, tag in find_html(reading.front_matter.body):
        message = f"the browser takes {tag[:40]!r} for HTML; write a backslash before the `<`"
        yield _finding(number + first - 1, "html", message, None)


def check_record(record: Record, lines: Sequence[str], tolerated: Sequence[str]) -> Iterator[Finding]:
    """The faults of a record's entries. What an import has noted in an entry is known and not reported again."""
    seen: set[str] = set()
    places = _places(lines)
    for entry in record.entries:
        line = places.get(entry.paper.id, 1)
        if entry.paper.id in seen:
            yield _finding(line, "repeated-paper", f"{entry.paper.id} is there twice; delete one entry", None)
        seen.add(entry.paper.id)
        noted = {(fault.name, fault.field) for fault in entry.faults} | {(name, None) for name in tolerated}
        for fault in _entry_faults(entry):
            if not noted & {(fault.name, fault.field), (fault.name, None)}:
                yield Finding(line=line, fault=fault.replace(paper=entry.paper.id))


def _entry_faults(entry: Entry) -> Iterator[Fault]:
    if entry.status != "final":
        return
    if entry.summary is None:
        yield Fault(name="missing", message="a final entry without a summary; make it failed, and it is built again")
        return
    if not entry.paper.title:
        yield Fault(name="missing", message="a final entry without a title; write it", field="title")
    yield from find_faults({field: entry.summary.text(field) for field in FIELDS}, {}, None)


class Appearance(NamedTuple):
    """A paper that a day's record shows."""

    paper: str
    line: int
    noted: bool
    """Whether the record itself says that another day has the paper, too."""


def appearances(record: Record, lines: Sequence[str]) -> tuple[Appearance, ...]:
    """The papers of the final entries, with their lines in the record's file."""
    places = _places(lines)
    final = (entry for entry in record.entries if entry.status == "final")
    return tuple(
        Appearance(e.paper.id, places.get(e.paper.id, 1), any(f.name == REPEATED for f in e.faults)) for e in final
    )


def check_repeats(day: date, papers: Iterable[Appearance], first: dict[str, date]) -> Iterator[Finding]:
    """Papers that an earlier day shows too. `first` holds the day of each paper so far, and takes in this day's."""
    for paper, line, noted in papers:
        earlier = first.setdefault(paper, day)
        if earlier != day and not noted:
            yield Finding(line=line, fault=repeated(paper, earlier))


def _places(lines: Sequence[str]) -> dict[str, int]:
    """The first line of a record's file that names each paper."""
    named = [(found[1], number) for number, line in enumerate(lines, start=1) if (found := _ID.search(line))]
    return dict(reversed(named))


def _finding(line: int, name: str, message: str, field: str | None) -> Finding:
    return Finding(line=line, fault=Fault(name=name, message=message, field=field))
