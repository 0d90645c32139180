"""Papers made up in any number."""

from digest.sample.paper import SamplePaper, SampleSection

_TOPICS = ("graph retrieval", "video captioning", "speech recognition", "robot planning", "code review")
_MEANS = ("sparse routing", "contrastive alignment", "curriculum sampling", "latent caching")
_HEADINGS = ("Introduction", "Related Work", "Method", "Experiments", "Limitations", "Conclusion")
_SENTENCES = (
    "The study of {topic} asks how {mean} changes the quality of a system under a fixed budget.",
    "Earlier systems for {topic} spend most of their budget on inputs that hardly matter.",
    "The proposed procedure applies {mean} before the first layer and keeps the rest unchanged.",
    "On {size} held-out examples the procedure reaches {score} percent accuracy.",
    "The evaluation covers a single domain, so transfer of {mean} to other domains stays open.",
    "Taken together, the findings support {mean} as a practical choice for {topic}.",
)


def make_papers(count: int, *, published: str = "2025-12-04T10:00:00Z") -> tuple[SamplePaper, ...]:
    """Papers `2601.00001`, `2601.00002`, ... with HTML and PDF, most votes first."""
    return tuple(_make_paper(number, count, published) for number in range(1, count + 1))


def _make_paper(number: int, count: int, published: str) -> SamplePaper:
    topic, mean = _TOPICS[number % len(_TOPICS)], _MEANS[number % len(_MEANS)]
    words = {"topic": topic, "mean": mean, "size": str(1000 + number), "score": f"{50 + number % 50}.5"}
    sentences = [sentence.format(**words) for sentence in _SENTENCES]
    return SamplePaper(
        id=f"2601.{number:05d}",
        title=f"Study {number}: {mean.title()} for {topic.title()}",
        published=published,
        upvotes=count - number + 1,
        abstract=" ".join(sentences),
        sections=tuple(
            SampleSection(heading=heading, paragraphs=(" ".join(sentences[at:] + sentences[:at]),))
            for at, heading in enumerate(_HEADINGS)
        ),
    )
