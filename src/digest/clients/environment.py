"""The variables that decide how requests are sent; what is wrong with one is found before the first request."""

import os
import ssl
from collections.abc import Mapping

import httpx

from digest.core.errors import UsageError

_MADE_BY = {"SSL_CERT_FILE": "cafile", "SSL_CERT_DIR": "capath"}


_PROXIES = ("http_proxy", "https_proxy", "all_proxy")
_LAST_PORT = 65535


def check_environment(environment: Mapping[str, str]) -> None:
    """Raises UsageError naming the variable of certificates, session keys or a proxy that cannot be used."""
    for name, kind in _MADE_BY.items():
        path = environment.get(name)
        if path and not os.path.exists(path):
            raise UsageError(f"${name}: there is no {path}; correct it or unset it")
        if path:
            _load(name, path, kind)
    if path := environment.get("SSLKEYLOGFILE"):
        _open_log(path)
    for name in _PROXIES:
        for variable in (name, name.upper()):
            _check_proxy(variable, environment.get(variable))


def _check_proxy(name: str, value: str | None) -> None:
    try:
        url = httpx.URL(value if "://" in value else f"http://{value}") if value else None
    except httpx.InvalidURL as error:
        raise UsageError(f"${name}: {error}; write http://HOST:PORT, or unset it") from error
    if url is not None and (not url.host or (url.port or 0) > _LAST_PORT):
        raise UsageError(f"${name}: not the address of a proxy; write http://HOST:PORT, or unset it")


def _load(name: str, path: str, kind: str) -> None:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(**{kind: path})
    except (OSError, ValueError) as error:  # SSLError is an OSError
        raise UsageError(f"${name}: {path} has no certificates that can be read; correct it or unset it") from error


def _open_log(path: str) -> None:
    """As TLS itself will: Python opens the file as soon as a context is made."""
    try:
        with open(path, "ab"):
            return
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"$SSLKEYLOGFILE: {path} cannot be written: {reason}; correct it or unset it") from error
