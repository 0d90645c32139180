"""Batch engines: OpenAI's `/files` and `/batches`, as many servers have them, and the lines of their results."""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, Final, NamedTuple

from digest.clients.chat import Chat
from digest.clients.completion import hidden_error, parsed, said
from digest.clients.form import endpoint_of
from digest.clients.http import MEGABYTE, Sent, Service
from digest.clients.retry import ServiceError
from digest.core.errors import UsageError

MOST_LINES: Final = 50_000
"""Requests of one file."""
MOST_BYTES: Final = 200 * MEGABYTE
"""Of one file."""
LOST_AFTER: Final = timedelta(days=3)
"""Age of a batch from which on what its engine does not have is lost; a batch takes a day or two.

A younger one another account may have, so that asking again would pay twice.
"""
_ASKED: Final = Service(
    "batch engine", "model", "application/json", seconds=120.0, total_seconds=300.0, redirects=False
)
_FILES: Final = _ASKED._replace(accept="*/*", largest=8_000 * MEGABYTE, total_seconds=7_200.0)
_OVER: Final = frozenset({"completed", "failed", "expired", "cancelled", "canceled"})
_NOT_READY: Final = frozenset({"pending", "running"})
_LOOKS, _BETWEEN = 60, 2.0
"""Looks at an uploaded file that is still being taken in, and the seconds between them."""
_UNKNOWN: Final = (404, 410)
"""Statuses of what an engine does not have, or has no more."""
_PAGE: Final = 100


class Result(NamedTuple):
    """What an engine says of a line."""

    custom_id: str
    answer: dict[str, Any] | None
    """The body of a good answer; None for a failure."""
    status: int | None = None
    """Of a failure; None where the question was not asked: the batch expired or was cancelled."""
    said: str = ""
    """The body of a failure."""


def read_results(path: Path, hide: Callable[[Any], Any]) -> Iterator[Result | None]:
    """The lines of a file of results, in any order; None for a line that is not one. Blank lines are left out.

    `hide` takes keys out of what a line says. Raises UsageError where the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            yield from _results_in(file, hide)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}; name the engine's file of results") from error


def _results_in(lines: Iterable[bytes], hide: Callable[[Any], Any]) -> Iterator[Result | None]:
    for line in lines:
        text = line.decode("utf-8-sig", "replace").strip()
        if text:
            yield read_result(hide(parsed(text)))


def read_result(values: Any) -> Result | None:
    """A line of OpenAI's, Azure's or vLLM's results: an answer in `response.body`, or an error there or beside it.

    None for anything else, a line of questions above all.
    """
    if not isinstance(values, dict) or not isinstance(values.get("custom_id"), str):
        return None
    response = values["response"] if isinstance(values.get("response"), dict) else values
    body = response.get("body") or (response if response.get("choices") else None)
    body = parsed(body) if isinstance(body, str) else body
    if isinstance(body, dict) and "messages" in body and "choices" not in body:
        return None  # a question: the file of lines was named instead of the file of results
    status = response.get("status_code")
    error = values.get("error") or (body.get("error") if isinstance(body, dict) else None)
    hidden = hidden_error(body) if isinstance(body, dict) else None
    if isinstance(body, dict) and not error and hidden is None and not _is_refused(status):
        return Result(values["custom_id"], body)
    text = json.dumps(error or body or {}, ensure_ascii=False)
    return Result(values["custom_id"], None, status if _is_refused(status) else _status(error, hidden), text)


def _is_refused(status: Any) -> bool:
    return isinstance(status, int) and status >= 400


def _status(error: Any, hidden: tuple[int, Any] | None) -> int | None:
    """The status of a failure that names none: vLLM puts it into the error's code."""
    inner = error.get("error", error) if isinstance(error, dict) else {}
    code = inner.get("code") if isinstance(inner, dict) else None
    return code if _is_refused(code) else hidden[0] if hidden else 400 if isinstance(error, str) else None


class Progress(NamedTuple):
    """How far an engine is with a batch."""

    id: str
    status: str
    input_file: str | None
    output_file: str | None
    error_file: str | None
    why: str
    """Why it failed; empty if it has not."""
    counts: str
    """`12 of 30 answered, 1 failed`; empty where the engine does not say."""

    @property
    def is_over(self) -> bool:
        """Whether no more answers will come."""
        return self.status in _OVER

    @property
    def is_refused(self) -> bool:
        """Whether the engine has not asked any of the lines, and has no answer to them."""
        return self.status == "failed" and not (self.output_file or self.error_file)


class Engine:
    """A server's batch endpoints. Raises ServiceError where they do not do what they should."""

    def __init__(self, chat: Chat, url: str) -> None:
        self._chat = chat
        self._endpoint = endpoint_of(url)

    def upload(self, path: Path) -> str:
        """The id of a file of lines, which is read while it is sent."""
        sent = Sent(form={"purpose": "batch", "file": path})
        values = self._chat.fetch(_FILES, "files", method="POST", sent=sent)
        for _ in range(_LOOKS):
            if _text(values, "status") not in _NOT_READY:
                break
            time.sleep(_BETWEEN)
            values = self._chat.fetch(_ASKED, f"files/{_id(values)}")
        return _id(values)

    def create(self, input_file: str, name: str, lines: str) -> Progress:
        """Have a file's lines, which have such a hash, answered, under a name that begins with the time.

        It is asked for once: a second request would be a second batch. Where the answer does not come, `find` says
        later whether it was made.
        """
        values = {
            "input_file_id": input_file,
            "endpoint": self._endpoint,
            "completion_window": "24h",
            "metadata": {"digest": name, "lines": lines},
        }
        return _progress(self._chat.fetch(_ASKED, "batches", method="POST", sent=Sent(json=values), failed=_once))

    def look(self, batch: str, name: str) -> Progress | None:
        """How far a batch is, which was created under that name; None where the engine neither has nor lists it."""
        try:
            return _progress(self._chat.fetch(_ASKED, f"batches/{batch}"))
        except ServiceError as error:
            if error.status not in _UNKNOWN or self.find(name, None) is not None:
                raise
            return None

    def find(self, name: str, input_file: str | None) -> Progress | None:
        """The batch that was created under a name, or of a file; None if there is none."""
        for each, metadata in self._listed():
            if metadata.get("digest") == name or (input_file and each.get("input_file_id") == input_file):
                return _progress(each)
        return None

    def find_twin(self, lines: str, since: str) -> Progress | None:
        """The batch that another machine has created of lines with such a hash, under a name from `since` on.

        None if there is none whose answers are those to wait for: one that is over may lack some. None too where a
        server lists no batches, which may make some all the same.
        """
        try:
            for each, metadata in self._listed():
                is_same = metadata.get("lines") == lines and str(metadata.get("digest")) >= since
                if is_same and _is_of_use(each):
                    return _progress(each)
        except ServiceError as error:
            if error.passing or error.status is None:
                raise
        return None

    def _listed(self) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        """All batches of the account, newest first, each with its metadata."""
        after = ""
        while True:
            values = self._chat.fetch(_ASKED, f"batches?limit={_PAGE}{after}")
            listed = values.get("data") if isinstance(values, dict) else None
            found = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
            for each in found:
                metadata = each.get("metadata")
                yield each, metadata if isinstance(metadata, dict) else {}
            if not found or not values.get("has_more"):
                return
            after = f"&after={_id(found[-1])}"

    def results(self, files: Iterable[str | None], folder: Path, *, missing: list[str]) -> Iterator[Result | None]:
        """The lines of the engine's files of results, which are kept in a nameless file in the folder meanwhile.

        A server may repeat the key in them, and a kill must leave nothing behind. The files that the engine does not
        have are added to `missing`.
        """
        folder.mkdir(parents=True, exist_ok=True)
        for name in filter(None, files):
            with TemporaryFile(dir=folder) as file:
                try:
                    self._chat.fetch(_FILES, f"files/{name}/content", sent=Sent(into=file))
                except ServiceError as error:
                    if error.status not in _UNKNOWN:
                        raise
                    missing.append(name)
                file.seek(0)
                yield from _results_in(file, self._chat.hide)


def lacking(what: str, age: timedelta, remembered: Path) -> str:
    """What it means that an engine does not have a batch of such an age, or a file of it, and what to do."""
    if age >= LOST_AFTER:
        return f"the engine does not have {what} any more, so that its questions are asked again"
    return (
        f"the engine does not have {what}; check whether the key is of the account that submitted it: the questions "
        f"are asked again when {LOST_AFTER.days} days have passed, or at once if you delete {remembered}"
    )


def _once(error: ServiceError) -> None:
    """Let a failure be the last, though it may pass."""
    if error.passing:
        raise ServiceError(error.service, error.reason, status=error.status, body=error.body, may_cost=True)


def _is_of_use(batch: Mapping[str, Any]) -> bool:
    """Whether each line of a batch has an answer or will have one."""
    counts = batch.get("request_counts")
    if batch.get("status") == "completed":
        return isinstance(counts, dict) and counts.get("failed") == 0
    return batch.get("status") not in (*_OVER, "cancelling")


def _progress(values: Any) -> Progress:
    return Progress(
        id=_id(values),
        status=_text(values, "status") or "",
        input_file=_text(values, "input_file_id"),
        output_file=_text(values, "output_file_id"),
        error_file=_text(values, "error_file_id"),
        why=_why(values.get("errors")),
        counts=_counts(values.get("request_counts")),
    )


def _why(errors: Any) -> str:
    """The first of a batch's errors, with its code, which tells apart what its words do not."""
    listed = errors.get("data") if isinstance(errors, dict) else errors
    first = listed[0] if isinstance(listed, list) and listed else None
    code = first.get("code") if isinstance(first, dict) else None
    return " ".join(str(part) for part in (code and f"{code}:", said(first)) if part) if first else ""


def _counts(counts: Any) -> str:
    if not isinstance(counts, dict) or not counts.get("total"):
        return ""
    failed = f", {counts['failed']} failed" if counts.get("failed") else ""
    return f"{counts.get('completed', 0)} of {counts['total']} answered{failed}"


def _id(values: Any) -> str:
    found = _text(values, "id")
    if found is None:
        raise ServiceError(_ASKED.name, "the answer has no id; the server may have no batch endpoints, use --to-file")
    return found


def _text(values: Any, key: str) -> str | None:
    value = values.get(key) if isinstance(values, dict) else None
    return value if isinstance(value, str) and value else None
