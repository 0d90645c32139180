"""Where a redirect may lead: to the host that was asked and its own aliases, and not from https to http."""

from digest.clients.proxy import host_of

_ALIASES = (
    frozenset({"arxiv.org", "export.arxiv.org", "browse.arxiv.org"}),
    frozenset({"huggingface.co", "hf.co"}),
)


def may_lead(asked: str, target: str) -> bool:
    """Whether a request for one URL may be answered from another."""
    here, there = _bare(asked), _bare(target)
    if asked.startswith("https:") and not target.startswith("https:"):
        return False
    family = next((aliases for aliases in _ALIASES if here in aliases), frozenset({here}))
    return there in family or there.endswith(f".{here}")


def _bare(url: str) -> str:
    return host_of(url).removeprefix("www.")
