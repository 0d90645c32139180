"""No word of a post is lost, whatever its form, and reading takes time in proportion to the text."""

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.core.post.parse import PostReading, read_post
from digest.core.summary import FIELDS

TOP = "---\nlayout: post\n---\n"
SHARED = Path(__file__).parents[4] / "shared"
ARCHIVE = sorted([*SHARED.glob("posts/*.md"), *SHARED.glob("seed/*.md")])

LINES = r"""
# {n}. [{}](https://arxiv.org/abs/2512.0000{n})
# {n}. [{}](https://arxiv.org/abs/2512.0000{n})
# [{n}. {} {}](https://arxiv.org/pdf/2512.0000{n}v2) {}
## {n}) {} {}
## {n}. {} https://arxiv.org/abs/2512.0000{n}
# 3. [{}
{}](https://arxiv.org/abs/2512.0000{n})
# 3. [{}(https://arxiv.org/abs/2512.0000{n})
# {}
### {}
## Introduction
## Method
## Method and {}
### 결과
## Results {}
## 한계점 (Limitations)
## Conclusion
## Related {}
**Method**
**{}**
**Results:** {}
**{} {}**: {}
- Goal: {}
- **Motivation**: {}
* **기여** — {}
- 목표: {}
- Goal:
- {}
- {} {}
  - {}
    {}
1. {}
2) {}
2025. {}
{}
{} {}
{}다. Motivation: {}다. Contribution: {}
Goal: {}
Method: {}
[목표] {}
정보 부족.
> {}
> [Alphaxiv](https://www.alphaxiv.org/ko/overview/2512.0000{n})
> [{}](https://www.alphaxiv.org/ko/overview/2512.0000{n})
[{}](https://x.org/{}) {}
![{}](https://x.org/{})
![{}](/assets/{}.png)
[![{}](/{}.png)](https://x.org/{})
[PDF](https://arxiv.org/pdf/2512.0000{n}) | [{}](https://x.org)
https://x.org/{}
---
***
===
--
```
~~~
```{}
| {} | {} |
<think>{}
{} <{}> {}
<div class="{}">
<!-- {}
-->
<script>{}
</script>
[1]: {}
[^1]: {}
{: .{}}
{% include {} %}
{} **{}** *{}* `{}` _{}_ ~~{}~~ $${}$$ ![{}](https://x.org)
{} [ {} ]( {} ** {} __ {} ` {}
\{} {}\
""".strip("\n").split("\n")


def numbered(lines: list[tuple[str, int]]) -> tuple[str, list[str]]:
    """The lines as a text with a word of its own in each blank, and these words."""
    pieces = "\n".join(line.replace("{n}", str(number)) for line, number in lines).split("{}")
    words = [f"w{number}w" for number in range(len(pieces) - 1)]
    return "".join(piece + word for piece, word in zip(pieces, [*words, ""], strict=True)), words


def kept(reading: PostReading) -> tuple[str, str]:
    """All that a reading holds: its texts, and its links."""
    texts = [extra.text for extra in reading.extra]
    links = []
    for paper in reading.papers:
        texts += [paper.title, *paper.summary.values(), *(extra.text for extra in paper.extra)]
        links += [paper.url or "", *(part for link in paper.links for part in (link.text, link.url))]
    return " ".join(texts), " ".join(links)


@settings(deadline=None, max_examples=80, derandomize=True)
@given(st.lists(st.tuples(st.sampled_from([*LINES, *[""] * 12]), st.integers(1, 3)), min_size=20, max_size=60))
def test_every_word_is_kept_once(lines: list[tuple[str, int]]) -> None:
    text, words = numbered([(LINES[0], 1), *lines])

    texts, links = kept(read_post(TOP + text))

    found = Counter(re.findall(r"w\d+w", texts))
    assert [word for word in words if not found[word] and word not in links] == []
    assert [word for word in words if found[word] > 1] == []


@settings(deadline=None, max_examples=60, derandomize=True)
@given(st.text() | st.binary().map(lambda data: data.decode(errors="replace")))
def test_what_is_no_post_is_extra(text: str) -> None:
    reading = read_post(text)

    assert reading.papers == ()
    assert set(re.findall(r"[^\W_]+", text)) <= set(re.findall(r"[^\W_]+", kept(reading)[0]))
    assert "no-papers" in [each.fault.name for each in reading.findings]


@pytest.mark.parametrize("stuff", ["[", "` ", "**a ", "](a", "$$a", "# [\n", "```x\n", "- a\n", "<!--\n", "a\n---\n"])
def test_time_is_in_proportion_to_the_text(stuff: str) -> None:
    """A quadratic reader would take minutes for any of these."""
    reading = read_post("# 1. [a](https://arxiv.org/abs/2512.00001)\n## Method\n" + stuff * (20_000 // len(stuff)))

    assert len(reading.papers) == 1


@pytest.mark.skipif(not ARCHIVE, reason="the blog's posts are not beside the checkout")
@pytest.mark.parametrize("path", ARCHIVE, ids=lambda path: path.stem)
def test_the_archive_is_read_with_nothing_lost(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    body = text.split("---\n", 2)[2]
    headings = re.findall(r"^#+ (\d+)\. \[.*\]\(https://arxiv\.org/abs/([\d.]+)\)", body, re.MULTILINE)
    furniture = {"Introduction", "Alphaxiv", *(field.title() for field in FIELDS), "목표", "동기", "기여"}

    reading = read_post(text)

    assert [(str(paper.number), paper.id) for paper in reading.papers] == headings
    assert all(set(paper.summary) == set(FIELDS) for paper in reading.papers)
    assert reading.extra == ()
    lost = Counter(re.findall(r"\w+", body)) - Counter(re.findall(r"\w+", " ".join(kept(reading))))
    assert set(lost - Counter(number for number, _ in headings)) <= furniture
