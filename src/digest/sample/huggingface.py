"""Daily Papers: `/hf/api/daily_papers?date=D&limit=N&p=N`."""

import textwrap
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from hashlib import sha1
from typing import Any

from digest.sample.paper import Catalogue, SamplePaper
from digest.sample.server import Reply, Request, json_reply

_NEW_YORK = timedelta(hours=5)


class _RefusedError(ValueError):
    """The query is wrong: the message is the service's own."""


def daily_papers(request: Request, catalogue: Catalogue) -> Reply:
    """One page of a date's list, most votes first; 400 with an error object for a query it refuses."""
    if request.path != "/hf/api/daily_papers":
        return json_reply({"error": "Sorry, we can't find the page you are looking for."}, status=404)
    try:
        day = _day(request.query, catalogue)
        limit = _number(request.query, "limit", 50, least=1, most=100)
        page = _number(request.query, "p", 0, least=0, most=100_000)
    except _RefusedError as refusal:
        return json_reply({"error": str(refusal)}, status=400)
    entries = _entries(day, catalogue)
    more = len(entries) > (page + 1) * limit
    return json_reply(entries[page * limit : (page + 1) * limit], headers=_next(request, page) if more else {})


def _day(query: Mapping[str, str], catalogue: Catalogue) -> str:
    if "date" not in query:
        return max(catalogue.listings, default=catalogue.today.isoformat())
    try:
        day = datetime.fromisoformat(query["date"]).date()
    except ValueError:
        raise _RefusedError("✖ Invalid ISO date\n  → at date") from None
    if day > catalogue.today:
        bound = f"{catalogue.today}T00:00:00.000Z"
        raise _RefusedError(f'✖ "date" must be less than or equal to "{bound}"\n  → at date')
    return day.isoformat()


def _number(query: Mapping[str, str], name: str, default: int, *, least: int, most: int) -> int:
    try:
        value = int(query.get(name, default))
    except ValueError:
        raise _RefusedError(f"✖ Invalid input: expected number, received NaN\n  → at {name}") from None
    if value > most:
        raise _RefusedError(f"✖ Too big: expected number to be <={most}\n  → at {name}")
    if value < least:
        raise _RefusedError(f"✖ Too small: expected number to be >={least}\n  → at {name}")
    return value


def _next(request: Request, page: int) -> dict[str, str]:
    query = "&".join(f"{name}={value}" for name, value in {**request.query, "p": str(page + 1)}.items())
    return {"Link": f'<http://{request.headers["host"]}{request.path}?{query}>; rel="next"'}


def _entries(day: str, catalogue: Catalogue) -> list[Any]:
    listed = catalogue.listings.get(day, ())
    papers = [catalogue.papers[item] for item in listed if isinstance(item, str)]
    entries = [_entry(paper, date.fromisoformat(day)) for paper in sorted(papers, key=lambda p: -p.upvotes)]
    return entries + [item for item in listed if not isinstance(item, str)]


def _entry(paper: SamplePaper, day: date) -> dict[str, Any]:
    submitter = _user("Sample Reader")
    return {
        "paper": _inner(paper, day, submitter),
        "publishedAt": _wrong_by_the_offset(paper.published),
        "title": paper.title,
        "summary": paper.abstract,
        "thumbnail": f"https://cdn-thumbnails.huggingface.co/social-thumbnails/papers/{paper.id}.png",
        "numComments": 2,
        "submittedBy": {**submitter, "isHf": False, "isHfAdmin": False, "isMod": False, "followerCount": 1},
        "isAuthorParticipating": False,
    }


def _inner(paper: SamplePaper, day: date, submitter: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": paper.id,
        "authors": [{"_id": _key(f"{paper.id} {name}"), "name": name, "hidden": False} for name in paper.authors],
        "publishedAt": paper.published.replace("Z", ".000Z"),
        "submittedOnDailyAt": f"{day}T00:42:22.046Z",
        "title": "\n  ".join(textwrap.wrap(paper.title, 70, break_long_words=False, break_on_hyphens=False)),
        "submittedOnDailyBy": submitter,
        "summary": paper.abstract,
        "upvotes": paper.upvotes,
        "discussionId": _key(f"discussion {paper.id}"),
    }


def _user(name: str) -> dict[str, Any]:
    handle = name.lower().replace(" ", "-")
    return {
        "_id": _key(name),
        "avatarUrl": "/avatars/sample.svg",
        "isPro": False,
        "fullname": name,
        "user": handle,
        "name": handle,
        "type": "user",
    }


def _key(text: str) -> str:
    return sha1(text.encode(), usedforsecurity=False).hexdigest()[:24]


def _wrong_by_the_offset(published: str) -> str:
    """The outer `publishedAt`, which the real service gives in New York's time but calls UTC."""
    return (datetime.fromisoformat(published) - _NEW_YORK).strftime("%Y-%m-%dT%H:%M:%S.000Z")
