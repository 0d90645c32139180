"""Which requests go through a proxy: none to this machine, and none to a host that `NO_PROXY` names."""

import ipaddress
import re
from collections.abc import Mapping
from urllib.parse import urlsplit


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
