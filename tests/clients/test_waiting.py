"""How long a service asks to be left alone, in all the spellings that are in use."""

from datetime import UTC, datetime

import pytest

from digest.clients.retry import told_wait

NOW = datetime(2026, 1, 1, tzinfo=UTC)
EPOCH = int(NOW.timestamp())

WAITS = [
    ({}, '{"error": {"details": [{"retryDelay": "34s"}]}}', 34.0),
    ({}, "Please retry in 34.07s.", 34.07),
    ({}, "Rate limit reached. Please try again in 7m12s. Visit", 432.0),
    ({}, "Please try again in 20ms.", 0.02),
    ({}, "try again in 1h2m3s", 3723.0),
    ({}, "Try again after 30 seconds", 30.0),
    ({}, "retry after 1 minute", 60.0),
    ({}, '{"retry_after": 12.5}', 12.5),
    ({}, '{"retry_after_ms": 1500}', 1.5),
    ({}, '{"retryAfter": "30"}', 30.0),
    ({}, '{"parameters": {"retry-after": 5}}', 5.0),
    ({}, "Please wait 9 seconds before the next request", 9.0),
    ({}, "Limit resets in 45s", 45.0),
    ({}, "available again in 2 min", 120.0),
    ({}, '{"reset_after": 3}', 3.0),
    ({}, "30초 후에 다시 시도하세요", 30.0),
    ({}, "请在30秒后重试", 30.0),
    ({}, "Limit: 10 requests per minute", 6.0),
    ({}, "limited to 10 rpm", 6.0),
    ({}, "rate limit: 2 requests/second", 0.5),
    ({}, "Retried 3 times; 12 models are available", None),
    ({}, "", None),
    ({"retry-after": "7"}, "retry in 99s", 7.0),
    ({"retry-after-ms": "250"}, "retry in 99s", 0.25),
    ({"retry-after": "Thu, 01 Jan 2026 00:00:09 GMT"}, "", 9.0),
    ({"x-ratelimit-reset-requests": "1s", "x-ratelimit-reset-tokens": "6m0s"}, "", 360.0),
    ({"x-ratelimit-reset": str(EPOCH + 11)}, "", 11.0),
    ({"x-ratelimit-reset": str(1000 * (EPOCH + 11))}, "", 11.0),
    ({"retry-after": "soon"}, "", None),
]


@pytest.mark.parametrize(("headers", "body", "seconds"), WAITS, ids=[str(case[:2])[:50] for case in WAITS])
def test_a_wait_in_any_spelling(headers: dict[str, str], body: str, seconds: float | None) -> None:
    told = told_wait(headers, body, NOW)
    assert told == (None if seconds is None else pytest.approx(seconds))
