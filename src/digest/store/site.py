"""What a Jekyll site's own `_config.yml` says."""

from datetime import UTC, tzinfo
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from digest.store.config import read_yaml


class SiteSettings(NamedTuple):
    """The settings that decide how a post's date is read."""

    zone: tzinfo = UTC
    """UTC where the site names none: that is what the machines that build sites run in."""
    future: bool = False
    """Whether posts of the future are shown. Jekyll does not unless told to; GitHub Pages' own set-up does."""


def read_site(root: Path) -> SiteSettings:
    """The settings of the site around a folder, with their defaults where there is no `_config.yml`."""
    path = root / "_config.yml"
    values = read_yaml(path) if path.exists() else None
    settings = values if isinstance(values, dict) else {}
    return SiteSettings(_zone(settings.get("timezone")), str(settings.get("future")).lower() == "true")


def _zone(name: object) -> tzinfo:
    try:
        return ZoneInfo(str(name)) if name else UTC
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC
