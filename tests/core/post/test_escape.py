import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html
from markdown_it import MarkdownIt
from tests.core.hostile import HOSTILE, URL, document, expected, expected_links

from digest.core.post.compare import Block, read_blocks
from digest.core.post.inline import escape, escape_url
from digest.core.text import fold

KINDS = ["heading", "quote", "paragraph", "item", "item", "heading"]
TAGS = {"div", "h1", "h2", "a", "blockquote", "p", "br", "ul", "li"}

UNCHANGED = [
    "1,000개 영상 쌍과 4,000개가 넘는 점검 항목을 모은 자료를 함께 제시하였다.",
    "영상 차이 설명(Video Difference Captioning, ViDiC) 과제를 제안하는 것이다.",
    "정확도는 39.97%에서 57.02%로, 메모리는 4~5.7배, 속도는 2.7~3.4배 나아졌다.",
    "64×64 및 256×256 해상도에서 FID가 11.76에서 11.25로 낮아졌다.",
    "Text-to-Visual 생성의 자기 선호(self-preference) 현상; R&D, AT&T & Co.",
    "이미지→텍스트 모델 6종(정확/부정확)과 GPT-5, Llama-4를 견주었다!",
    "snake_case_name과 x^2 + y^2 = z^2, 5 * 3, 확률 p < 0.05, n>3, p<0.05이다.",
    r"학습률 \alpha는 $0.1이고 f(x)는 {a, b}에서 50% 줄었다? 그렇다: 8:15.",
    "2025년, 3.5배, -5%p, +3.2점, @사람 #1, 😀 漢字 é …—–“”",
]

SPELLED = [
    ("{{ x }} {% y %}", r"{\{ x }} {&#37; y %}"),
    ("P(y|x)", r"P(y\|x)"),
    ("<think>과 <!-- a --> 1 << 2", r"\<think>과 \<!-\- a -\-> 1 \<< 2"),
    ("&amp; &#65; &b", "&#38;amp; &#38;#65; &b"),
    ("`a` *b* _c_ ~~d~~ $$e$$", r"\`a\` \*b\* \_c\_ \~\~d\~\~ $\$e$\$"),
    ("a >> b", r"a >\> b"),
    ("[a](b) ![c] {: .d} {#e}", r"\[a\](b) !\[c\] \{: .d} \{#e}"),
    ("^RFLAV x^2", "&#94;RFLAV x^2"),
    ('"a" it\'s', r"\"a\" it\'s"),
    ("a... b -- c --- d", r"a.\.\. b -\- c -\-\- d"),
    (r"\(x\) \frac \\ \ ", r"\\(x\\) \frac \\\ &#92;"),
    ("https://a.b/c_d%20", r"https\://a.b/c_d&#37;20"),
    ("# a", r"\# a"),
    ("- a", r"\- a"),
    ("C# a ##", r"C# a \##"),
    ("2025. 이 해", r"2025\. 이 해"),
    ("1)", r"1\)"),
    ("(c) +- ???? !!!! ,,", r"\(c) +\- ???&#63; !!!\! ,&#44;"),
]

texts = st.one_of(
    st.lists(st.sampled_from(HOSTILE), min_size=1, max_size=6).map("".join),
    st.text("{}%|<>&#`*_~^=[]()!:$\\-+1.9\"',?/@; aé한\n", max_size=12),
    st.text(st.characters(codec=None), max_size=20),
).filter(fold)


def parser(preset: str, **options: object) -> MarkdownIt:
    return MarkdownIt(preset, {"html": True, **options})


PARSERS = [
    parser("commonmark"),
    parser("js-default", typographer=True).enable(["replacements", "smartquotes"]),
]


@settings(deadline=None, max_examples=80, derandomize=True)
@given(st.lists(texts, min_size=1, max_size=3))
def test_what_is_written_is_read_back(hostile: list[str]) -> None:
    blocks = read_blocks(document(hostile))
    assert [block.text for block in blocks] == expected(hostile)
    assert [block.kind for block in blocks] == KINDS * len(hostile)
    assert [link for block in blocks for link in block.links] == expected_links(hostile)


@settings(deadline=None, max_examples=40, derandomize=True)
@given(st.lists(texts, min_size=1, max_size=3))
@pytest.mark.parametrize("markdown", PARSERS, ids=["commonmark", "typographer"])
def test_no_reader_makes_markup_of_text(markdown: MarkdownIt, hostile: list[str]) -> None:
    page = html.fragment_fromstring(markdown.render(document(hostile)), create_parent="div")
    shown = [" ".join(block.text_content().split()) for block in page.xpath(".//h1|.//h2|.//p|.//li")]
    assert shown == expected(hostile)
    assert {element.tag for element in page.iter()} == TAGS


def test_each_hostile_text_alone() -> None:
    shown = {text: read_blocks(escape(text)) for text in HOSTILE}
    assert shown == {text: (Block("paragraph", 0, 1, fold(text)),) if fold(text) else () for text in HOSTILE}


@pytest.mark.parametrize("text", UNCHANGED)
def test_prose_stays_as_it_is(text: str) -> None:
    assert escape(text) == text


@pytest.mark.parametrize(("text", "markdown"), SPELLED)
def test_spelling(text: str, markdown: str) -> None:
    assert escape(text) == markdown


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  a \t\r\n b ", "a b"),
        ("a\u00a0\u2003\u3000\u2028b", "a b"),
        ("a\x00\x07b\x1bc\x7fd\x9be", "abcde"),
        ("a\x85b\x1fc\x0bd", "a b c d"),
        ("\ud83da\ufffe\uffff", "a"),
        ("\u200b\u202ea\u202c\ufeff", "\u200b\u202ea\u202c\ufeff"),
        ("", ""),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@settings(deadline=None, max_examples=80, derandomize=True)
@given(texts)
def test_a_url_stands_between_parentheses(text: str) -> None:
    url = escape_url("https://a.b/" + text)
    assert read_blocks(f"[a]({url})") == (Block("paragraph", 0, 1, "a", (("a", url),)),)


@pytest.mark.parametrize(
    ("url", "escaped"),
    [
        (URL, URL),
        ("https://a.b/c_(d)?e=f&g=%20#h", "https://a.b/c_%28d%29?e=f&g=%20#h"),
        ("https://a.b/한 %{{x}}", "https://a.b/%ED%95%9C%20%25%7B%7Bx%7D%7D"),
        ("https://a.b/&lt;", "https://a.b/&lt%3B"),
    ],
)
def test_escape_url(url: str, escaped: str) -> None:
    assert escape_url(url) == escaped
