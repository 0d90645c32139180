"""Chat completions of any OpenAI-compatible server."""

import json
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from digest.clients.completion import Completion, hidden_error, parse, parsed, read_completion, said
from digest.clients.environment import host_of, is_loopback
from digest.clients.form import Form, Question, context_in, room_in
from digest.clients.http import MEGABYTE, Answer, Gate, HttpClient, Sent, Service
from digest.clients.retry import Meaning, ServiceDownError, ServiceError, TooLargeError, meaning_of, wait_in
from digest.core.config import SummarizerConfig, usable_key
from digest.core.errors import UsageError
from digest.core.secret import Secret

_LARGEST = 20 * MEGABYTE
"""Bytes of an answer; one with reasoning and in events has some hundred thousand, one that goes astray millions."""
_REFUSED_FOR_ALL = 3
"""Questions refused before any was answered, after which the refusal is taken to hold for all."""
_LEAST_BOUND = 500
"""Tokens of an answer; a summary does not fit into fewer."""
_CHANCES = 1
"""Times that a question is asked again in the same form after the server rejected its own model's answer."""
_PAYMENT = 402
_NEXT_STEPS: Mapping[Meaning, str] = {
    "account": "check the key, the credit and the quota",
    "length": "lower summarizer.input_tokens",
    "bound": "lower summarizer.max_tokens",
    "form": "if the server wants a key of its own, set it in summarizer.extra",
}
_STEPS_BY_STATUS: Mapping[int | None, str] = {
    None: "check summarizer.base_url; a slow server needs a longer summarizer.timeout",
    301: "redirects are not followed, set summarizer.base_url to the address itself",
    302: "redirects are not followed, set summarizer.base_url to the address itself",
    307: "redirects are not followed, set summarizer.base_url to the address itself",
    308: "redirects are not followed, set summarizer.base_url to the address itself",
    404: "check summarizer.model and summarizer.base_url",
    405: "check summarizer.base_url",
    429: "lower summarizer.concurrency, or build again later",
}


class TooLongError(ServiceError):
    """A question is too long for the model."""

    @property
    def limit(self) -> int | None:
        """Tokens of question and answer together, as the server names them; None if it does not."""
        return context_in(self.body)


class Chat:
    """A model on a server. Its key is in the request's header and nowhere else.

    Raises UsageError for a key that no header can carry, and for one that would be sent in the clear.
    """

    pays = True

    def __init__(self, http: HttpClient, config: SummarizerConfig, key: str | None, *, name: str = "model") -> None:
        self._http = http
        self._config = config
        self._key = usable_key(key, config.api_key_env)
        self._secret = Secret(self._key)
        self._refuse_to_leak()
        self._form = Form()
        self._like: Chat | None = None
        self._proven: set[int] = set()
        self._most: int | None = None
        self._refused = 0
        self._answered = False
        self._lock = threading.Lock()
        self._service = Service(
            name,
            "model",
            "application/json",
            gate=Gate(config.concurrency),
            passes=lambda status, body: meaning_of(status, body) == "moment",
            largest=_LARGEST,
            seconds=config.timeout,
            total_seconds=config.timeout,
            redirects=False,
        )

    def beside(self, config: SummarizerConfig, key: str | None, *, name: str) -> "Chat":
        """Another model, or the same under another name; on the same server both share its places and its habits."""
        other = Chat(self._http, config, key, name=name)
        if config.base_url == self._config.base_url:
            other._service = other._service._replace(gate=self._service.gate)
            other._like = self
        return other

    def question(self, question: Question) -> dict[str, Any]:
        """What an answer depends on, whichever form of the question the server takes."""
        url, round_ = self._config.base_url, question.about.round
        return {"ask": "model", "url": url, "body": self.body(question, Form()), "round": round_}

    def ask(self, question: Question, failed: Callable[[ServiceError], None] | None = None) -> Completion:
        """The server's answer to a conversation. `failed` is called with the failure of each request.

        An answer that is not JSON is a bad answer, not a failed request. Raises TooLongError, ServiceError for any
        other failure of this question, and ServiceDownError where no question makes sense any more.
        """
        form = self._form if self._answered or self._like is None else self._like._form
        chances = _CHANCES
        while True:
            most = min(question.most, self._most or question.most)
            body = self.body(question._replace(most=most), form)
            try:
                completion = self._post(body, failed)
            except ServiceDownError:
                raise
            except TooLargeError:
                completion = Completion("", "too-large", None)
            except ServiceError as error:
                meaning = meaning_of(error.status, error.body) if error.status else "moment"
                if meaning == "chance" and chances:
                    chances -= 1
                    continue
                following = self.following(form, error, body, most)
                if following is None:
                    raise self._final(error, meaning) from None
                form = following
                continue
            self._remember(form)
            return completion

    def models(self) -> set[str]:
        """The names of the server's models; none where its answer lists none. Raises ServiceError."""
        return _names(self.fetch(Service(self._service.name, "model", "application/json", redirects=False), "models"))

    def hide(self, values: Any) -> Any:
        """JSON without the key, wherever a server repeats it."""
        return self._secret.hide_within(values)

    def fetch(
        self,
        service: Service,
        path: str,
        *,
        method: str = "GET",
        sent: Sent | None = None,
        failed: Callable[[ServiceError], None] | None = None,
    ) -> Any:
        """What another page of the server answers as JSON, without the key; None where it went into a file.

        Raises ServiceError.
        """
        url = f"{self._config.base_url}/{path}"
        try:
            answer = self._http.ask(service, url, method=method, headers=self._headers(), sent=sent, failed=failed)
        except ServiceError as error:
            raise self._told(error) from None
        if sent is not None and sent.into is not None:
            return None
        values = self._secret.hide_within(parsed(answer.body.decode("utf-8", "replace")))
        if values is None:
            raise ServiceError(self._service.name, "the answer is not JSON")
        return values

    def _refuse_to_leak(self) -> None:
        if self._key is None:
            return
        url = self._config.base_url
        if url.startswith("http://") and not is_loopback(url) and not self._config.allow_http:
            raise UsageError(
                f"summarizer.base_url: the key would be sent to {host_of(url)} unencrypted; "
                "use https, or set summarizer.allow_http to true"
            )
        for place, text in (("base_url", url), ("model", self._config.model), ("extra", str(self._config.extra))):
            if self._secret.is_in(text):
                raise UsageError(
                    f"summarizer.{place}: holds the key; take it out, it is read from ${self._config.api_key_env}"
                )

    def body(self, question: Question, form: Form) -> dict[str, Any]:
        """The request's body in such a form."""
        config = self._config
        settings = {**config.extra, "temperature": config.temperature, "seed": config.seed, "model": config.model}
        return form.body(question.messages, question.schema, question.name, question.most, settings)

    def _post(self, body: Mapping[str, Any], failed: Callable[[ServiceError], None] | None) -> Completion:
        read: list[dict[str, Any]] = []

        def check(answer: Answer) -> None:
            read[:] = [self._read(answer)]

        url = f"{self._config.base_url}/chat/completions"
        try:
            self._http.ask(
                self._service, url, method="POST", headers=self._headers(), json=body, check=check, failed=failed
            )
        except TooLargeError:
            raise
        except ServiceError as error:
            raise self._told(error) from None
        return read_completion(read[-1])

    def _read(self, answer: Answer) -> dict[str, Any]:
        """An answer's object without the key. Raises ServiceError for an error that came with status 200."""
        values: dict[str, Any] = self._secret.hide_within(parse(answer.body.decode("utf-8", "replace")))
        found = hidden_error(values)
        if found is None:
            return values
        status, error = found
        text = json.dumps(error, ensure_ascii=False)
        passing = meaning_of(status, text) == "moment"
        reason = f"HTTP 200 with an error inside ({status})"
        wait = wait_in(text, datetime.now(UTC)) if passing else None
        raise ServiceError(
            self._service.name, reason, passing=passing, status=status, retry_after=wait, body=text, may_cost=True
        )

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._key}"} if self._key else {}

    def _told(self, error: ServiceError) -> ServiceError:
        """The error with what the server said, and without the key, which the server may have quoted."""
        if isinstance(error, ServiceDownError):
            return error
        body = self._secret.hide(error.body)
        words = said(parsed(body))
        reason = self._secret.hide(f"{error.reason}: {words}" if words else error.reason)
        return ServiceError(
            error.service,
            reason,
            passing=error.passing,
            status=error.status,
            retry_after=error.retry_after,
            body=body,
            may_cost=error.may_cost,
        )

    def following(self, form: Form, error: ServiceError, sent: Mapping[str, Any], most: int) -> Form | None:
        """The form to ask in after a body with such a bound was refused; None where no other can help.

        Where it is the same form, `self.most` says with how much less room for the answer.
        """
        meaning = meaning_of(error.status, error.body) if error.status else "moment"
        if meaning in ("bound", "length") and self._lower(error, most):
            return form
        if meaning in ("form", "chance") or (meaning == "bound" and error.status != _PAYMENT):
            is_proven = form.format in self._proven and meaning != "chance"
            return form.after(error.body, sent.keys(), is_proven=is_proven)
        return None

    @property
    def most(self) -> int | None:
        """Tokens of an answer that the server has room for; None as long as it has not said."""
        return self._most

    def _lower(self, error: ServiceError, most: int) -> bool:
        """Bound answers by what the server has room for, if it says so and a summary fits into it."""
        room = room_in(error.body)
        if room is None or not _LEAST_BOUND <= room < most:
            return False
        with self._lock:
            self._most = min(room, self._most or room)
        return True

    def _final(self, error: ServiceError, meaning: Meaning) -> ServiceError:
        """The error with the next step; one that holds for every question ends the asking."""
        step = _NEXT_STEPS.get(meaning) or _STEPS_BY_STATUS.get(error.status)
        reason = f"{error.reason}; {step}" if step else error.reason
        kind = TooLongError if meaning == "length" else ServiceError
        for_all = meaning == "account" or (meaning == "bound" and error.status == _PAYMENT)
        if for_all or (meaning in ("question", "form") and self._is_refused_for_all()):
            self._http.give_up(self._service, reason)
        return kind(error.service, reason, passing=error.passing, status=error.status, body=error.body)

    def _is_refused_for_all(self) -> bool:
        with self._lock:
            self._refused += 1
            return not self._answered and self._refused >= _REFUSED_FOR_ALL

    def _remember(self, form: Form) -> None:
        with self._lock:
            self._answered = True
            self._proven.add(form.format)
            self._form = form


def _names(values: Any) -> set[str]:
    """The ids in a list of models: OpenAI's object around the list, or the list alone."""
    listed = values.get("data") if isinstance(values, dict) else values
    items = listed if isinstance(listed, list) else []
    return {str(item["id"]) for item in items if isinstance(item, dict) and "id" in item}
