"""httpx without what only its command line and its asynchronous client need: half of the time that it takes to load."""

import ssl
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any, Self

_UNUSED = ("httpx._main", "trio", "anyio")
"""httpx and httpcore load these where they are installed, and do without them where they are not."""


@contextmanager
def _as_if_absent(names: tuple[str, ...]) -> Iterator[None]:
    hidden = [name for name in names if name not in sys.modules]
    sys.modules |= dict.fromkeys(hidden)  # type: ignore[arg-type]  # None is how Python spells "not to be found"
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


with _as_if_absent(_UNUSED):
    import httpcore  # noqa: F401  httpx itself would load it with the first client
    import httpx


class LazyContext(ssl.SSLContext):
    """httpx's own TLS context, which reads its certificate authorities when the first https connection is made."""

    def __new__(cls) -> Self:
        return super().__new__(cls, ssl.PROTOCOL_TLS_CLIENT)

    @cached_property
    def _full(self) -> ssl.SSLContext:
        context = httpx.create_ssl_context()
        context.set_alpn_protocols(["http/1.1"])
        return context

    def wrap_socket(self, *given: Any, **named: Any) -> ssl.SSLSocket:
        return self._full.wrap_socket(*given, **named)

    def wrap_bio(self, *given: Any, **named: Any) -> ssl.SSLObject:
        return self._full.wrap_bio(*given, **named)


__all__ = ["LazyContext", "httpx"]
