"""What a model costs: as configured, else as a table knows it that ships with a library."""

from typing import Final

from digest.core.config import Prices, SummarizerConfig

_INPUT, _OUTPUT = 10_000, 1_000
"""Tokens of a usual ask. Some models cost more per token of a very long one."""
_MILLION = 1_000_000
_HALF_PRICED: Final = frozenset({"flex", "batch"})
"""Service tiers that cost half."""


def prices_of(config: SummarizerConfig) -> Prices | None:
    """USD per million tokens of a configured model; None where no price is known. Asks nothing outside."""
    if config.prices is not None:
        return config.prices
    known = _looked_up(config.model, config.base_url)
    if known is not None and config.extra.get("service_tier") in _HALF_PRICED:
        return Prices(input=known.input / 2, output=known.output / 2)
    return known


def _looked_up(model: str, url: str) -> Prices | None:
    """The price at the server's own address if the table has it, else of the model's name at whoever made it."""
    from genai_prices import Usage, calc_price  # takes a third of a second, and only where a model is asked

    usage = Usage(input_tokens=_INPUT, output_tokens=_OUTPUT)
    names = dict.fromkeys((model, model.rpartition("/")[2], model.rpartition("/")[2].partition(":")[0]))
    for name, where in [(model, url), *((name, None) for name in names if name)]:
        try:
            price = calc_price(usage, name, provider_api_url=where)
        except (LookupError, ValueError):
            continue
        return Prices(
            input=float(price.input_price) * _MILLION / _INPUT, output=float(price.output_price) * _MILLION / _OUTPUT
        )
    return None
