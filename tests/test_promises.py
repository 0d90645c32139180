"""Each promise of README and docs/security.md, and the tests that keep it.

A promise is a bullet, a row of a table or a paragraph. One that is added without a test fails here, and so does a test
that is renamed or deleted.
"""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TESTS = ROOT / "tests"

README: dict[str, tuple[str, ...]] = {
    "Complete": (
        "cli/test_nightly.py::test_a_failed_paper_is_tried_again_for_some_days",
        "cli/test_fault_matrix.py::test_one_paper_that_fails_always_leaves_the_others",
        "cli/test_nightly.py::test_below_min_success_nothing_is_published",
        "cli/test_missing.py::test_status_lists_what_is_missing_and_why",
    ),
    "Grounded": (
        "cli/test_bad_answers.py::test_what_is_bad_once_is_repaired",
        "cli/test_bad_answers.py::test_what_is_always_bad_reaches_no_post",
        "core/judge/test_faults.py::test_one_rule_blames",
    ),
    "Safe": (
        "core/post/test_escape.py::test_each_hostile_text_alone",
        "e2e/test_jekyll_text.py::test_hostile_texts_show_as_they_are",
        "stages/test_keep.py::test_a_post_that_does_not_show_its_record_is_not_written",
    ),
    "No night is lost in silence": (
        "cli/test_week.py::test_every_paper_is_published_once_by_friday",
        "cli/test_nightly.py::test_missed_days_are_caught_up_in_one_commit",
        "cli/test_fault_matrix.py::test_twelve_kills_and_no_finished_question_twice",
        "cli/test_publish_cases.py::test_what_must_stay_back_is_named_with_the_next_step",
        "cli/test_publish_cases.py::test_days_that_must_stay_back_are_named_and_the_others_are_published",
        "cli/test_missing.py::test_the_reports_begin_with_what_is_missing",
        "cli/test_output.py::test_a_day_is_built_though_nobody_hears_of_it",
    ),
    "Cheap to make again": ("cli/test_build.py::test_twelve_papers_then_nothing_twice",),
}

SECURITY: dict[str, tuple[str, ...]] = {
    "Hugging Face (": ("clients/test_huggingface.py::test_a_list_is_read_to_its_end",),
    "arXiv's API (": ("clients/test_arxiv_api.py::test_a_category_query_over_three_pages",),
    "arXiv's site (": ("stages/source_text/test_fetch.py::",),
    "the model server (": ("clients/test_chat.py::test_what_is_sent_and_what_is_not",),
    "the verifier's server": (
        "cli/test_verifier.py::test_each_paper_takes_one_verdict_ask_to_the_letter_and_a_second_run_none",
    ),
    "the git remote": ("cli/test_publish.py::test_publishes_what_was_written_and_nothing_twice",),
    "a proxy": ("clients/test_environment.py::test_loopback_never_goes_through_a_proxy",),
    "Every request has a User-Agent": (
        "clients/test_redirects.py::test_another_host_is_not_asked",
        "clients/test_redirects.py::test_where_a_redirect_may_lead",
        "preview/test_server.py::test_it_listens_on_loopback_alone",
        "preview/test_server.py::test_only_loopback_names_are_answered",
        "preview/test_server.py::test_headers",
        "preview/test_pages.py::test_a_record_with_markup_in_every_field_is_text",
    ),
    "It comes from the variable": (
        "clients/test_chat.py::test_the_key_as_it_is_sent",
        "clients/test_chat.py::test_a_server_that_repeats_the_key",
        "core/test_secret.py::test_no_piece_of_a_key_is_left",
        "clients/test_chat.py::test_no_redirect_is_followed_with_the_key",
        "cli/test_doctor_status.py::test_doctor_reads_the_key_as_a_build_does",
        "cli/test_publish_cases.py::test_hooks_do_not_get_the_key_of_the_model",
    ),
    "In GitHub Actions it is a secret": ("cli/test_init.py::test_the_workflow_is_one_that_github_takes",),
    "Text that a reader cannot see": (
        "cli/test_bad_answers.py::test_text_that_no_reader_sees_does_not_reach_the_model",
    ),
    "Sentences that speak to a model": (
        "cli/test_bad_answers.py::test_instructions_aimed_at_a_model_are_left_out_and_noted_and_cannot_close_the_fence",
    ),
    "The text is fenced": (
        "cli/test_bad_answers.py::test_instructions_aimed_at_a_model_are_left_out_and_noted_and_cannot_close_the_fence",
    ),
    "The answer is input like any other": ("cli/test_bad_answers.py::test_what_is_always_bad_reaches_no_post",),
    "Nothing a model or a paper says is executed": ("test_layers.py::test_the_core_is_pure",),
    "Words come out as words": (
        "core/post/test_escape.py::test_no_reader_makes_markup_of_text",
        "e2e/test_jekyll_records.py::test_hostile_records",
        "stages/test_render.py::test_hostile_titles_and_sentences_come_out",
    ),
    "A broken or huge file": (
        "stages/source_text/test_worker.py::",
        "cli/test_fault_matrix.py::test_what_is_asked_for_a_paper",
    ),
    "Files are written whole": (
        "store/test_files.py::test_a_reader_sees_the_old_or_the_new",
        "cli/test_publish.py::test_leaves_the_work_of_a_person_alone",
        "cli/test_publish_cases.py::test_hooks_do_not_get_the_key_of_the_model",
        "cli/test_output.py::test_control_sequences_of_a_record_do_not_reach_the_terminal",
        "cli/test_publish_cases.py::test_control_sequences_of_a_remote_do_not_reach_the_terminal",
    ),
}


def readme() -> list[str]:
    """The bullets at the top of README."""
    top = (ROOT / "README.md").read_text("utf-8").partition("\n## ")[0]
    return re.findall(r"^- \*\*(.+?)\.\*\*", top, re.MULTILINE)


def security() -> list[str]:
    """The rows, bullets and paragraphs of what is promised: all but the last section, which promises nothing."""
    text = (ROOT / "docs" / "security.md").read_text("utf-8").partition("## What is not protected against")[0]
    rows = re.findall(r"^\| (?!to \|)([^|\n]+) \|", text, re.MULTILINE)
    bullets = re.findall(r"^- \*\*(.+?)\*\*", text, re.MULTILINE)
    blocks = [block.strip() for block in text.split("\n\n")]
    paragraphs = [block for block in blocks if block and block[0] not in "#|-" and not block.startswith("Anybody")]
    return [*rows, *bullets, *paragraphs]


@cache
def names_in(file: str) -> frozenset[str]:
    tree = ast.parse((TESTS / file).read_text("utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize(("found", "table"), [(readme, README), (security, SECURITY)], ids=["README", "security.md"])
def test_each_promise_has_a_test(found: object, table: dict[str, tuple[str, ...]]) -> None:
    assert callable(found)
    promises: list[str] = found()
    assert [text for text in promises if not any(text.startswith(begin) for begin in table)] == []
    assert [begin for begin in table if not any(text.startswith(begin) for text in promises)] == []


def test_each_test_of_a_promise_is_there() -> None:
    kept_by = [test.split("::") for promises in (README, SECURITY) for tests in promises.values() for test in tests]
    assert [(file, name) for file, name in kept_by if not (name in names_in(file) if name else names_in(file))] == []
