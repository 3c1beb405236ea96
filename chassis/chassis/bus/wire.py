"""HTTP/1.1 on the wire: what eventlet's handler would let through, or answer in words not ours.

Whatever cannot be read in one way only (RFC 9112: two lengths, a length beside chunks, folded or
broken header lines) is refused before an application sees it. Every refusal is JSON with a stable
code in Chinese and English, without a banner, and its connection is closed so that the answer
arrives even when the client is still sending.
"""

import json
import re
import socket
from collections.abc import Callable
from email.errors import MultipartInvariantViolationDefect, NoBoundaryInMultipartDefect
from email.errors import StartBoundaryNotFoundDefect as NoBoundaryDefect
from http import HTTPStatus
from typing import Any, ClassVar, Final

import eventlet
from eventlet import wsgi

from chassis.metrics import HTTP_REQUESTS
from chassis.refusal import Kind, Refusal

MAX_LINE: Final = 8192
"""Bytes of a request line, and of one header line."""

HEADER_SECONDS = 20.0
"""How long the header lines of a request may take to arrive."""

LINGER_SECONDS = 3.0
"""How long a connection that is closed on an unread body still takes bytes, to throw them away."""

MAX_DISCARD: Final = 1 << 18
"""Bytes of an unread body that are thrown away to keep a connection."""

MAX_CHUNKS: Final = 20_000
CLOSE: Final = "chassis.close"
"""WSGI environment: a function; called before the answer, it closes the connection after it."""

SECURITY_HEADERS: Final = (
    (
        "Content-Security-Policy",
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    ),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
)

_LENGTH = re.compile(r"[0-9]{1,15}\Z")
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(;[^\r\n]*)?\r?\n\Z")
_BODY_DEFECTS = (
    MultipartInvariantViolationDefect,
    NoBoundaryInMultipartDefect,
    NoBoundaryDefect,
)
"""What the parser of headers says of a multipart body that it was not given."""


class HttpRefusal(Refusal):
    """A request that is refused for its form. `status` is the answer's."""

    kind = Kind.INVALID
    status: ClassVar[HTTPStatus] = HTTPStatus.BAD_REQUEST


class MalformedRequest(HttpRefusal):
    """The request line or a header cannot be read, or can be read in two ways."""

    code = "http.malformed"
    zh = "HTTP 请求格式错误:{reason}"
    en = "Malformed HTTP request: {reason}"


class UriTooLong(HttpRefusal):
    """The request line is longer than `MAX_LINE`."""

    code = "http.uri-too-long"
    status = HTTPStatus.REQUEST_URI_TOO_LONG
    zh = "请求地址超过 {most} 字节"
    en = "The request line is longer than {most} bytes"


class HeaderTooLong(HttpRefusal):
    """A header line is longer than `MAX_LINE`, or there are too many."""

    code = "http.header-too-long"
    status = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
    zh = "请求头过长或过多(每行不超过 {most} 字节)"
    en = "Header lines are too long or too many (at most {most} bytes a line)"


class RequestTimeout(HttpRefusal):
    """The request did not arrive in time."""

    code = "http.request-timeout"
    status = HTTPStatus.REQUEST_TIMEOUT
    zh = "请求未在规定时间内发送完毕"
    en = "The request did not arrive in time"


def error_body(error: dict[str, Any], correlation: str | None) -> bytes:
    """An error answer: `{"error": {code, message: {zh, en}, data, correlation}}`."""
    shown = {"code": error["code"], "message": error["message"], "data": error.get("data", {})}
    answer = {"error": {**shown, "correlation": correlation}}
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()


class Body(wsgi.Input):  # type: ignore[misc]
    """A request's body: strict about chunks, and not read to its end when nobody wants it."""

    chunks = 0

    def discard(self, buffer_size: int = 1 << 16) -> None:
        """Throw away what is left of a short body; raise `OSError` to close on a long one."""
        left = MAX_DISCARD
        while data := self.read(buffer_size):
            left -= len(data)
            if left < 0:
                raise OSError("the rest of the body is not wanted")

    def unread(self) -> bool:
        """Whether the client may still be sending."""
        if self.chunked_input:
            return bool(self.chunk_length != 0)
        return bool(self.position < (self.content_length or 0))

    def _chunked_read(
        self, rfile: Any, length: int | None = None, use_readline: bool = False
    ) -> bytes:
        if self.should_send_hundred_continue:
            self.send_hundred_continue_response()
            self.is_hundred_continue_response_sent = True
        parts: list[bytes] = []
        wanted = 1 << 62 if length is None or length < 0 else length
        while wanted > 0 and self.chunk_length != 0:
            left = self.chunk_length - self.position
            if left <= 0:
                self._next_chunk(rfile)
                continue
            read = rfile.readline if use_readline else rfile.read
            data = read(min(left, wanted))
            if not data:
                raise OSError("the body ended within a chunk")
            parts.append(data)
            self.position += len(data)
            wanted -= len(data)
            if self.position == self.chunk_length and rfile.readline(3) not in (b"\r\n", b"\n"):
                raise wsgi.ChunkReadError("a chunk is longer than it says")
            if use_readline and data.endswith(b"\n"):
                break
        return b"".join(parts)

    def _next_chunk(self, rfile: Any) -> None:
        self.chunks += 1
        found = _CHUNK.match(rfile.readline(MAX_LINE))
        if found is None or self.chunks > MAX_CHUNKS:
            raise wsgi.ChunkReadError("not the size of a chunk, or too many of them")
        self.chunk_length, self.position = int(found[1], 16), 0
        if self.chunk_length == 0:
            for _ in range(100):
                if rfile.readline(MAX_LINE) in (b"\r\n", b"\n", b""):
                    return
            raise wsgi.ChunkReadError("too many trailers")


class Protocol(wsgi.HttpProtocol):  # type: ignore[misc]
    """A connection of eventlet's WSGI server, strict, without banners."""

    _refused = False

    def setup(self) -> None:
        """Open the connection; header names are sent as they were written."""
        self.capitalize_response_headers = False
        super().setup()

    def _read_request_line(self) -> bytes:
        line: bytes = super()._read_request_line() or b""
        if len(line) >= self.server.url_length_limit:
            self.close_connection = True
            self._refuse(UriTooLong(most=MAX_LINE))
            return b""
        return line

    def parse_request(self) -> bool:
        """Read the header lines; False when the request was answered already."""
        try:
            with eventlet.Timeout(HEADER_SECONDS):
                if not super().parse_request():
                    self.close_connection = True
                    return False
        except (wsgi.HeaderLineTooLong, wsgi.HeadersTooLarge):
            return self._refuse(HeaderTooLong(most=MAX_LINE))
        except eventlet.Timeout:
            return self._refuse(RequestTimeout())
        if fault := self._fault():
            return self._refuse(MalformedRequest(reason=fault))
        return True

    def _fault(self) -> str | None:
        headers = self.headers
        if self.request_version == "HTTP/0.9":
            return "HTTP/0.9"
        if any(not isinstance(defect, _BODY_DEFECTS) for defect in headers.defects):
            return "header line"
        if any("\n" in value or "\r" in value for value in headers.values()):
            return "folded header line"
        lengths = headers.get_all("Content-Length", [])
        if len(lengths) > 1 or not all(map(_LENGTH.match, lengths)):
            return "Content-Length"
        coding = headers.get_all("Transfer-Encoding")
        chunked_only = coding is None or (len(coding) == 1 and coding[0].lower() == "chunked")
        if not chunked_only or (coding and (lengths or self.request_version == "HTTP/1.0")):
            return "Transfer-Encoding"
        hosts = len(headers.get_all("Host", []))
        return "Host" if hosts > 1 or (not hosts and self.request_version == "HTTP/1.1") else None

    def get_environ(self) -> dict[str, Any]:
        """The WSGI environment, with our `Body` and `CLOSE`."""
        environ: dict[str, Any] = super().get_environ()
        given = environ["wsgi.input"]
        environ["wsgi.input"] = environ["eventlet.input"] = Body(
            self.rfile,
            given.content_length,
            self.connection,
            given.wfile,
            given.wfile_line,
            given.chunked_input,
        )
        environ[CLOSE] = self._close_after_answer
        return environ

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer what the standard library refuses: never with its page or its banner."""
        too_long = code == HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
        self._refuse(
            HeaderTooLong(most=MAX_LINE) if too_long else MalformedRequest(reason="request line")
        )

    def handle(self) -> None:
        """Serve until either side closes; a client that goes away is no fault."""
        try:
            super().handle()
        except OSError:
            self.close_connection = True

    def finish(self) -> None:
        """Close, taking what the client still sends, or it might never see the answer."""
        body = getattr(self, "environ", {}).get("eventlet.input")
        if self._refused or (isinstance(body, Body) and body.unread()):
            self._linger()
        super().finish()

    def _refuse(self, refusal: HttpRefusal) -> bool:
        self._refused = self.close_connection = True
        body = error_body(refusal.as_dict(), None)
        lines = [
            f"HTTP/1.1 {refusal.status.value} {refusal.status.phrase}",
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
            "Connection: close",
            *(f"{name}: {value}" for name, value in SECURITY_HEADERS),
        ]
        self.wfile.write("\r\n".join([*lines, "", ""]).encode() + body)
        HTTP_REQUESTS.labels("-", "-", str(refusal.status.value)).inc()
        return False

    def _close_after_answer(self) -> None:
        self.close_connection = True

    def _linger(self) -> None:
        try:
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_WR)
            with eventlet.Timeout(LINGER_SECONDS, False):
                while self.connection.recv(1 << 16):
                    pass
        except OSError:
            pass


Application = Callable[[dict[str, Any], Callable[..., Any]], Any]


def serve(listening: Any, app: Application, size: int) -> None:
    """Serve connections in green threads, `size` at a time, until killed."""
    wsgi.server(
        listening,
        app,
        log_output=False,
        max_size=size,
        keepalive=30,
        socket_timeout=30,
        url_length_limit=MAX_LINE,
        debug=False,
        protocol=Protocol,
    )
