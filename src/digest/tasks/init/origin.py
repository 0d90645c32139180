"""Where the workflow installs digest from: exactly the digest that wrote it, from a place that exists."""

import json
import re
import shlex
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from digest.core.errors import UsageError
from digest.tasks.init.wheel import Wheel, pack
from digest.tasks.init.workflows import FOLDER

NAME: Final = "daily-papers-digest"
_OPTION: Final = "--install SPEC says where the workflow is to install digest from"


class Origin(NamedTuple):
    """A place to install from."""

    spec: str
    """One word for pip, quoted for a shell."""
    wheel: Wheel | None = None
    """What is to be kept in the repository, beside the workflow, for it."""

    @property
    def wheel_path(self) -> str | None:
        """Where the wheel is, from the repository's root."""
        return f"{FOLDER}/{self.wheel.name}" if self.wheel else None


def find_origin(spec: str | None) -> Origin:
    """What `--install` says, else the repository and commit that this digest was installed from, else a wheel of it.

    Never a bare name that this digest chose: an index may have another program of that name. Raises UsageError.
    """
    if spec is not None:
        return Origin(shlex.quote(_checked(spec)))
    try:
        own = distribution(NAME)
    except PackageNotFoundError:
        raise UsageError(f"this digest is not an installed {NAME}; {_OPTION}") from None
    if place := place_of(own):
        return Origin(shlex.quote(place))
    wheel = pack(own)
    return Origin(shlex.quote(f"./{FOLDER}/{wheel.name}"), wheel)


def place_of(own: Distribution) -> str | None:
    """The repository and commit that a distribution was installed from (PEP 610), as pip takes them.

    None where there is none that another machine could reach.
    """
    try:
        origin = json.loads(own.read_text("direct_url.json") or "{}")
        url, commit = origin["url"], origin["vcs_info"]["commit_id"]
        is_git = origin["vcs_info"]["vcs"] == "git"
    except (ValueError, KeyError, TypeError):
        return None
    parts = urlsplit(str(url))
    if not is_git or parts.scheme != "https" or parts.username or not re.fullmatch(r"[0-9a-f]{40}", str(commit)):
        return None
    return f"{NAME} @ git+{url}@{commit}{_subfolder(origin)}"


def _subfolder(origin: dict[str, Any]) -> str:
    return f"#subdirectory={origin['subdirectory']}" if origin.get("subdirectory") else ""


def _checked(spec: str) -> str:
    """The user's own words, unless they cannot work in a workflow. Raises UsageError."""
    if not spec.strip() or spec.startswith("-") or "${{" in spec or any(sign < " " for sign in spec):
        raise UsageError(
            f"--install {spec!r}: is not one requirement for pip; write a name, URL or path in the repository"
        )
    path = spec.partition(" @ ")[2] or spec
    if path.startswith(("/", "~", "file:", "../")) or re.match(r"[A-Za-z]:\\", path):
        raise UsageError(
            f"--install {spec!r}: is a place on this machine, which a workflow does not reach; name another"
        )
    return spec.strip()
