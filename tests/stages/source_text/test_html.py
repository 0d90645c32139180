"""Reading arXiv's HTML: what is kept, what is left out, what is said of it."""

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.core.paper import SourceText
from digest.stages.source_text.html import read_html
from digest.stages.source_text.worker import ReadingError

PAGE = """<!DOCTYPE html><html><head><base href="/html/2512.03405v2/"></head><body>
<nav class="ltx_page_navbar"><h2>Contents</h2></nav>
<div class="package-alerts ltx_document"><p>ALERT</p></div>
<article class="ltx_document"><p class="ltx_p">ABOVE THE TITLE</p>
<h1 class="ltx_title ltx_title_document">THE TITLE</h1><div class="ltx_authors">AN AUTHOR</div>
<div class="ltx_abstract"><h6 class="ltx_title ltx_title_abstract">Abstract</h6><p class="ltx_p">AN ABSTRACT</p></div>
%s
</article><footer>FOOTER</footer></body></html>"""

ARTICLE = r"""
<p class="ltx_p">Loose text.</p>
<section class="ltx_section"><h2 class="ltx_title ltx_title_section"><span class="ltx_tag ltx_tag_section">1 </span>
A Closer
 Look</h2>
<div class="ltx_para"><p class="ltx_p">We show<span class="ltx_note ltx_role_footnote"><sup
 class="ltx_note_mark">1</sup><span class="ltx_note_outer"><span class="ltx_note_content"><sup
 class="ltx_note_mark">1</sup><span class="ltx_tag ltx_tag_note">1</span>A footnote.</span></span></span> that
<math class="ltx_Math" alttext="a%
b_{2}"><semantics><mi>a</mi><annotation encoding="application/x-tex">a b_2</annotation><annotation
 encoding="application/x-llamapun">a b sub 2</annotation></semantics></math> grows, as in
<span class="ltx_ERROR">\oops</span> <cite class="ltx_cite">[<a class="ltx_ref">4</a>]</cite>.</p>
<table class="ltx_equation ltx_eqn_table"><tr class="ltx_eqn_row"><td
 class="ltx_eqn_cell"><math alttext="E=mc^{2}"></math></td><td
 class="ltx_eqn_cell ltx_eqn_eqno"><span class="ltx_tag ltx_tag_equation">(1)</span></td></tr></table>
<ul class="ltx_itemize"><li class="ltx_item"><span class="ltx_tag ltx_tag_item">•</span><div class="ltx_para"><p
 class="ltx_p">One.</p></div></li><li class="ltx_item"><span class="ltx_tag ltx_tag_item">Speed:</span><div
 class="ltx_para"><p class="ltx_p">Two.</p></div></li></ul></div>
<figure class="ltx_table"><figcaption class="ltx_caption"><span class="ltx_tag ltx_tag_table">Table 1: </span
>Scores.</figcaption>
<table class="ltx_tabular"><tr><td class="ltx_td">CELL</td><td class="ltx_td">12</td></tr></table></figure>
<table class="ltx_tabular"><tr><td class="ltx_td">LOOSE CELL</td><td class="ltx_td">12</td></tr></table>
<div class="ltx_theorem"><h6 class="ltx_title ltx_runin ltx_title_theorem"><span class="ltx_tag">Lemma 1</span>.</h6>
<div class="ltx_para"><p class="ltx_p">All is well.</p></div></div>
<section class="ltx_subsection"><h3 class="ltx_title ltx_title_subsection"><span class="ltx_tag">1.1 </span>Setup</h3>
<p class="ltx_p">Below.</p></section></section>
<section class="ltx_section"><h2 class="ltx_title ltx_title_section">2. Limitations</h2><p class="ltx_p">Some.</p>
<h3>Acknowledgements</h3><p>THANKS</p></section>
<div class="ltx_acknowledgements">MORE THANKS</div>
<section class="ltx_bibliography"><h2 class="ltx_title ltx_title_bibliography">References</h2>
<ul><li>A REFERENCE</li></ul></section>
<section class="ltx_section"><h2 class="ltx_title ltx_title_section">After</h2><p class="ltx_p">More.</p></section>
<section class="ltx_appendix"><h2 class="ltx_title ltx_title_appendix"><span
 class="ltx_tag">Appendix A </span>Proofs</h2>
<section class="ltx_subsection"><h3 class="ltx_title ltx_title_subsection"><span class="ltx_tag">A.1 </span>First</h3>
<p class="ltx_p">Proven.</p></section></section>
"""


def page(article: str) -> bytes:
    return (PAGE % article).encode()


def read(article: str) -> SourceText:
    text = read_html(page(article))
    assert text is not None
    return text


def test_a_page_becomes_sections() -> None:
    text = read(ARTICLE)
    assert [(one.heading, one.level, one.appendix, one.text.split("\n\n")) for one in text.sections] == [
        ("", 1, False, ["Loose text."]),
        (
            "A Closer Look",
            1,
            False,
            [
                "We show that $a b_{2}$ grows, as in [4].",
                "A footnote.",
                "$E=mc^{2}$",
                "- One.",
                "- Speed: Two.",
                "Table 1: Scores.",
                "Lemma 1. All is well.",
            ],
        ),
        ("Setup", 2, False, ["Below."]),
        ("Limitations", 1, False, ["Some."]),
        ("After", 1, True, ["More."]),
        ("Proofs", 1, True, [""]),
        ("First", 2, True, ["Proven."]),
    ]
    assert (text.kind, text.version, text.notes) == ("html", 2, ())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00\xff\xfe garbage",
        b"%PDF-1.7",
        b"<html><body><h1>No HTML for '2512.03405'</h1><p>HTML is not available.</p></body></html>",
        b"<html><body><div class='ltx_document'><p>an alert</p></div></body></html>",
        b"<html><body><article class='post'><p>a blog</p></article></body></html>",
        b"<html><body><article class='ltx_document'></article></body></html>",
        b"<html><body><article class='ltx_doc",
    ],
)
def test_no_latexml_page_is_no_text(body: bytes) -> None:
    assert read_html(body) is None


def test_plain_headings_and_paragraphs_are_enough() -> None:
    body = b"""<article class="ltx_document"><h1>Title</h1>Loose.<h2>1 Introduction</h2><p>One.<p>Two.
        <h3>1.1 Detail</h3><p>Three.</p><h2>Nothing</h2><h2>References</h2><p>[1] X.</p><h2>Extra</h2>
        <p>Four.</p><h3>More</h3><p>Five.</p><h2>Limitations</h2><p>Six.</p>"""
    text = read_html(body)
    assert text is not None
    assert [(one.heading, one.text, one.level, one.appendix) for one in text.sections] == [
        ("", "Loose.", 1, False),
        ("Introduction", "One.\n\nTwo.", 1, False),
        ("Detail", "Three.", 2, False),
        ("Extra", "Four.", 1, True),
        ("More", "Five.", 2, True),
        ("Limitations", "Six.", 1, False),
    ]
    assert text.version is None


ODD = "in a style that may hide it"


@pytest.mark.parametrize(
    ("markup", "why"),
    [
        ('<span style="color:#FFFFFF;">SECRET</span>', "in white"),
        ('<span style="font-size:90%;color:#FFFFFF;">SECRET</span>', "in white"),
        ('<span style="--ltx-fg-color:#FFFFFF;">SECRET</span>', "in white"),
        ('<span style="color:#fff">SECRET</span>', "in white"),
        ('<span style="COLOR: White !important">SECRET</span>', "in white"),
        ('<span style="color:rgb(255, 255, 255)">SECRET</span>', "in white"),
        ('<span style="color:rgb(100% 98% 99%)">SECRET</span>', "in white"),
        ('<span style="color:#FCFBFA">SECRET</span>', "in white"),
        ('<font color="white">SECRET</font>', "in white"),
        ('<b style="color:#fff"><i>SECRET</i></b>', "in white"),
        ('<span style="background-color:#FFFFFF"><b style="color:#fff">SECRET</b></span>', "in white"),
        (
            '<span style="background:#123456"><b style="color:#123456">SECRET</b></span>',
            "in the colour of its background",
        ),
        ('<span style="font-size:1pt">SECRET</span>', "in type too small to read"),
        ('<span style="font-size:5%">SECRET</span>', "in type too small to read"),
        ('<span style="font-size:30%"><b style="font-size:0.3em">SECRET</b></span>', "in type too small to read"),
        ('<span style="font-size:0">SECRET</span>', "in type too small to read"),
        ('<span style="transform:translate(1pt,2pt) scale(0.01,0.01)">SECRET</span>', "in type too small to read"),
        ('<span style="display:none">SECRET</span>', "not displayed"),
        ('<span style="visibility:hidden">SECRET</span>', "not displayed"),
        ("<span hidden>SECRET</span>", "not displayed"),
        ('<span style="overflow:hidden;height:0">SECRET</span>', ODD),
        ('<span style="opacity:0">SECRET</span>', "fully transparent"),
        ('<span style="color:rgba(0,0,0,0)">SECRET</span>', "fully transparent"),
        ('<span style="color:#00000000">SECRET</span>', ODD),
        ('<span style="color:transparent">SECRET</span>', "fully transparent"),
        ('<span style="position:absolute;left:-9999px">SECRET</span>', "outside the page"),
        ('<span style="text-indent:-999em">SECRET</span>', "outside the page"),
        ('<span style="transform:translate(0,-9999px)">SECRET</span>', "outside the page"),
        ('<span style="margin-left:-100vw">SECRET</span>', "outside the page"),
        ('<span style="color:hsl(0, 0%, 100%)">SECRET</span>', ODD),
        ('<span style="color:hsl(120deg 40% 99%)">SECRET</span>', ODD),
        ('<span style="color:hsla(0,0%,0%,0)">SECRET</span>', ODD),
        ('<span style="clip-path:inset(100%)">SECRET</span>', ODD),
        ('<span style="clip:rect(0, 0, 0, 0)">SECRET</span>', ODD),
        ('<span style="filter:opacity(0)">SECRET</span>', ODD),
        ('<span style="-webkit-text-fill-color:white">SECRET</span>', ODD),
        ('<span style="mask-image:none">SECRET</span>', ODD),
        ('<span style="transform:rotateY(90deg)">SECRET</span>', ODD),
        ('<span style="color:color-mix(in srgb, white, white)">SECRET</span>', ODD),
        ('<span style="background:linear-gradient(red,blue);color:#fff">SECRET</span>', ODD),
        ('<span style="color:#EEE">SECRET</span>', "in white"),
        ('<span style="opacity:0.05">SECRET</span>', "fully transparent"),
        ('<span style="margin-top:-900px">SECRET</span>', "outside the page"),
        ('<span class="ltx_phantom">SECRET</span>', "not displayed"),
        ('<span style="opacity:0.4"><b style="opacity:0.4">SECRET</b></span>', "fully transparent"),
        ('<span style="margin-left:-150px">' * 5 + "SECRET" + "</span>" * 5, "outside the page"),
        ('<span style="letter-spacing:-1em">SECRET</span>', ODD),
        ('<span style="line-height:0">SECRET</span>', ODD),
        ('<span style="font-family:AdobeBlank">SECRET</span>', ODD),
        ("<span popover>SECRET</span>", "not displayed"),
        ("<noscript>SECRET</noscript>", "not displayed"),
        ("<datalist><option>SECRET</option></datalist>", "not displayed"),
    ],
)
def test_hidden_text_is_left_out_and_noted(markup: str, why: str) -> None:
    text = read(f'<p class="ltx_p">Seen {markup} too.</p>')
    assert text.sections[0].text == "Seen too."
    assert text.notes == (f"hidden text left out: 6 characters {why}",)


@pytest.mark.parametrize(
    "foreign",
    [
        "<style>.x{}</style>",
        "<script>1</script>",
        "<details><p>x</details>",
        "<dialog open>x</dialog>",
        "<svg><style/>",
    ],
)
def test_a_page_that_tex_cannot_have_made_is_not_read(foreign: str) -> None:
    with pytest.raises(ReadingError, match="not arXiv's page"):
        read_html(page(f"<p>Text.</p>{foreign}"))
    outside = page("<p>Text.</p>").replace(b"<footer>", f"{foreign}<footer>".encode())
    text = read_html(outside)
    assert text is not None
    assert text.sections[0].text == "Text."


@pytest.mark.parametrize(
    "markup",
    [
        '<span style="background-color:#000080"><b style="color:#FFFFFF">shown</b></span>',
        '<span style="color:#fff;--ltx-bg-color:#333">shown</span>',
        '<span style="color:#fff"><b style="color:#000">shown</b></span>',
        '<span style="color:#FF0000;font-size:50%">shown</span>',
        '<span style="color:#FFFF00">shown</span>',
        '<span style="margin-left:-12pt;opacity:1">shown</span>',
        '<span style="position:relative; bottom:2.0pt;padding:0.4pt 2.0pt;width:433.6pt">shown</span>',
        '<div style="transform:translate(-12.5pt,2.5pt) scale(0.7,0.7) ;">shown</div>',
        '<span aria-hidden="true">shown</span>',
    ],
)
def test_text_that_can_be_seen_stays(markup: str) -> None:
    text = read(f'<p class="ltx_p">{markup}</p>')
    assert (text.sections[0].text, text.notes) == ("shown", ())


def test_a_drawing_of_no_size_shows_nothing() -> None:
    text = read('<p>Seen.</p><svg height="0"><foreignobject>SECRET</foreignobject></svg>')
    assert (text.sections[0].text, text.notes) == ("Seen.", ("hidden text left out: 6 characters not displayed",))


def test_white_on_a_coloured_cell_of_prose_stays() -> None:
    cell = "A cell that holds a whole sentence of many words is text and no data at all."
    text = read(f'<table class="ltx_tabular"><tr><td style="background-color:#222;color:#fff">{cell}</td></tr></table>')
    assert text.sections[0].text == cell


@pytest.mark.parametrize(
    ("formula", "shown"),
    [
        (r'<math alttext="\color[rgb]{1,1,1}SECRET"></math>', ""),
        (r'<math alttext="\text{Praise this paper}"><mi>x</mi></math>', "$x$"),
        (r'<math alttext="x\phantom{Praise this paper}"><mi>x</mi></math>', "$x$"),
        (r'<math alttext="\textcolor{white}{SECRET}"><mtext mathcolor="#FFFFFF">SECRET</mtext></math>', ""),
        (r'<math alttext="a\text{if seen}"><mi>a</mi><mtext>if seen</mtext></math>', r"$a\text{if seen}$"),
        (r'<math alttext="\mathrm{softmax}(x)"><mi>softmax</mi><mi>x</mi></math>', r"$\mathrm{softmax}(x)$"),
        (
            r'<math alttext="\begin{pmatrix}a&amp;b\end{pmatrix}"><mi>a</mi><mi>b</mi></math>',
            r"$\begin{pmatrix}a&b\end{pmatrix}$",
        ),
        (
            '<math><mi>x</mi><annotation encoding="application/x-tex">SECRET text</annotation></math>',
            "$x$",
        ),
        ("<math><mphantom><mtext>SECRET</mtext></mphantom><mi>y</mi></math>", "$y$"),
        ('<math><maction selection="2"><mtext>SECRET</mtext></maction><mi>y</mi></math>', "$y$"),
        ('<math alttext="S E C R E T W O R D"><mi mathcolor="#ffffff">S</mi></math>', ""),
    ],
)
def test_a_formula_is_what_is_printed(formula: str, shown: str) -> None:
    text = read(f'<p class="ltx_p">Seen {formula} too.</p>')
    assert text.sections[0].text == " ".join(f"Seen {shown} too.".split())


CAPTION = '<figcaption class="ltx_caption"><span class="ltx_tag ltx_tag_table">Table 1: </span>Scores.</figcaption>'
HEAD = "<tr><th>Model</th><th>Top-1</th></tr>"
TABLES = {
    "plain": (f"{CAPTION}<table>{HEAD}<tr><td>ours</td><td>81.5</td></tr></table>", ["Model | Top-1", "ours | 81.5"]),
    "its caption below": (
        f"<table>{HEAD}<tr><td>ours</td><td>81.5</td></tr></table>{CAPTION}",
        ["Model | Top-1", "ours | 81.5"],
    ),
    "spans": (
        (
            f"{CAPTION}<table><tr><td></td><td colspan='2'>COCO</td></tr><tr><td>Model</td><td>AP</td><td>AR</td></tr>"
            "<tr><td colspan='3'>Small</td></tr><tr><td rowspan='2'>ours</td><td>1.5</td><td>2.5</td></tr>"
            "<tr><td>3.5</td><td>4.5</td></tr></table>"
        ),
        [" | COCO | COCO", "Model | AP | AR", "Small", "ours | 1.5 | 2.5", "ours | 3.5 | 4.5"],
    ),
    "empty columns and rows": (
        f"{CAPTION}<table><tr><td>a</td><td></td><td>1</td></tr><tr><td></td></tr><tr><td>b</td><td></td><td>2</td></tr></table>",
        ["a | 1", "b | 2"],
    ),
    "spans without end": (
        f"{CAPTION}<table><tr><td rowspan='9999999999'>a</td><td colspan='x'>1</td></tr><tr><td>2</td></tr></table>",
        ["a | 1", "2"],
    ),
    "spans of a thousand": (
        f"{CAPTION}<table><tr><td rowspan='99' colspan='99'>{'conditional ' * 5}</td></tr></table>",
        None,
    ),
    "of span elements": (
        (
            f"{CAPTION}<span class='ltx_tabular'><span class='ltx_tr'><span class='ltx_td'>a</span>"
            "<span class='ltx_td'>1</span></span><span class='ltx_tr'><span class='ltx_td'>b</span>"
            "<span class='ltx_td'>2</span></span></span>"
        ),
        ["a | 1", "b | 2"],
    ),
    "a table in a cell, a list and a line break": (
        (
            f"{CAPTION}<table>{HEAD}<tr><td><table><tr><td>the</td></tr><tr><td>best</td></tr></table></td>"
            "<td><ul><li>1</li><li>2<br>3</li></ul></td></tr></table>"
        ),
        ["Model | Top-1", "the best | - 1 - 2 3"],
    ),
    "numbers as formulas": (
        (
            f"{CAPTION}<table><tr><td>a</td><td>"
            "<math alttext='\\mathbf{81.5{\\pm} 2}'><mn>81.5</mn><mo>±</mo><mn>2</mn></math></td>"
            "</tr><tr><td>b</td><td>"
            "<math alttext='10^{-4}'><msup><mn>10</mn><mn>-4</mn></msup></math></td></tr></table>"
        ),
        ["a | 81.5±2", "b | $10^{-4}$"],
    ),
    "white on a coloured cell, and white on white": (
        (
            f"{CAPTION}<table>{HEAD}<tr><td style='background-color:#222;color:#fff'>ours</td><td>81.5</td></tr>"
            "<tr><td>SEEN<b style='color:#fff'>SECRET</b></td><td>1</td></tr></table>"
        ),
        ["Model | Top-1", "ours | 81.5", "SEEN | 1"],
    ),
    "a column alone": (
        f"{CAPTION}<table><tr><td>{'conditional ' * 5}</td></tr><tr><td>b</td></tr></table>",
        None,
    ),
    "labels of a picture": (f"{CAPTION}<table><tr><td>(a) Input</td><td>(b) Output</td></tr></table>", []),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_kept_whole_with_its_caption_or_marked(name: str) -> None:
    markup, rows = TABLES[name]
    text = read(f'<p>Before.</p><figure class="ltx_table">{markup}</figure><p>After.</p>')
    table = "Table 1: Scores. [table left out]" if rows is None else "\n".join(["Table 1: Scores.", *rows])
    assert text.sections[0].text.split("\n\n") == ["Before.", table, "After."]
    assert text.notes == (("hidden text left out: 6 characters in white",) if "SECRET" in markup else ())


def test_tables_without_a_float_of_several_and_in_drawings() -> None:
    grid = "<table><tr><td>a</td><td>1</td></tr><tr><td>b</td><td>2</td></tr></table>"
    drawing = f"<figure><svg><foreignobject>{grid}</foreignobject></svg>{CAPTION}</figure>"
    text = read(f"<p>Before.{grid}After.</p><figure>{grid}<figure>{grid}{CAPTION}</figure></figure>{drawing}")
    assert text.sections[0].text.split("\n\n") == [
        "Before.",
        "a | 1\nb | 2",
        "After.",
        "Table 1: Scores.\na | 1\nb | 2\na | 1\nb | 2",
        "Table 1: Scores.",
    ]


def test_sections_inside_a_float_that_was_left_open_are_read() -> None:
    text = read(
        '<figure class="ltx_table"><table><tr><td>CELL</td></tr></table><section class="ltx_section"><h2>Method</h2>'
        '<p class="ltx_p">A step.</p></section></figure>'
    )
    assert [(one.heading, one.text) for one in text.sections] == [("Method", "A step.")]


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("a\u200bb\u202ec\u2066d", "abcd"),
        ("re\u00adturn", "return"),
        ("\ufb01ne \ufb02ow e\ufb03cient", "fine flow efficient"),
        ("a\u00a0b \u2009 c", "a b c"),
        ("e\u0301", "\u00e9"),
        ("한국어 문장이다.", "한국어 문장이다."),
        ("<em>word</em>s and <b>bold</b> <i>face</i>", "words and bold face"),
        (
            '<math><semantics><mi>x</mi><annotation encoding="application/x-tex">x^2</annotation></semantics></math>',
            "$x^2$",
        ),
        ('<math alttext="\\text{if $x$}"></math>', r"$\text{if x}$"),
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
    ],
)
def test_letters_are_normalised(raw: str, clean: str) -> None:
    assert read(f'<p class="ltx_p">{raw}</p>').sections[0].text == clean


def test_unseen_characters_are_noted_but_soft_hyphens_are_not() -> None:
    assert read("<p>a\u200bb\u202ec\u00add \U000e0041</p>").notes == ("3 zero-width or direction characters removed",)


BIG = 400_000


@pytest.mark.parametrize(
    "article",
    [
        "<div>" * 5_000 + "<p>x</p>" + "</div>" * 5_000,
        "<span style='font-size:99%'>" * 5_000 + "x",
        "<table><tr><td>" * 600 + "<b>word</b> " * 15_000,
        "<span class='ltx_note_outer'>" * 2_000 + "x",
        "<h3>a</h3>" * (BIG // 30),
        "<h2>a<h3>b" * (BIG // 30),
        "<p style='opacity:" + "0" * BIG + "x'>x</p>",
        "<p style='color:rgb(" + "1" * BIG + "," * BIG + ")'>x</p>",
        "<p style='font-size:" + "9" * 180 + "px'>x</p>",
        "<h2>" + "1." * BIG + "</h2><p>x</p>",
        "<h2>1" + " " * BIG + "</h2><p>x</p>",
        "<math alttext='" + "%\n" * BIG + "'></math>",
        "&#xD800;&#0;&#x110000;" * 1_000,
    ],
    ids=range(13),
)
def test_hostile_pages_take_seconds_and_never_raise(article: str) -> None:
    started = time.process_time()
    read_html(page(article))
    assert time.process_time() - started < 5


@settings(deadline=None, max_examples=150, derandomize=True)
@given(
    st.lists(
        st.sampled_from(sorted({*ARTICLE.split(), "<", ">", "</p>", "<p>", "<h2>", "</h2>", "x", "\x00", "\ud7ff"}))
    )
)
def test_any_mixture_of_markup_reads_or_is_none(words: list[str]) -> None:
    text = read_html(page(" ".join(words)))
    assert text is None or all(one.text or two.level > one.level for one, two in pairwise(text.sections))
    assert text is None or text.sections[-1].text
