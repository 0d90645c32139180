"""Unknown keys that a user wrote into a record outlive the values around them."""

from digest.core.paper import Paper
from digest.core.record import Entry, Provenance

OLD = Entry.read(
    {
        "status": "draft",
        "paper": {"id": "1", "note": "of the paper"},
        "provenance": {"summarizer": "openai", "tokens": {"input": 1, "note": "of tokens"}, "note": "of provenance"},
        "note": "of the entry",
        "both": "old",
    }
)


def test_notes_are_kept_at_every_level_that_both_have() -> None:
    new = Entry.read({"status": "final", "paper": {"id": "1", "title": "T"}, "both": "new"})
    assert new.keeping(OLD).as_json() == {
        **new.as_json(),
        "paper": {**new.paper.as_json(), "note": "of the paper"},
        "note": "of the entry",
        "both": "new",
    }
    entry = new.replace(provenance=Provenance(summarizer="import")).keeping(OLD)
    assert entry.provenance is not None
    assert entry.provenance.unknown == {"note": "of provenance"}
    assert entry.provenance.tokens.unknown == {"note": "of tokens"}
    assert entry.provenance.summarizer == "import"


def test_nothing_old_is_nothing_to_keep() -> None:
    paper = Paper(id="1")
    assert paper.keeping(None) is paper
    assert paper.keeping(paper) == paper
