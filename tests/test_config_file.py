"""config.yaml is the defaults, each key explained."""

import re
from pathlib import Path

from digest.core.config import Config
from digest.core.validation import ConfigSection
from digest.store.config import read_config

FILE = Path(__file__).parents[1] / "config.yaml"


def keys(section: ConfigSection, place: str = "") -> list[str]:
    found = []
    for name in type(section).__struct_fields__:
        found.append(f"{place}{name}")
        value = getattr(section, name)
        if isinstance(value, ConfigSection):
            found += keys(value, f"{place}{name}.")
    return found


def test_config_yaml_holds_the_defaults() -> None:
    assert read_config(FILE, {}, required=True) == Config()


def test_config_yaml_names_and_explains_every_key() -> None:
    lines = FILE.read_text(encoding="utf-8").splitlines()
    for place in keys(Config()):
        indent = "  " * place.count(".")
        own = [line for line in lines if re.match(rf"{indent}{place.split('.')[-1]}:", line)]
        assert own, f"{place} is missing"
        if not isinstance(getattr(Config(), place, None), ConfigSection):
            assert all("  # " in line for line in own), f"{place} is not explained"
