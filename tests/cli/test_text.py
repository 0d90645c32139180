"""`digest text`: what a model would be given of a paper."""

import json

from bench.services import Services, faults, make_papers, serve
from tests.blog import Blog

from digest.sample import load_papers

SAMPLE = load_papers()[0]


def test_sections_roles_and_the_excerpt_that_build_sends(blog: Blog, services: Services) -> None:
    blog.configure(services)
    ran = blog.digest("text", f"https://arxiv.org/abs/{SAMPLE.id}")
    assert ran.code == 0
    assert ran.out.startswith(f"{SAMPLE.id}v{SAMPLE.version}  {SAMPLE.title}\ntext: html, ")
    for section in SAMPLE.sections:
        assert section.heading in ran.out
    assert "all of " in ran.out
    excerpt = ran.out[ran.out.index("Title: ") :].strip()
    blog.digest("build", "--date", blog.day, SAMPLE.id)
    body = json.loads(next(request.body for request in services.requests if request.service == "model"))
    assert excerpt in body["messages"][1]["content"]
    assert not blog.record_path.with_name("text").exists()


def test_what_is_cut_and_noted(blog: Blog, services: Services) -> None:
    blog.configure(services, summarizer={"input_tokens": 500})
    services.fail("html", faults.reply(503))
    ran = blog.digest("text", SAMPLE.id)
    assert "note: arXiv HTML: HTTP 503" in ran.out
    assert "none of " in ran.out
    assert "[...]" in ran.out


def test_a_paper_without_text_and_one_without_a_name(blog: Blog, services: Services) -> None:
    blog.configure(services)
    services.fail("html", faults.reply(404))
    services.fail("pdf", faults.reply(404))
    ran = blog.digest("text", SAMPLE.id)
    assert (ran.code, "text: abstract" in ran.out) == (0, True)
    assert "no text but the abstract" in ran.err
    assert blog.digest("text", "nothing").code == 2


def test_a_withdrawn_paper_is_excluded_with_its_comment(blog: Blog) -> None:
    why = "This paper has been withdrawn by the authors due to an error"
    gone, there = (each.replace(comment=comment) for each, comment in zip(make_papers(2), (why, None), strict=True))
    with serve([gone, there], {blog.day: [gone.id, there.id]}) as services:
        blog.configure(services)
        assert blog.build().code == 0
        assert f"withdrawn, so that build excludes it: {why}" in blog.digest("text", gone.id).out
        assert len([request for request in services.requests if request.service == "model"]) >= 1
    assert [entry["paper"]["id"] for entry in blog.record["entries"]] == [there.id]
    excluded = [(each["id"], each["reason"]) for each in blog.record["excluded"]]
    assert excluded == [(gone.id, f"withdrawn: {why}")]
