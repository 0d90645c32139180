"""Pages, without a server: what each path answers, and that nothing in a record is ever more than text."""

import hashlib
import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from tests.preview.days import DAY, QUOTE, entry, excluded, get, library, paper, provenance, record, text_of, tree

from digest.core.config import Blog, Config
from digest.core.paper import State
from digest.core.record import Correction, Extra, PostRef, Record, Status, Verdict, VerdictName
from digest.core.summary import FIELDS, Fault, Summary
from digest.preview.library import Library
from digest.preview.pages import answer, failed, to_html

HOSTILE = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)> ' onmouseover='alert(1)",
    "javascript:alert(1)",
    "[x](javascript:alert(1)) ![x](https://evil.example/x.png)",
    "{{ 7*7 }} {% raw %} {{ self.__init__ }}",
    "</title></style></textarea>--></script><svg onload=alert(1)>",
]
KEPT = {"schema", "date", "status", "state", "kind", "metadata", "text", "at", "sha256"}
"""Keys of a record whose values a schema or this test fixes."""


def poisoned(value: Any, poison: str, kept: frozenset[str]) -> Any:
    """The value with every string in it replaced, but those of the kept keys."""
    if isinstance(value, dict):
        return {key: each if key in kept else poisoned(each, poison, kept) for key, each in value.items()}
    if isinstance(value, list):
        return [poisoned(each, poison, kept) for each in value]
    return poison if isinstance(value, str) else value


def full_record() -> Record:
    """A day that has something in every field of the schema."""
    faults = tuple(Fault(name="n", message="m", field=field) for field in (None, "goal", "other"))
    extra = (Extra(line=3, where="method", text="more"),)
    source = provenance(prompt="sha256:0", notes=("note",))
    whole = paper(comment="12 pages", updated="2025-12-04T00:00:00Z", upvotes=3)
    corrected = {"goal": Correction(by="Kim", at=datetime(2025, 12, 9, tzinfo=UTC))}
    first = entry(paper=whole, faults=faults, extra=extra, provenance=source, corrected=corrected)
    return record(first, entry(2, status="draft"), excluded=(excluded(7),), extra=extra)


PATHS = ["/", "/months/2025-12", "/days/2025-12-04", "/days/2025-12-04/post"]


@pytest.mark.parametrize("poison", HOSTILE)
@pytest.mark.parametrize("also", [{"path"}, {"path", "id"}])
def test_a_record_with_markup_in_every_field_is_text(tmp_path: Path, poison: str, also: set[str]) -> None:
    values = poisoned(full_record().as_json(), poison, frozenset(KEPT | also))
    shelf = library(tmp_path, Record.read(values))
    search = "/search?q=" + "".join(f"%{byte:02X}" for byte in poison.encode())
    for path in (*PATHS, search):
        page = tree(get(shelf, path))
        assert [script.get("src") for script in page.iter("script")] == ["/static/preview.js"]
        assert not page.xpath("//*[@onerror or @onload or @onmouseover or @style] | //img | //svg | //style | //iframe")
        links = page.xpath("//@href | //@src | //@action")
        assert all(re.match(r"/[a-z]?|#|https://(?:arxiv\.org|www\.alphaxiv\.org)/", link) for link in links)
        assert not [link for link in links if link.startswith("//")]
    day = text_of(get(shelf, "/days/2025-12-04"))
    assert day.count(" ".join(poison.split())) >= 2 * len(FIELDS) + 5


@pytest.mark.parametrize("poison", HOSTILE)
def test_a_post_with_markup_is_text(poison: str) -> None:
    page = str(to_html(f"# {poison}\n\n{poison}\n\n- {poison}\n\n> {poison}\n"))
    assert not re.search(r"<(?:script|img|svg|style|/title)|<[^>]*\s(?:on|style=)|href=\"(?!https:)", page)


def test_the_day_page_says_everything(tmp_path: Path) -> None:
    page = get(library(tmp_path, full_record()), "/days/2025-12-04")
    text = text_of(page)
    for words in (
        *(f"{field} 항목은 1번 논문을 다룬다." for field in FIELDS if field != "results"),
        *(field.capitalize() for field in FIELDS),
        *("Introduction", QUOTE, "Paper Number 1", "arXiv:2512.00001v2", "alphaXiv", "Ada Example", "cs.CV"),
        *("We measure thing 1.", "12 pages", "3 upvotes", "1 final", "1 draft", "1 excluded"),
        *("Left Out 7", "limit: 30", "note", "line 3, method", "huggingface: 8 papers, ready"),
        "corrected by Kim, 2025-12-09",
    ):
        assert words in text
    provenance = tree(page).find_class("provenance")[0]
    assert {dt.text: dt.getnext().text for dt in provenance.iter("dt")} == {
        "summarizer": "openai",
        "model": "sample",
        "text read": "html",
        "attempts": "2",
        "tokens": "1,200 in, 900 out",
        "cost": "unknown: no prices configured",
        "prompt": "sha256:0",
    }


def test_the_post_is_what_the_template_gives(tmp_path: Path) -> None:
    shelf = library(tmp_path, record(entry(1), entry(2)))
    page = tree(get(shelf, "/days/2025-12-04/post")).find_class("post")[0]
    headings = [heading.text_content() for heading in page.iter("h1", "h2")]
    sections = ["Introduction", "Method", "Results", "Limitations", "Conclusion"]
    assert headings == ["Daily Papers — 2025-12-04", "1. Paper Number 1", *sections, "2. Paper Number 2", *sections]
    shelf.workspace.templates.mkdir()
    (shelf.workspace.templates / "post.md.j2").write_text("{{ front_matter }}\n\n{% oops %}\n", encoding="utf-8")
    assert "post.md.j2:3: Encountered unknown tag" in text_of(get(shelf, "/days/2025-12-04/post"))
    (shelf.workspace.templates / "post.md.j2").write_text("\n{{ [].pop() }}\n", encoding="utf-8")
    assert "post.md.j2:2: pop from empty list" in text_of(get(shelf, "/days/2025-12-04/post"))


def _write_post(shelf: Library, text: str) -> None:
    path = shelf.workspace.post_path(DAY)
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _render_and_edit(shelf: Library) -> None:
    """A post that digest wrote, whose record has changed since."""
    _write_rendered(shelf)
    digest = hashlib.sha256(shelf.workspace.post_path(DAY).read_bytes()).hexdigest()
    path = shelf.workspace.relative(shelf.workspace.post_path(DAY))
    library(shelf.workspace.root, record(entry(2), post=PostRef(path=path, sha256=digest)))


def _write_rendered(shelf: Library) -> None:
    rendered = shelf.post(record()).text
    assert rendered is not None
    _write_post(shelf, rendered)


@pytest.mark.parametrize(
    ("prepare", "said"),
    [
        (lambda shelf: None, "is not written yet: digest render --date 2025-12-04"),
        (lambda shelf: _write_post(shelf, "---\ntitle: t\n---\n\n고친 글이다.\n"), "was edited by hand"),
        (_render_and_edit, "is not what its record and the template give now"),
        (_write_rendered, None),
    ],
)
def test_how_the_file_stands_to_the_record(
    tmp_path: Path, prepare: Callable[[Library], None], said: str | None
) -> None:
    shelf = library(tmp_path, record())
    prepare(shelf)
    notices = tree(get(shelf, "/days/2025-12-04")).find_class("notice")
    assert [said in " ".join(notice.text_content().split()) for notice in notices if said] == ([True] if said else [])
    assert bool(notices) == bool(said)
    assert ("고친 글이다." in text_of(get(shelf, "/days/2025-12-04/post"))) == (said == "was edited by hand")


@pytest.mark.parametrize("path", ["../2025-12-04-s.md", "posts/../../2025-12-04-s.md", "posts/2025-12-04-link.md"])
def test_a_record_cannot_show_files_outside_the_blog(tmp_path: Path, path: str) -> None:
    root = tmp_path / "blog"
    (root / "posts").mkdir(parents=True)
    (tmp_path / "2025-12-04-s.md").write_text("비밀이다.", encoding="utf-8")
    (root / "posts" / "2025-12-04-link.md").symlink_to(tmp_path / "2025-12-04-s.md")
    shelf = library(root, record(post=PostRef(path=path, sha256="0")))
    text = text_of(get(shelf, "/days/2025-12-04/post"))
    assert "leads out of the blog" in text
    assert "비밀" not in text


@pytest.mark.parametrize("text", ['{"schema": 1, <script>', '{"note": "\\ud800"}', '{"note": ' + "[" * 100_000])
def test_a_broken_record_is_a_day_with_its_fault_and_others_go_on(tmp_path: Path, text: str) -> None:
    shelf = library(tmp_path, record(), record(day=date(2025, 12, 6)))
    (tmp_path / "data" / "2025-12-05.json").write_text(text, encoding="utf-8")
    front = text_of(get(shelf, "/"))
    assert "2025-12-05.json: not JSON" in front
    assert front.count("Paper Number 1") == 2
    assert "fix it or restore it from git" in text_of(get(shelf, "/days/2025-12-05"))
    day = tree(get(shelf, "/days/2025-12-04"))
    assert [link.get("href") for link in day.xpath("//a[@rel='next']")] == ["/days/2025-12-05"]


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ((entry(status="draft"),), "published: false"),
        ((entry(status="failed", summary=None, evidence={}),), "No post"),
        ((entry(summary=Summary(**dict.fromkeys(FIELDS, ""))),), "missing"),
    ],
)
def test_days_that_are_not_fit_to_publish(tmp_path: Path, entries: tuple[Any, ...], said: str) -> None:
    text = text_of(get(library(tmp_path, record(*entries)), "/days/2025-12-04"))
    assert said in text


@pytest.mark.parametrize(
    "path",
    [
        *("/nope", "/days", "/days/", "/days/2025-12-05", "/days/2025-13-45", "/days/2025-12-04/", "/days/20251204"),
        *("/days/2025-W49-4", "/days/٢٠٢٥-١٢-٠٤", "/months/2025-11", "/months/2025-1", "/static/", "/static/pages.py"),
        *("/static/../pages.py", "/static/..%2fpages.py", "/../../etc/passwd", "//", "/data/2025-12-04.json", ""),
        *("/static/preview.css/", "http://127.0.0.1/", "*", "/%00", "/days/2025-12-04%0d%0aX: y"),
    ],
)
def test_what_is_not_there(tmp_path: Path, path: str) -> None:
    page = answer(library(tmp_path, record()), path)
    assert page.status == 404
    assert page.type == "text/html"


def test_an_empty_blog_says_what_to_do_next(tmp_path: Path) -> None:
    assert "digest build --date 2025-12-04 --sample" in text_of(get(library(tmp_path), "/"))
    assert "digest import posts" in text_of(get(library(tmp_path), "/"))
    assert "digest build --date 2025-12-05" in text_of(answer(library(tmp_path), "/days/2025-12-05"))


def test_months_lead_to_each_other(tmp_path: Path) -> None:
    shelf = library(tmp_path, *(record(day=date(2025, month, 4)) for month in (10, 12)))
    front = tree(get(shelf, "/"))
    assert front.xpath("//a[@rel='prev']/@href") == ["/months/2025-10"]
    assert tree(get(shelf, "/months/2025-10")).xpath("//a[@rel='next']/@href") == ["/months/2025-12"]
    assert front.xpath("//details//a/@href") == ["/months/2025-12", "/months/2025-10"]


@pytest.mark.parametrize(
    "query", ["", "q=", "q=%FF%FE", "q=a&q=b", "before=2025-12-04", "q=a&before=never", "&&==", "q"]
)
def test_odd_queries(tmp_path: Path, query: str) -> None:
    get(library(tmp_path, record()), f"/search?{query}")


def test_the_version_changes_with_records_posts_and_templates(tmp_path: Path) -> None:
    shelf = library(tmp_path, record())
    seen = [get(shelf, "/version").body.decode()]
    for name in ("data/2025-12-05.json", "posts/a.md", "posts/below/b.md", "templates/post.md.j2"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}", encoding="utf-8")
        seen.append(get(shelf, "/version").body.decode())
    (tmp_path / "posts/a.md").unlink()
    seen.append(get(shelf, "/version").body.decode())
    (tmp_path / "data/.2025-12-05.json.tmp").write_text("half", encoding="utf-8")
    assert len(set(seen)) == len(seen)
    assert get(shelf, "/version").body.decode() == seen[-1]
    assert tree(get(shelf, "/days/2025-12-04")).get("data-version") == seen[-1]


def test_a_bug_has_a_page_that_tells_nothing(tmp_path: Path) -> None:
    page = failed(library(tmp_path))
    assert page.status == 500
    assert "the terminal" in text_of(page)


def test_a_page_in_korean_and_how_the_language_is_chosen(tmp_path: Path) -> None:
    shelf = library(tmp_path, full_record())
    for accepted, cookies, query, language in (
        ("", "", "", "en"),
        ("ko-KR,ko;q=0.9,en-US;q=0.8", "", "", "ko"),
        ("en-GB,ko;q=0.9", "", "", "en"),
        ("fr, ko;q=0.3, *;q=0.1", "", "", "ko"),
        ("xx", "", "", "en"),
        ("ko", "lang=en; other=1", "", "en"),
        ("en", "lang=xx", "?lang=ko", "ko"),
        ("en", 'lang="', "?lang=%22%3E", "en"),
    ):
        page = answer(shelf, f"/days/2025-12-04{query}", accepted=accepted, cookies=cookies)
        assert tree(page).get("lang") == language, (accepted, cookies, query)
        assert page.headers.get("Set-Cookie", "").startswith("lang=ko;") == (query == "?lang=ko")
        other = {"en": ("ko", "한국어"), "ko": ("en", "English")}[language]
        [switch] = tree(page).find_class("language")
        assert (switch.get("lang"), switch.text, switch.get("href")) == (*other, f"/days/2025-12-04?lang={other[0]}")
    searched = answer(shelf, "/search?q=%22%3E&before=2025-12-05&lang=ko")
    assert tree(searched).find_class("language")[0].get("href") == "/search?q=%22%3E&before=2025-12-05&lang=en"
    assert "논문이 없습니다" in text_of(searched)


def test_everything_that_is_said_is_in_one_table_and_whole() -> None:
    folder = files("digest.preview")
    words: dict[str, str] = json.loads(folder.joinpath("words.json").read_bytes())
    texts = [each.read_text("utf-8") for each in folder.joinpath("templates").iterdir()]
    code = "".join([*texts, *(folder.joinpath(name).read_text("utf-8") for name in ("pages.py", "day.py"))])
    said = {*re.findall(r'\b(?:t|say|Phrase)\("([^"]+)"', code), *re.findall(r'" (?:if .*? )?else "([^"]+)"[,)]', code)}
    kinds = get_args(get_type_hints(Verdict)["kind"])
    named = {*get_args(Status), *get_args(VerdictName), *get_args(State), *kinds, "excluded"}
    named |= {f"{date(2025, 12, n):{form}}" for n in range(1, 8) for form in ("%a", "%A")}
    named |= {f"{{n}} {name}" for name in ("final", "failed", "excluded")}
    assert len(said) > 60
    assert said | named <= set(words)
    assert [word for word in words if word not in named and f'"{word}"' not in code] == []
    for english, korean in words.items():
        assert re.search("[가-힣]", korean), english
        assert sorted(re.findall(r"\{\w+\}", english)) in (sorted(re.findall(r"\{\w+\}", korean)), ["{total}"])


def test_fields_with_faults_or_doubts_alone(tmp_path: Path) -> None:
    doubt = Verdict(verdict="unsaid", kind="scope", words="논문을", why="모든 경우가 아니다.")
    shelf = library(
        tmp_path,
        record(
            entry(1),
            entry(2, faults=(Fault(name="number", message="wrong", field="results"),), verdicts={"goal": doubt}),
            entry(3, faults=(Fault(name="whole", message="m"),), verdicts={"goal": Verdict(verdict="supported")}),
        ),
    )
    for show, papers, labels in (
        ("", 3, 21),
        ("?show=faults", 2, 1),
        ("?show=doubted", 1, 1),
        ("?show=nonsense", 3, 21),
    ):
        page = tree(get(shelf, f"/days/2025-12-04{show}"))
        assert (len(page.find_class("paper")), len(page.find_class("statement"))) == (papers, labels)
        assert [each.text for each in page.find_class("filter")[0]][1:] == [
            "With faults (2)",
            "Doubted by the verifier (1)",
        ]
    shelf = library(tmp_path, record())
    assert "No field of this day is like that." in text_of(get(shelf, "/days/2025-12-04?show=doubted"))


def test_that_no_evidence_is_kept_is_said_once_a_paper(tmp_path: Path) -> None:
    some = entry(2, evidence={field: (QUOTE,) for field in FIELDS if field not in ("method", "results")})
    text = text_of(get(library(tmp_path, record(entry(1, evidence={}), some)), "/days/2025-12-04"))
    assert text.count("No evidence kept") == 2
    assert "No evidence kept." in text
    assert "No evidence kept for Method, Results." in text


def test_the_full_post_is_shown_as_a_blog_shows_it(tmp_path: Path) -> None:
    blog = Blog(template="post-full.md.j2", repository="kim/blog")
    shelf = library(tmp_path, record(entry(1), entry(2)))
    shelf = Library(shelf.workspace._replace(config=Config(blog=blog)))
    page = tree(get(shelf, "/days/2025-12-04/post"))
    post = page.find_class("post")[0]
    assert len(post.findall(".//details")) == 2 * len(FIELDS)
    assert [each.text_content() for each in post.iter("blockquote")] == [QUOTE] * 2 * len(FIELDS)
    ids = set(page.xpath("//@id"))
    assert {link[1:] for link in page.xpath("//a/@href") if link.startswith("#")} <= ids
    assert {"paper-2512-00001", "post-1", "post-2"} <= ids
    assert "<details" not in post.text_content()


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("a <b>b</b> <u onclick=x()>c</u>", "<p>a <b>b</b> <u>c</u></p>"),
        ("<script>x</script>\n\n<style>y</style>\n\nz", "<p>z</p>"),
        (
            '<a href="java&#10;script:x">a</a> <a href=" javascript:x">b</a> <a href="/x">c</a>',
            "<p><a>a</a> <a>b</a> <a>c</a></p>",
        ),
        ('<div id="keys" class="hidden" style="x">a</div>', "<div>a</div>"),
        ("<iframe src=x>a</iframe><object>b</object><form>c</form>", "abc"),
        ("<!-- a --><svg><a href='#x'>b</a></svg>", '<a href="#x">b</a>'),
        ("<math><mtext><table><mglyph><style><img src=x onerror=x>", "<p><table></table></p>"),
        ("", ""),
    ],
)
def test_html_in_a_post_keeps_what_does_no_harm(body: str, shown: str) -> None:
    assert re.sub(r"\s*\n\s*", "", str(to_html(body))) == shown
