"""Serves a site to this machine and nobody else: bound to loopback, and deaf to other names for it.

A page elsewhere could make a browser ask here under a name of its own that leads to 127.0.0.1; it then sends that
name as ``Host``, and is refused.
"""

from __future__ import annotations

from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

from autograder.errors import OutputError
from autograder.preview.site import Page, Site

LOOPBACK = "127.0.0.1"
NAMES = (LOOPBACK, "localhost")
PATIENCE = 10.0
"""Seconds for a request to arrive."""
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
PLAIN = "text/plain; charset=utf-8"


class Server(ThreadingHTTPServer):
    """The site on a port of loopback; 0 takes any that is free."""

    daemon_threads = True

    def __init__(self, site: Site, port: int) -> None:
        self.site = site
        try:
            super().__init__((LOOPBACK, port), Handler)
        except OSError as error:
            raise OutputError(f"port {port} cannot be had ({error.strerror}): name another with --port") from error
        self.hosts = frozenset(f"{name}:{self.server_port}" for name in NAMES)

    @property
    def url(self) -> str:
        """Where to look."""
        return f"http://{LOOPBACK}:{self.server_port}/"


class Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD with what the site lists."""

    server: Server
    timeout = PATIENCE
    server_version = "preview"
    sys_version = ""

    def do_GET(self) -> None:
        """A page, or one line that says why there is none."""
        if self.headers.get("Host") not in self.server.hosts:
            self._send(HTTPStatus.FORBIDDEN, _line("this preview answers to its own address only"))
            return
        make = self.server.site.get(unquote(urlsplit(self.path).path))
        if make is None:
            self._send(HTTPStatus.NOT_FOUND, _line("there is no such page in this preview"))
            return
        try:
            page = make()
        except Exception as error:  # a file may be half written just now: the next look may find it whole
            page = _line(f"this page cannot be made just now: {type(error).__name__}: {error}")
            self._send(HTTPStatus.INTERNAL_SERVER_ERROR, page)
            return
        self._send(HTTPStatus.OK, page)

    do_HEAD = do_GET

    def _send(self, status: HTTPStatus, page: Page) -> None:
        self.send_response(status)
        for name, value in ALWAYS.items():
            self.send_header(name, value)
        self.send_header("Content-Security-Policy", f"{page.policy}; frame-ancestors 'none'")
        self.send_header("Content-Type", page.type)
        self.send_header("Content-Length", str(len(page.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(page.body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: whoever looks knows what they looked at."""


def _line(text: str) -> Page:
    return Page(PLAIN, f"{text}\n".encode(), "default-src 'none'")
