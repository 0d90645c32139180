"""Daily Papers as the real one answers."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from bench.services import Services, make_papers, serve

from digest.sample import SAMPLE_DATE, load_papers

RECORDED = Path(__file__).parents[3] / "shared" / "wire" / "hf" / "2025-12-04.late.json"


def ask(client: httpx.Client, services: Services, **params: object) -> httpx.Response:
    return client.get(f"{services.huggingface_url}/api/daily_papers", params={k: str(v) for k, v in params.items()})


def test_a_day_is_listed_by_votes(client: httpx.Client, services: Services) -> None:
    entries = ask(client, services, date=SAMPLE_DATE, limit=100).json()
    votes = [entry["paper"]["upvotes"] for entry in entries]
    assert [entry["paper"]["id"] for entry in entries] == [paper.id for paper in load_papers()]
    assert votes == sorted(votes, reverse=True)
    assert {entry["paper"]["submittedOnDailyAt"][:10] for entry in entries} == {str(SAMPLE_DATE)}
    assert any("\n  " in entry["paper"]["title"] for entry in entries)
    assert all("\n" not in entry["title"] for entry in entries)


@pytest.mark.skipif(not RECORDED.exists(), reason="recorded answers are not beside this checkout")
def test_an_entry_has_the_recorded_keys_and_types(client: httpx.Client, services: Services) -> None:
    def shape(value: Any) -> Any:
        return {key: shape(v) for key, v in value.items()} if isinstance(value, dict) else type(value)

    ours, recorded = ask(client, services, date=SAMPLE_DATE).json()[0], json.loads(RECORDED.read_text("utf-8"))
    for part, theirs in ((ours, recorded), (ours["paper"], [entry["paper"] for entry in recorded])):
        known = {key: {str(shape(entry[key])) for entry in theirs if key in entry} for key in part}
        nested = {"paper", "submittedBy", "submittedOnDailyBy"}
        assert all(known.values())
        assert all(str(shape(value)) in known[key] for key, value in part.items() if key not in nested)
    assert set(ours) >= set.intersection(*map(set, recorded)) - {"summary"}


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"date": "2025-12-05"}, '✖ "date" must be less than or equal to "2025-12-04T00:00:00.000Z"\n  → at date'),
        ({"date": "4 December"}, "✖ Invalid ISO date\n  → at date"),
        ({"date": "2025-12-04", "limit": 101}, "✖ Too big: expected number to be <=100\n  → at limit"),
        ({"date": "2025-12-04", "limit": 0}, "✖ Too small: expected number to be >=1\n  → at limit"),
        ({"date": "2025-12-04", "p": "x"}, "✖ Invalid input: expected number, received NaN\n  → at p"),
    ],
)
def test_refusals_are_400_with_an_error_object(client: httpx.Client, params: dict[str, object], said: str) -> None:
    with serve(today=SAMPLE_DATE) as services:
        answer = ask(client, services, **params)
    assert (answer.status_code, answer.json()) == (400, {"error": said})


@pytest.mark.parametrize("day", ["2025-12-06", "2025-12-07", "2025-12-02"])
def test_a_day_without_a_list_is_empty(client: httpx.Client, services: Services, day: str) -> None:
    answer = ask(client, services, date=day)
    assert (answer.status_code, answer.json()) == (200, [])


@pytest.mark.parametrize(("limit", "sizes"), [(None, [50, 50, 20]), (100, [100, 20]), (60, [60, 60])])
def test_pages_are_linked(client: httpx.Client, limit: int | None, sizes: list[int]) -> None:
    with serve(make_papers(120)) as services:
        page = ask(client, services, date=SAMPLE_DATE, **({"limit": limit} if limit else {}))
        pages = [page]
        while "next" in page.links:
            page = client.get(page.links["next"]["url"])
            pages.append(page)
    assert [len(page.json()) for page in pages] == sizes
    assert len({entry["paper"]["id"] for page in pages for entry in page.json()}) == 120


def test_given_entries_are_served_as_they_are(client: httpx.Client) -> None:
    entries = [{"paper": {"id": "2511.21631", "odd": None}, "title": "<think>"}]
    with serve(listings={"2025-12-03": entries, "2025-12-04": ["2512.03405"]}) as services:
        assert ask(client, services, date="2025-12-03").json() == entries
        assert [e["paper"]["id"] for e in ask(client, services).json()] == ["2512.03405"]
