"use strict";

// Pages follow the files: a page knows the version it shows, and asks for the newest one while it can be seen.
const POLL = 1500;
const shown = document.documentElement.dataset.version;
const ended = document.getElementById("ended");

async function follow() {
  if (document.visibilityState === "visible") {
    try {
      const answer = await fetch("/version", { cache: "no-store" });
      const newest = await answer.text();
      ended.hidden = true;
      if (answer.ok && newest !== shown && !isTyping(document.activeElement)) location.reload();
    } catch {
      ended.hidden = false;
    }
  }
  setTimeout(follow, POLL);
}

function isTyping(element) {
  return element !== null && element.matches("input, textarea, select");
}

const keys = document.getElementById("keys");

function step(by) {
  const stops = [...document.querySelectorAll("[data-stop]")];
  const here = stops.findIndex((stop) => stop.contains(document.activeElement));
  const top = stops.findIndex((stop) => stop.getBoundingClientRect().bottom > 80);
  const next = here >= 0 ? here + by : Math.max(top, 0);
  const stop = stops[Math.min(Math.max(next, 0), stops.length - 1)];
  if (stop === undefined) return;
  stop.focus({ preventScroll: true });
  stop.scrollIntoView({ block: "start" });
}

function click(selector) {
  document.querySelector(selector)?.click();
}

function search() {
  const input = document.querySelector("input[type=search]");
  input.focus();
  input.select();
}

const ACTIONS = {
  ArrowLeft: () => click("a[rel=prev]"),
  ArrowRight: () => click("a[rel=next]"),
  j: () => step(1),
  k: () => step(-1),
  p: () => click(".tabs a:not([aria-current])"),
  h: () => click("a.home"),
  "/": search,
  "?": () => keys.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || keys.open) return;
  const active = document.activeElement;
  if (isTyping(active)) {
    if (event.key === "Escape") active.blur();
  } else if (event.key === "Enter" && active.matches("[data-stop]")) {
    active.querySelector("a.date, a.open, h2 a")?.click();
  } else if (Object.hasOwn(ACTIONS, event.key)) {
    event.preventDefault();
    ACTIONS[event.key]();
  }
});

// Where the contents lie over the page, they make way for what was chosen.
for (const bar of document.querySelectorAll("details.contents")) {
  bar.addEventListener("click", (event) => { if (event.target.closest("a")) bar.open = false; });
}

document.getElementById("keys-button").addEventListener("click", () => keys.showModal());
setTimeout(follow, POLL);
