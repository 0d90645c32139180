"""`digest preview` in a real Chromium: what it shows, asks for and refuses, and how it is led by keys."""

import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from threading import Thread

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait
from tests.e2e.browser import WIDTHS, Browser, needs_chromium
from tests.preview.days import DAY, entry, excluded, library, paper, record, summary

from blog import Blog
from digest.core.config import Config
from digest.core.summary import FIELDS, Fault
from digest.preview.library import Library
from digest.preview.server import PreviewServer
from digest.store.workspace import Workspace

pytestmark = needs_chromium
SCRIPT = "<script>window.hacked = 1; alert(1)</script><img src=https://evil.example/x onerror=alert(2)>"
LONG = "Very" * 80


@pytest.fixture
def served(tmp_path: Path) -> Iterator[PreviewServer]:
    """The pages of whatever is in the folder."""
    yield from serve(tmp_path)


def serve(folder: Path) -> Iterator[PreviewServer]:
    """A server of a folder's days."""
    with PreviewServer(0, Library(Workspace(folder, Config()))) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server
        server.shutdown()


def write_days(folder: Path) -> None:
    """Three days: a plain one, a broken one, and one with all that can go wrong."""
    hard = entry(
        1,
        paper=paper(1, title=f"{SCRIPT} {LONG}", abstract=SCRIPT, authors=(SCRIPT,) * 20, comment=LONG),
        summary=summary(**dict.fromkeys(FIELDS, f"{SCRIPT} {LONG} 문장이다.")),
        evidence=dict.fromkeys(FIELDS, (SCRIPT, LONG)),
        faults=(Fault(name=LONG, message=SCRIPT, field="goal"), Fault(name="x", message=LONG)),
    )
    failed_entry = entry(3, status="failed", summary=None, evidence={})
    library(
        folder,
        record(entry(1), entry(2)),
        record(hard, entry(2, status="draft"), failed_entry, excluded=(excluded(7),), day=date(2025, 12, 6)),
    )
    (folder / "data" / "2025-12-05.json").write_text('{"<script>": ', encoding="utf-8")


def press(browser: Browser, *keys: str) -> None:
    """Press keys, one after the other."""
    ActionChains(browser.driver).send_keys(*keys).perform()


def wait(browser: Browser, script: str, *arguments: object) -> None:
    """Until the script's value is true, on a page that is whole and so listens to keys."""
    whole = f"return document.readyState === 'complete' && ({script})"
    WebDriverWait(browser.driver, 15, 0.05).until(lambda _: browser.run(whole, *arguments))


def test_the_first_look(browser: Browser, blog: Blog, served: PreviewServer, sample_day: Blog) -> None:
    """In an empty folder: the page says what to do, and shows the sample day once it is there."""
    browser.look(served.url)
    assert "digest build --date 2025-12-04 --sample" in browser.run("return document.body.innerText")
    shutil.copytree(sample_day.folder / "data", blog.folder / "data")
    title = blog.record["entries"][0]["paper"]["title"]
    wait(browser, "document.body.innerText.includes(arguments[0])", title)
    press(browser, "j", Keys.ENTER)
    wait(browser, "location.pathname === '/days/2025-12-04'")
    shown = browser.run("return document.querySelector('main').innerText")
    for each in blog.record["entries"]:
        quotes = [quote for field in FIELDS for quote in each["evidence"].get(field, ())]
        for words in (each["paper"]["title"], *quotes):
            assert " ".join(words.split()) in " ".join(shown.split())


def test_every_page_is_readable_quiet_and_at_home(browser: Browser, tmp_path: Path, served: PreviewServer) -> None:
    """And markup in a record shows as text."""
    write_days(tmp_path)
    days = ("2025-12-04", "2025-12-05", "2025-12-06")
    browser.complaints()
    browser.requested()
    for path in ("", *(f"days/{day}{post}" for day in days for post in ("", "/post")), "search?q=hacked", "search"):
        browser.look(served.url + path, width=WIDTHS["phone"], scheme="dark")
        browser.run("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        assert_it_is_readable(browser, path, is_dark=True)
        browser.resize(WIDTHS["desk"], "light")
        assert_it_is_readable(browser, path, is_dark=False)
        assert browser.run("return [window.hacked, document.scripts.length, document.images.length]") == [None, 1, 0]
        shown = SCRIPT in browser.run("return document.querySelector('main').innerText")
        assert shown == (path in ("", "days/2025-12-06", "days/2025-12-06/post", "search?q=hacked")), path
    assert browser.complaints() == []
    asked = browser.requested()
    assert any(url.endswith("/static/preview.css") for url in asked)
    assert [url for url in asked if not url.startswith(served.url)] == []


def assert_it_is_readable(browser: Browser, path: str, *, is_dark: bool) -> None:
    assert browser.overflowing() == [], path
    assert browser.pale() == [], path
    ground = browser.run("return getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)")
    assert (sum(ground) < 3 * 128) == is_dark, path


def test_the_policy_refuses_what_a_hole_would_let_in(browser: Browser, tmp_path: Path, served: PreviewServer) -> None:
    """Markup that did get in would still not run, nor reach outside."""
    write_days(tmp_path)
    browser.look(served.url)
    browser.complaints()
    browser.run("""
        const tag = document.createElement("script");
        try { tag.textContent = "window.hacked = 1"; document.body.append(tag); } catch {}
        const image = document.createElement("img"); image.src = "https://evil.example/x.png";
        const style = document.createElement("style"); style.textContent = "body { opacity: 0 }";
        document.body.append(image, style);
        fetch("https://evil.example/").catch(() => {});
    """)
    wait(browser, "getComputedStyle(document.body).opacity === '1'")
    assert browser.run("return window.hacked ?? null") is None
    told = " ".join(browser.complaints())
    for directive in ("img-src", "style-src", "connect-src"):
        assert directive in told


def test_keys(browser: Browser, tmp_path: Path, served: PreviewServer) -> None:
    write_days(tmp_path)
    focused = "document.activeElement.id"
    browser.look(f"{served.url}days/2025-12-04")
    press(browser, Keys.TAB)
    assert browser.run("return document.activeElement.innerText") == "Skip to the content"
    press(browser, *[Keys.TAB] * 4)
    outline = browser.run("return getComputedStyle(document.activeElement).outlineStyle")
    assert (browser.run("return document.activeElement.id"), outline) == ("keys-button", "solid")
    browser.run("document.activeElement.blur()")
    for key, id_ in (("j", "paper-1"), ("j", "paper-2"), ("j", "paper-2"), ("k", "paper-1")):
        press(browser, key)
        wait(browser, f"{focused} === arguments[0]", id_)
    press(browser, "p")
    wait(browser, "location.pathname.endsWith('/post')")
    press(browser, "p")
    wait(browser, "location.pathname === '/days/2025-12-04'")
    press(browser, Keys.ARROW_RIGHT)
    wait(browser, "location.pathname === '/days/2025-12-05'")
    press(browser, Keys.ARROW_RIGHT)
    wait(browser, "location.pathname === '/days/2025-12-06'")
    press(browser, Keys.ARROW_LEFT)
    wait(browser, "location.pathname === '/days/2025-12-05'")
    press(browser, "?")
    wait(browser, "document.getElementById('keys').open")
    press(browser, Keys.ESCAPE)
    wait(browser, "!document.getElementById('keys').open")
    press(browser, "/", "number jkp?/", Keys.ARROW_LEFT)
    assert browser.run("return document.querySelector('input[name=q]').value") == "number jkp?/"
    press(browser, Keys.ESCAPE, "/", "2번 논문", Keys.ENTER)
    wait(browser, "location.pathname === '/search'")
    press(browser, "j", "j", Keys.ENTER)
    wait(browser, "location.pathname + location.hash === '/days/2025-12-04#paper-2'")
    press(browser, "h")
    wait(browser, "location.pathname === '/'")


def test_pages_follow_the_files(browser: Browser, tmp_path: Path, served: PreviewServer) -> None:
    """And interrupt nobody who is writing."""
    write_days(tmp_path)
    file, main = tmp_path / "data" / f"{DAY}.json", "document.querySelector('main').innerText"
    whole = file.read_text("utf-8")
    browser.look(f"{served.url}days/2025-12-04")
    press(browser, "/", "half a wor")
    browser.run(
        "window.asked = 0; const known = fetch; window.fetch = (...all) => { window.asked += 1; return known(...all); }"
    )
    changed = json.loads(whole)
    changed["entries"][0]["paper"]["title"] = "A Title Made Anew"
    file.write_text(json.dumps(changed), encoding="utf-8")
    wait(browser, "window.asked >= 2")
    assert browser.run("return document.querySelector('input[name=q]').value") == "half a wor"
    press(browser, Keys.ESCAPE)
    wait(browser, "document.body.innerText.includes('A Title Made Anew')")
    for name, text in (
        (f"data/{DAY}.json", "{ half"),
        (f"data/{DAY}.json", whole),
        ("posts/2025-12-04-daily-papers-20251204.md", "---\ntitle: t\n---\n\nby hand\n"),
        ("templates/post.md.j2", "{% broken"),
    ):
        before = browser.run(f"window.scrollTo(0, 300); return {main}")
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
        wait(browser, f"{main} !== arguments[0]", before)


def test_the_end_is_told(browser: Browser, tmp_path: Path) -> None:
    write_days(tmp_path)
    serving = serve(tmp_path)
    browser.look(next(serving).url)
    assert not browser.run("return document.getElementById('ended').checkVisibility()")
    next(serving, None)
    wait(browser, "document.getElementById('ended').checkVisibility()")
    browser.driver.get("about:blank")
    browser.complaints()


_AT_HAND = """
const shown = [...document.querySelectorAll(".contents")].filter((e) => e.checkVisibility());
const box = shown[0].getBoundingClientRect();
const there = document.elementFromPoint(box.left + 40, box.top + 20);
return [shown.length, box.top >= 0 && box.top < 200, there.closest(".contents") === shown[0]];
"""


def test_the_contents_are_always_at_hand_and_the_language_stays(
    browser: Browser, tmp_path: Path, served: PreviewServer
) -> None:
    library(tmp_path, record(*map(entry, range(1, 9))))
    browser.look(f"{served.url}days/2025-12-04?lang=en")
    for page in ("Evidence", "As the blog shows it"):
        browser.run(
            "[...document.querySelectorAll('.tabs a')].find((e) => e.textContent === arguments[0]).click()", page
        )
        wait(browser, "document.querySelector('.tabs [aria-current]').textContent === arguments[0]", page)
        for width in (1400, 390):
            browser.resize(width, "light")
            browser.run("window.scrollTo(0, document.body.scrollHeight / 2)")
            assert browser.run(_AT_HAND) == [1, True, True], (page, width)
            browser.run("[...document.querySelectorAll('.contents a')].at(-1).click()")
            assert browser.run("return document.querySelector(location.hash).getBoundingClientRect().top") >= 60
    browser.run("document.querySelector('.language').click()")
    wait(browser, "document.documentElement.lang === 'ko'")
    browser.look(served.url)
    assert browser.run("return document.querySelector('.language').textContent") == "English"
