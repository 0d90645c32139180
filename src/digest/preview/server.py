"""The server: GET and HEAD on loopback, and nothing for pages of other sites."""

import errno
import logging
import socketserver
import sys
from email.message import Message
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from digest.core.errors import UsageError
from digest.preview.library import Library
from digest.preview.pages import WebPage, answer, failed

HOST: Final = "127.0.0.1"
_NAMES: Final = (HOST, "localhost", "[::1]")
"""What a browser on this machine calls it; another name in a request is another site's, bound to this address."""
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_LOG = logging.getLogger(__name__)


class PreviewServer(ThreadingHTTPServer):
    """Listens from construction on. Raises UsageError where the port cannot be had."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, port: int, library: Library) -> None:
        self.library = library
        try:
            super().__init__((HOST, port), _Connection)
        except OSError as error:
            why = "taken by another program" if error.errno == errno.EADDRINUSE else error.strerror
            raise UsageError(f"port {port}: {why}; take a free one with: digest preview --port 0") from error

    @property
    def url(self) -> str:
        """Of the front page."""
        return f"http://{HOST}:{self.server_port}/"

    def page(self, target: str, headers: Message) -> WebPage:
        """What is at a request's target, in the language of its headers."""
        accepted, cookies = headers.get("Accept-Language", ""), headers.get("Cookie", "")
        return answer(self.library, target, accepted=accepted, cookies=cookies)

    def server_bind(self) -> None:
        """Without the base class's question to the name service for what this machine is called."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.server_address[1]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A bug's traceback is for the terminal; a browser that hung up is not a bug."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Connection(BaseHTTPRequestHandler):
    server: PreviewServer
    server_version = "digest"
    sys_version = ""
    timeout = 20

    def do_GET(self) -> None:
        if not self._is_for_us():
            self._send(_plain(HTTPStatus.FORBIDDEN, "this page is for this machine alone; open it as 127.0.0.1"))
            return
        page = None
        try:
            page = self.server.page(self.path, self.headers)
        finally:
            self._send(page or failed(self.server.library))

    do_HEAD = do_GET  # noqa: N815  the base class's spelling

    def _is_for_us(self) -> bool:
        return self.headers.get("Host", "").rpartition(":")[0] in _NAMES or self.headers.get("Host") in _NAMES

    def _send(self, page: WebPage) -> None:
        self.send_response(page.status)
        for name, value in {**_HEADERS, **page.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Type", f"{page.type}; charset=utf-8")
        self.send_header("Content-Length", str(len(page.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(page.body)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What the base class refuses: broken requests, and every method that has no function here."""
        if code == HTTPStatus.NOT_IMPLEMENTED:
            self._send(_plain(HTTPStatus.METHOD_NOT_ALLOWED, "only GET and HEAD"))
        else:
            self._send(_plain(HTTPStatus(code), "this request cannot be answered"))

    def log_message(self, form: str, *args: Any) -> None:
        _LOG.info("%s", ascii(form % args)[1:-1])


def _plain(status: HTTPStatus, line: str) -> WebPage:
    return WebPage(status, "text/plain", f"{line}\n".encode())
