"""A batch engine on loopback: OpenAI's `/files` and `/batches`, which loses, repeats and expires as it is told to."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count
from threading import Lock
from typing import Any

from digest.sample.server import Reply, Request, json_reply


@dataclass
class Habits:
    """How the engine treats its lines; each may be changed while it runs."""

    loses: int = 0
    """Of so many lines one comes back nowhere; 0: none."""
    repeats: int = 0
    """Of so many lines one comes back twice."""
    fails: int = 0
    """Of so many lines one comes back with an error of the server."""
    expires: bool = False
    """Whether the next batch expires when half of it is done."""
    refuses: str = ""
    """Why batches fail before anything is asked; empty: they do not."""
    refuses_for: str = "token_limit_exceeded"
    """The code of that."""
    runs: bool = True
    """Whether batches are worked on; otherwise they are in progress for ever."""
    keeps_files: bool = True
    """Whether files of results are kept; otherwise each is lost at once."""


@dataclass
class BatchEngine:
    """The engine. It asks the model when somebody looks at a batch, so that nothing waits."""

    ask: Callable[[Request], Reply]
    """The model."""
    habits: Habits = field(default_factory=Habits)
    asked: Counter[str] = field(default_factory=Counter)
    """How often each question was answered and charged, by the hash of the request's body."""
    created: int = 0
    """Batches so far."""
    keeps: bool = True
    """Whether lines and files that were worked on are kept."""
    worked: int = 0
    """Lines that were worked on."""
    lines: list[dict[str, Any]] = field(default_factory=list)
    """All of them, if they are kept."""
    _files: dict[str, bytes] = field(default_factory=dict)
    _names: Iterator[str] = field(default_factory=lambda: map("file-{}".format, count(1)))
    _batches: dict[str, dict[str, Any]] = field(default_factory=dict)
    _lock: Any = field(default_factory=Lock)

    def files(self, request: Request) -> Reply:
        """`POST /v1/files`, `GET /v1/files/ID`, `GET /v1/files/ID/content`."""
        with self._lock:
            if request.method == "POST":
                data = _file_in(request)
                name = next(self._names)
                self._files[name] = data
                return json_reply(_file(name, data))
            name, _, rest = request.path.removeprefix("/v1/files/").partition("/")
            if name not in self._files:
                return _missing(name)
            return Reply(200, self._files[name]) if rest == "content" else json_reply(_file(name, self._files[name]))

    def batches(self, request: Request) -> Reply:
        """`POST /v1/batches`, `GET /v1/batches`, `GET /v1/batches/ID`."""
        with self._lock:
            if request.method == "POST":
                return self._create(request.json())
            name = request.path.removeprefix("/v1/batches").strip("/")
            if not name:
                return json_reply({"object": "list", "data": list(self._batches.values())[::-1], "has_more": False})
            if name not in self._batches:
                return _missing(name)
            for batch in self._batches.values():
                if self.habits.runs and batch["status"] == "validating":
                    self._work(batch)
            return json_reply(self._batches[name])

    def forget(self) -> None:
        """Lose all batches."""
        self._batches.clear()

    def _create(self, values: dict[str, Any]) -> Reply:
        if values.get("input_file_id") not in self._files or values.get("completion_window") != "24h":
            return _missing(str(values.get("input_file_id")))
        self.created += 1
        name = f"batch-{self.created}"
        self._batches[name] = {"id": name, "object": "batch", "status": "validating", "errors": None, **values}
        return json_reply(self._batches[name])

    def _work(self, batch: dict[str, Any]) -> None:
        """Answer a batch's lines, the last first."""
        if self.habits.refuses:
            error = {"code": self.habits.refuses_for, "message": self.habits.refuses}
            batch |= {"status": "failed", "errors": {"object": "list", "data": [error]}}
            return
        data = self._files[batch["input_file_id"]] if self.keeps else self._files.pop(batch["input_file_id"])
        lines = [json.loads(line) for line in data.splitlines()]
        done = lines[: len(lines) // 2] if self.habits.expires else lines
        good, bad = [], []
        for line in reversed(done):
            for result in self.results(line):
                is_good = (result["response"] or {}).get("status_code") == 200
                (good if is_good else bad).append(result)
        bad += [_expired(line) for line in lines[len(done) :]]
        batch |= {"status": "expired" if self.habits.expires else "completed"}
        batch |= {"output_file_id": self._keep(good), "error_file_id": self._keep(bad)}
        batch["request_counts"] = {"total": len(lines), "completed": len(good), "failed": len(bad)}
        self.habits.expires = False

    def results(self, line: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """A line's results: one as a rule."""
        self.worked += 1
        if self.keeps:
            self.lines.append(line)
        turn = self.worked
        if self.habits.loses and turn % self.habits.loses == 0:
            return
        if self.habits.fails and turn % self.habits.fails == 0:
            yield _result(line, 500, {"error": {"message": "The server had an error", "type": "server_error"}})
            return
        body = json.dumps(line["body"]).encode()
        headers = {"authorization": "Bearer engine"}
        reply = self.ask(Request("model", "POST", line["url"], {}, headers, body, 0.0))
        result = _result(line, reply.status, json.loads(reply.body))
        if reply.status == 200:
            self.asked[sha256(json.dumps(line["body"], sort_keys=True).encode()).hexdigest()] += 1
        yield result
        if self.habits.repeats and turn % self.habits.repeats == 0:
            yield result

    def _keep(self, results: list[dict[str, Any]]) -> str | None:
        if not results:
            return None
        name = next(self._names)
        if not self.habits.keeps_files:
            return f"{name}-lost"
        self._files[name] = "".join(f"{json.dumps(result, ensure_ascii=False)}\n" for result in results).encode()
        return name


def _result(line: dict[str, Any], status: int, body: dict[str, Any]) -> dict[str, Any]:
    response = {"status_code": status, "request_id": "req", "body": body}
    return {"id": "batch_req", "custom_id": line["custom_id"], "response": response, "error": None}


def _expired(line: dict[str, Any]) -> dict[str, Any]:
    error = {"code": "batch_expired", "message": "This request could not be executed before the window expired."}
    return {"id": "batch_req", "custom_id": line["custom_id"], "response": None, "error": error}


def _file(name: str, data: bytes) -> dict[str, Any]:
    return {"id": name, "object": "file", "bytes": len(data), "purpose": "batch", "status": "processed"}


def _missing(name: str) -> Reply:
    return json_reply({"error": {"message": f"No such object: {name}", "type": "invalid_request_error"}}, status=404)


def _file_in(request: Request) -> bytes:
    """The file of a form."""
    boundary = request.headers["content-type"].partition("boundary=")[2].encode()
    parts = request.body.split(b"--" + boundary)
    found = next(part for part in parts if b'name="file"' in part)
    return found.partition(b"\r\n\r\n")[2].removesuffix(b"\r\n")
