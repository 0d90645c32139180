"""The configuration: its keys, defaults and checks."""

import json
import re
from datetime import date, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from msgspec import Meta

from digest.core.errors import UsageError
from digest.core.validation import ConfigSection, checked

_BAD_FORMAT = (KeyError, IndexError, ValueError, AttributeError, TypeError)
"""What `str.format` raises for a pattern that asks for what is not there."""


def known_zone(name: str) -> str:
    """The name of a time zone. Raises ValueError where there is no such zone."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        if not available_timezones():
            raise ValueError("this machine has no time-zone data; install it: pip install tzdata") from None
        raise ValueError(f"unknown time zone {name!r}; write an IANA name such as Asia/Seoul") from None
    return name


def _time(text: str) -> str:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d( [+-]\d{4})?", text):
        raise ValueError(f'{text!r} is not a time; write "HH:MM:SS" or "HH:MM:SS +0900"')
    return text


def _regex(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"{text!r} is not a regular expression: {error}") from None
    return text


def _date_format(text: str) -> str:
    try:
        text.format(date=date(2025, 12, 4))
    except _BAD_FORMAT:
        raise ValueError(
            f"{text!r} does not format; write {{date}} or {{date:%Y%m%d}}, braces doubled elsewhere"
        ) from None
    return text


def _filename(text: str) -> str:
    _date_format(text)
    days = [date(2024, 1, 1) + timedelta(days=number) for number in range(2 * 366)]
    if len({text.format(date=day) for day in days}) < len(days):
        raise ValueError(f"{text!r} gives several days one file; put {{date}} into it")
    if text.startswith("/") or ".." in text.split("/"):
        raise ValueError(f"{text!r} leaves the posts folder; write a name below it")
    return text


def _dates_format(text: str) -> str:
    try:
        text.format(dates="2025-12-04")
    except _BAD_FORMAT:
        raise ValueError(f"{text!r} does not format; the only placeholder is {{dates}}") from None
    return text


def _template(text: str) -> str:
    if not re.fullmatch(r"[^/\\\s][^/\\]*\.j2", text):
        raise ValueError(f"{text!r} is not a template's file name; write post.md.j2 or post-full.md.j2")
    return text


def _repository(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+", text):
        raise ValueError(f"{text!r} is not a repository on GitHub; write OWNER/NAME")
    return text


def _variable(text: str) -> str:
    if not re.fullmatch(r"[A-Z_][A-Z0-9_]*", text):  # not quoted: users do paste their key here
        raise ValueError("not the name of a variable; write one such as OPENAI_API_KEY, and put the key into it")
    return text


def _url(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s/?#]+[^\s?#]*", text):
        raise ValueError(f"{text!r} is not a URL; write http://... or https://...")
    return text.rstrip("/")


def _category(text: str) -> str:
    if not re.fullmatch(r"[a-z-]+(\.[A-Za-z-]+)?", text):
        raise ValueError(f"{text!r} is not a category; write one such as cs.CV")
    return text


def _some_category(categories: tuple[str, ...]) -> tuple[str, ...]:
    if not categories:
        raise ValueError("names no category; write some, such as [cs.CV, cs.CL]")
    return categories


_OWN_KEYS = frozenset(
    {"model", "messages", "stream", "response_format", "max_tokens", "max_completion_tokens"}
    | {"temperature", "seed", "n", "tools", "tool_choice"}
)
"""Keys of a request that digest sets itself, or whose answers it does not read."""
_SECRET_KEYS = re.compile(r"authorization|api_?-?key|token$|secret|password", re.IGNORECASE)


def _extra(keys: dict[str, Any]) -> dict[str, Any]:
    for key in keys:
        if key in _OWN_KEYS:
            raise ValueError(f"{key} is digest's own; use the setting of that name, or leave it out")
        if _SECRET_KEYS.search(key):
            raise ValueError(f"{key} may hold a secret, which a file must not; put the key into summarizer.api_key_env")
    return {key: _json_value(value) for key, value in keys.items()}


def _json_value(word: Any) -> Any:
    """A word of a file as the JSON value that it spells: `false`, `null`, `0.5`; any other is text."""
    if isinstance(word, dict):
        return {key: _json_value(value) for key, value in word.items()}
    if isinstance(word, list):
        return [_json_value(value) for value in word]
    try:
        return json.loads(word) if isinstance(word, str) and _JSON_WORD.fullmatch(word) else word
    except ValueError:
        return word


_JSON_WORD = re.compile(r"true|false|null|-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")


def _positive(seconds: float) -> float:
    if not 0 < seconds <= 86_400:
        raise ValueError(f"{seconds:g} is not a time to wait; write seconds, up to a day")
    return seconds


Extra = Annotated[dict[str, Any], checked(_extra)]
Url = Annotated[str, checked(_url)]
Regex = Annotated[str, checked(_regex)]


class Blog(ConfigSection):
    """How posts present themselves to Jekyll."""

    title: Annotated[str, checked(_date_format)] = "Daily Papers — {date}"
    timezone: Annotated[str, checked(known_zone)] = "Asia/Seoul"
    time: Annotated[str, checked(_time)] = "08:15:00"
    layout: str = "post"
    tags: tuple[str, ...] = ("papers", "hugginface")
    categories: tuple[str, ...] = ()
    template: Annotated[str, checked(_template)] = "post.md.j2"
    repository: Annotated[str, checked(_repository)] | None = None
    front_matter: dict[str, Any] = {}


class Paths(ConfigSection):
    """Folders, relative to the configuration file."""

    posts: str = "posts"
    data: str = "data"
    templates: str = "templates"
    cache: str = ".cache"
    filename: Annotated[str, checked(_filename)] = "{date}-daily-papers-{date:%Y%m%d}.md"


class HuggingFaceSource(ConfigSection):
    """Daily Papers of the date."""

    kind: Literal["huggingface"] = "huggingface"
    url: Url = "https://huggingface.co"


class ArxivSource(ConfigSection):
    """Papers submitted on the date in any of the categories."""

    kind: Literal["arxiv"]
    categories: Annotated[tuple[Annotated[str, checked(_category)], ...], checked(_some_category)]


class ListSource(ConfigSection):
    """A YAML file that maps dates to ids."""

    kind: Literal["list"]
    file: str


SourceConfig = HuggingFaceSource | ArxivSource | ListSource


def _some(sources: tuple[SourceConfig, ...]) -> tuple[SourceConfig, ...]:
    if not sources:
        raise ValueError("names no source, so no night would find a paper; write [{kind: huggingface}] or leave it out")
    return sources


class Select(ConfigSection):
    """Which of the listed papers are taken; patterns see title and abstract, case aside."""

    limit: Annotated[int, Meta(ge=1)] = 30
    min_upvotes: Annotated[int, Meta(ge=0)] = 0
    include: tuple[Regex, ...] = ()
    exclude: tuple[Regex, ...] = ()
    skip_seen: bool = True


class Arxiv(ConfigSection):
    """Where arXiv is, and how gently it is asked."""

    api_url: Url = "https://export.arxiv.org/api/query"
    site_url: Url = "https://arxiv.org"
    interval: Annotated[float, Meta(ge=0, le=600)] = 3.0
    full_text: tuple[Literal["html", "pdf"], ...] = ("html", "pdf")


class Prices(ConfigSection):
    """USD per million tokens."""

    input: Annotated[float, Meta(ge=0)]
    output: Annotated[float, Meta(ge=0)]


class SummarizerConfig(ConfigSection):
    """Who summarises, and within which bounds."""

    kind: Literal["auto", "openai", "extractive"] = "auto"
    base_url: Url = "https://api.openai.com/v1"
    model: str = "gpt-5.6-luna"
    api_key_env: Annotated[str, checked(_variable)] = "OPENAI_API_KEY"
    concurrency: Annotated[int, Meta(ge=1, le=256)] = 8
    attempts: Annotated[int, Meta(ge=1, le=20)] = 3
    input_tokens: Annotated[int, Meta(ge=500)] = 16000
    max_tokens: Annotated[int, Meta(ge=500)] = 8000
    timeout: Annotated[float, checked(_positive)] = 180.0
    extra: Extra = {}
    allow_http: bool = False
    temperature: float | None = None
    seed: int | None = None
    budget_usd: Annotated[float, Meta(ge=0)] | None = None
    prices: Prices | None = None
    glossary: dict[str, str] = {}
    tolerate: tuple[str, ...] = ()

    def asking(self, model: str) -> "SummarizerConfig":
        """How another model at the same server is asked; its prices are looked up."""
        return self if model == self.model else self.replace(model=model, prices=None)

    def asks_model(self, key: str | None) -> bool:
        """Whether a model is asked; otherwise entries are drafts of the papers' own sentences."""
        return self.kind == "openai" or (self.kind == "auto" and key is not None)


class VerifierConfig(ConfigSection):
    """Who holds each field against its evidence; null is the summarizer's."""

    kind: Literal["model", "off"] = "model"
    base_url: Url | None = None
    model: str | None = None
    api_key_env: Annotated[str, checked(_variable)] | None = None
    extra: Extra | None = None

    def settings(self, summarizer: SummarizerConfig) -> SummarizerConfig:
        """How the verifier is asked; another model's prices are looked up."""
        own = {
            "base_url": self.base_url or summarizer.base_url,
            "model": self.model or summarizer.model,
            "api_key_env": self.api_key_env or summarizer.api_key_env,
            "extra": summarizer.extra if self.extra is None else self.extra,
        }
        is_same = own["model"] == summarizer.model and own["base_url"] == summarizer.base_url
        return summarizer.replace(**own, prices=summarizer.prices if is_same else None)


class Nightly(ConfigSection):
    """How far back a night looks, and what it must achieve."""

    catch_up_days: Annotated[int, Meta(ge=1, le=366)] = 7
    min_success: Annotated[float, Meta(ge=0, le=1)] = 0.5
    give_up_after: Annotated[int, Meta(ge=1)] = 9
    refresh_days: Annotated[int, Meta(ge=0, le=3660)] = 90


class Check(ConfigSection):
    """What `digest check` looks for."""

    ignore: tuple[str, ...] = ()


def _name(text: str) -> str:
    if not text or text.startswith("-") or any(sign.isspace() or not sign.isprintable() for sign in text):
        raise ValueError(f"{text!r} is not a name that git takes; write one such as origin or main")
    return text


class Publish(ConfigSection):
    """Where posts and records are pushed."""

    remote: Annotated[str, checked(_name)] = "origin"
    branch: Annotated[str, checked(_name)] = "main"
    push: bool = True
    message: Annotated[str, checked(_dates_format)] = "chore(posts): add daily papers {dates}"


class Config(ConfigSection):
    """Everything `config.yaml` may say."""

    blog: Blog = Blog()
    paths: Paths = Paths()
    sources: Annotated[tuple[SourceConfig, ...], checked(_some)] = (HuggingFaceSource(),)
    select: Select = Select()
    arxiv: Arxiv = Arxiv()
    summarizer: SummarizerConfig = SummarizerConfig()
    verifier: VerifierConfig = VerifierConfig()
    nightly: Nightly = Nightly()
    check: Check = Check()
    publish: Publish = Publish()

    @property
    def key_variables(self) -> frozenset[str]:
        """The variables that hold keys."""
        return frozenset({self.summarizer.api_key_env, self.verifier.settings(self.summarizer).api_key_env})


def bare_key(text: str | None) -> str | None:
    """A key without the line break that a file or a secret store may have left at its end; None if that is all."""
    return (text or "").strip() or None


def usable_key(text: str | None, variable: str) -> str | None:
    """The bare key. Raises UsageError for one that no header can carry."""
    key = bare_key(text)
    if key is not None and not (key.isascii() and key.isprintable()):
        raise UsageError(f"${variable}: holds characters that no key has; set it again")
    return key
