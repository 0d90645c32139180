"""A real Chromium, headless, without a network of its own, and what is asked of every page that it shows."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

needs_chromium = pytest.mark.skipif(
    (shutil.which("chromium") is None or shutil.which("chromedriver") is None) and "CI" not in os.environ,
    reason="chromium and chromedriver are not installed here; where CI is set their absence fails",
)
Scheme = Literal["light", "dark"]
WIDTHS = {"phone": 360, "desk": 1280}
_FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage"),
)
_QUICK = "{ const known = setTimeout; window.setTimeout = (call, time) => known(call, time / 5); }"
"""Pages wait a fifth of the time before they ask again whether a file has changed."""
_OVERFLOWING = """
const wide = document.documentElement.clientWidth + 0.5;
const clips = (e) => e && (getComputedStyle(e).overflowX !== "visible" || clips(e.parentElement));
return [...document.body.querySelectorAll("*")]
  .filter((e) => e.getBoundingClientRect().right > wide && e.checkVisibility() && !clips(e))
  .map((e) => e.outerHTML.slice(0, 120)).concat(document.documentElement.scrollWidth > wide ? ["the page"] : []);
"""
_PALE = """
const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
const light = (c) => { const [r, g, b] = c.map((v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
const behind = (e) => { const c = rgb(getComputedStyle(e).backgroundColor);
  return c[3] === 0 ? (e.parentElement ? behind(e.parentElement) : [255, 255, 255]) : c; };
return [...document.body.querySelectorAll("*")]
  .filter((e) => e.checkVisibility() && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
  .filter((e) => { const [a, b] = [rgb(getComputedStyle(e).color).slice(0, 3), behind(e).slice(0, 3)].map(light);
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5; })
  .map((e) => e.outerHTML.slice(0, 120));
"""


class Browser:
    """One window of a browser."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self.driver = driver

    def look(self, url: str, *, width: int = 1280, scheme: Scheme = "light") -> None:
        """Open a page at a width and in a colour scheme."""
        self.resize(width, scheme)
        self.driver.get(url)

    def resize(self, width: int, scheme: Scheme) -> None:
        """Show the open page, and those that follow, at another width and in another colour scheme."""
        metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    def run(self, script: str, *arguments: object) -> Any:
        """What a script in the page returns."""
        return self.driver.execute_script(script, *arguments)

    def overflowing(self) -> list[str]:
        """Elements that stick out of the page on the right."""
        found: list[str] = self.run(_OVERFLOWING)
        return found

    def pale(self) -> list[str]:
        """Elements whose text stands out from its ground by less than WCAG's 4.5 to 1."""
        found: list[str] = self.run(_PALE)
        return found

    def complaints(self) -> list[str]:
        """What the console has said since the last call: errors, refused scripts and styles."""
        return [line["message"] for line in self.driver.get_log("browser")]  # type: ignore[no-untyped-call]

    def requested(self) -> list[str]:
        """The addresses asked for since the last call."""
        lines = self.driver.get_log("performance")  # type: ignore[no-untyped-call]
        events = [json.loads(line["message"])["message"] for line in lines]
        return [e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"]


@contextmanager
def open_browser(profile: Path) -> Iterator[Browser]:
    """A browser with a new profile in a folder."""
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or "chromium"
    for flag in (*_FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    options.add_experimental_option("perfLoggingPrefs", {"enableNetwork": True, "enablePage": False})
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver") or "chromedriver"))
    browser = Browser(driver)
    try:
        driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": _QUICK})
        driver.get("about:blank")
        browser.requested()  # those of the browser's own first page are no page's of ours
        yield browser
    finally:
        driver.quit()
