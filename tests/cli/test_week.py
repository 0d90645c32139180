"""A week of nights in which the listing is late, short, down and whole: nothing is lost, and nothing in silence."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from bench.services import Services, faults, make_papers, serve

from blog import Blog, Ran
from digest.clients.http import HttpClient
from digest.core.paper import SourceReport
from digest.stages.listing.sources import HuggingFace
from digest.stages.listing.union import list_papers
from digest.store.cache import Cache
from repositories import git

MONDAY = date(2025, 12, 1)
DAYS = [MONDAY + timedelta(days=number) for number in range(4)]
PAPERS = make_papers(8)
WHOLE = {str(day): [paper.id for paper in PAPERS[2 * n : 2 * n + 2]] for n, day in enumerate(DAYS)}


def night(site: Blog, day: date, hour: int = 1) -> Ran:
    """A night after a day, at an hour of the next day in UTC."""
    site.now = datetime(day.year, day.month, day.day, hour, tzinfo=UTC) + timedelta(days=1)
    return site.digest("nightly")


def published(site: Blog) -> dict[str, list[str]]:
    """The papers of each record at the remote."""
    bare = Path(f"{site.folder}-remote.git")
    names = git(bare, "ls-tree", "-r", "--name-only", "main").splitlines()
    records = [json.loads(git(bare, "show", f"main:{name}")) for name in names if name.startswith("data/")]
    return {record["date"]: [entry["paper"]["id"] for entry in record["entries"]] for record in records}


@pytest.mark.parametrize("cache", ["kept", "lost between nights"])
def test_every_paper_is_published_once_by_friday(site: Blog, cache: str) -> None:
    lists: dict[str, list[str]] = {}
    with serve(PAPERS, lists) as services:
        site.configure(services, nightly={"catch_up_days": 4})

        def forget() -> None:
            if cache != "kept":
                for path in (site.folder / ".cache").glob("??/*.json"):
                    path.unlink()

        ran = night(site, DAYS[0])
        assert ran.code == 0, ran.err
        assert f"missing: {DAYS[0]} not listed: the list is empty so far" in ran.err
        assert f"{DAYS[0]}: the list is empty so far; the next runs ask again" in ran.err
        forget()

        lists |= {str(DAYS[0]): WHOLE[str(DAYS[0])], str(DAYS[1]): WHOLE[str(DAYS[1])][:1]}
        ran = night(site, DAYS[1])
        assert ran.code == 0, ran.err
        assert "lists that may still grow, and are asked for again" in ran.err
        assert published(site) == lists
        forget()

        services.fail("huggingface", faults.reply(503))
        ran = night(site, DAYS[2])
        assert ran.code in (3, 4)
        assert f"missing: {DAYS[2]} not listed" in ran.err
        assert "503" in ran.err
        missing = json.loads(site.digest("status", "--json").out)["missing"]
        assert (str(DAYS[2]), "not listed") in {(each["day"], each["what"]) for each in missing}
        services.recover()
        forget()

        lists |= WHOLE
        ran = night(site, DAYS[3])
        assert ran.code == 0, ran.err
        assert "not listed" not in ran.err
        assert published(site) == WHOLE
        services.clear()
        again = night(site, DAYS[3], hour=9)
        assert (again.code, again.out, services.count("model")) == (0, "", 0)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


ASKED: dict[str, tuple[list[tuple[str, int]], list[bool]]] = {
    # times of asking with the papers that are listed then, and whether the list is asked for again afterwards
    "empty twice, six hours apart": ([("2025-12-05T01:00", 0), ("2025-12-05T07:00", 0)], [True, False]),
    "empty twice, within six hours": ([("2025-12-05T01:00", 0), ("2025-12-05T06:59", 0)], [True, True]),
    "empty before its day is over": ([("2025-12-04T20:00", 0), ("2025-12-05T02:00", 0)], [True, True]),
    "late": ([("2025-12-05T01:00", 0), ("2025-12-06T01:00", 3), ("2025-12-07T01:00", 3)], [True, True, False]),
    "taken within a day": ([("2025-12-05T01:00", 1), ("2025-12-06T01:00", 1), ("2025-12-09T01:00", 1)], [True] * 3),
    "taken late": ([("2025-12-06T00:00", 3)], [False]),
    "taken late, and grown since": (
        [("2025-12-06T00:00", 1), ("2025-12-06T00:00", 3), ("2025-12-07T00:00", 3)],
        [False, True, False],
    ),
    "emptied": ([("2025-12-06T00:00", 2), ("2025-12-07T00:00", 0), ("2025-12-07T06:00", 0)], [False, True, False]),
}


@pytest.mark.parametrize("memory", ["the cache", "the record"])
@pytest.mark.parametrize("name", ASKED)
def test_when_a_list_is_asked_for_again(http: HttpClient, tmp_path: Path, name: str, memory: str) -> None:
    day = date(2025, 12, 4)
    asked, again = ASKED[name]
    lists: dict[str, list[str]] = {}
    reports: tuple[SourceReport, ...] = ()
    with serve(PAPERS, lists) as services:
        for number, (time, count) in enumerate(asked):
            lists[str(day)] = [paper.id for paper in PAPERS[:count]]
            cache = Cache(tmp_path / ("cache" if memory == "the cache" else str(number)))
            source = HuggingFace(http, services.huggingface_url)
            listing = list_papers(day, [source], cache=cache, now=at(time), before=reports, force=True)
            reports = listing.sources if memory == "the record" else ()
            assert [not report.settled for report in listing.sources] == [again[number]], time
            assert len(listing.papers) == count


def test_a_settled_list_costs_nothing_and_an_open_one_a_request(http: HttpClient, tmp_path: Path) -> None:
    with serve(PAPERS, WHOLE) as services:
        source, cache = HuggingFace(http, services.huggingface_url), Cache(tmp_path)
        for time, requests in (("2025-12-02T01:00", 1), ("2025-12-03T01:00", 2)):
            list_papers(MONDAY, [source], cache=cache, now=at(time))
            assert count_of(services) == requests
        for _ in range(2):
            list_papers(DAYS[1], [source], cache=cache, now=at("2025-12-09T01:00"))
            assert count_of(services) == 3


def count_of(services: Services) -> int:
    return services.count("huggingface")


def test_two_runs_on_an_empty_weekday_end_the_asking(site: Blog) -> None:
    with serve([], {}) as services:
        site.configure(services, nightly={"catch_up_days": 1})
        for hour, due in ((1, [str(MONDAY)]), (5, [str(MONDAY)]), (7, [])):
            assert night(site, MONDAY, hour).code == 0
            assert json.loads(site.digest("status", "--json").out)["due"] == due
        services.clear()
        assert night(site, MONDAY, 9).err.splitlines()[-1] == "nothing is due"
        assert services.requests == ()
