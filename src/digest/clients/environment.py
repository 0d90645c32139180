"""What the environment says of proxies and certificates."""

import ipaddress
import os
import re
import ssl
from collections.abc import Mapping
from urllib.parse import urlsplit

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


def is_loopback(url: str) -> bool:
    """Whether an address is this machine: `localhost`, 127.0.0.0/8 or `[::1]`."""
    host = host_of(url)
    if host == "localhost" or host.endswith(".localhost"):
        return True
    address = _address(host)
    return address is not None and address.is_loopback


def host_of(url: str) -> str:
    """The host in lower case, without port and brackets; empty where there is none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def proxies(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment's proxies by the beginning of the URLs they are for; a proxy without a scheme is http's."""
    found = {}
    for scheme in ("http", "https", "all"):
        value = environment.get(f"{scheme}_proxy") or environment.get(f"{scheme}_proxy".upper())
        if value:
            found[f"{scheme}://"] = value if "://" in value else f"http://{value}"
    return found


def is_direct(url: str, environment: Mapping[str, str]) -> bool:
    """Whether a URL is asked for without a proxy."""
    if is_loopback(url):
        return True
    named = environment.get("no_proxy") or environment.get("NO_PROXY") or ""
    return any(_covers(entry.strip().lower(), host_of(url)) for entry in named.split(",") if entry.strip())


def _covers(entry: str, host: str) -> bool:
    """Whether an entry of `NO_PROXY` names the host: `*`, a domain, an address, or a network such as `10.0.0.0/8`."""
    address = _address(host)
    if address is not None and "/" in entry:
        network = _network(entry)
        return network is not None and address in network
    name = re.sub(r"^[a-z]+://", "", entry)
    name = name[1 : name.find("]")] if name.startswith("[") and "]" in name else name
    if address is not None:
        return name == "*" or _address(name) == address or _address(name.rpartition(":")[0]) == address
    name = name.rpartition(":")[0] if re.search(r":\d+$", name) else name
    name = name.removeprefix("*").removeprefix(".")
    return entry == "*" or (bool(name) and (host == name or host.endswith(f".{name}")))


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(text.replace("[", "").replace("]", ""), strict=False)
    except ValueError:
        return None
