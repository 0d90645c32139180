"""arXiv's site: `/arxiv/html/ID`, `/arxiv/pdf/ID` and `/arxiv/abs/ID`, with or without a version."""

from html import escape

from digest.sample import latexml
from digest.sample.paper import Catalogue
from digest.sample.pdf import paper_pdf
from digest.sample.server import Reply, Request, html_reply


def html(request: Request, catalogue: Catalogue) -> Reply:
    """The LaTeXML page, or the 404 page that says there is none."""
    name = request.path.removeprefix("/arxiv/html/").rstrip("/")
    found = catalogue.find(name)
    if found is None or "html" not in found[0].full_text:
        return html_reply(latexml.missing(name), status=404)
    return html_reply(latexml.page(*found))


def pdf(request: Request, catalogue: Catalogue) -> Reply:
    """The PDF; 406 for an address that ends in `.pdf`, as arXiv answers since September 2026."""
    name = request.path.removeprefix("/arxiv/pdf/")
    if name.endswith(".pdf"):
        return html_reply("<html><body><h1>406 Not Acceptable</h1></body></html>", status=406)
    found = catalogue.find(name)
    if found is None or "pdf" not in found[0].full_text:
        return html_reply("<html><body><h1>404 Not Found</h1></body></html>", status=404)
    return Reply(200, paper_pdf(*found), {"Content-Type": "application/pdf"})


def abstract_page(request: Request, catalogue: Catalogue) -> Reply:
    """A bare abstract page."""
    found = catalogue.find(request.path.removeprefix("/arxiv/abs/"))
    if found is None:
        return html_reply("<html><body><h1>Article not found</h1></body></html>", status=404)
    title, abstract = escape(found[0].title), escape(found[0].abstract)
    return html_reply(f"<html><body><h1>{title}</h1><blockquote>{abstract}</blockquote></body></html>")
