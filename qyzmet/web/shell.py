"""What goes around every request: an id, the limit of the body, security headers, one line of log."""

from __future__ import annotations

import logging
import secrets
import string
from time import perf_counter
from typing import TYPE_CHECKING, Any

from qyzmet.web import problem

if TYPE_CHECKING:
    from litestar.types import ASGIApp, Message, Receive, Send

MOST_BYTES = 8 << 20
#: Of a body that is too large so much more is read and thrown away, so that the sender hears why.
_READ_ON = 64 << 20

log = logging.getLogger("qyzmet.web.requests")

_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
#: Pages set a policy of their own; what does not is never shown as a page.
_HEADERS = {
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'",
    b"referrer-policy": b"no-referrer",
    b"cross-origin-resource-policy": b"same-origin",
    b"strict-transport-security": b"max-age=31536000",
    b"cache-control": b"no-store",
}


class Shell:
    """An ASGI application around another one; whatever happens inside, there is an answer."""

    def __init__(self, inner: ASGIApp, most_bytes: int = MOST_BYTES) -> None:
        self._inner, self._most_bytes = inner, most_bytes

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        began = perf_counter()
        # Letters alone, so that no id looks like a number of a person.
        name = "".join(secrets.choice(string.ascii_lowercase) for _ in range(20))
        scope.setdefault("state", {})["request"] = name
        answer = _Answer(send, name)
        body = _Body(receive, self._most_bytes)
        try:
            if body.announced(scope["headers"]) > self._most_bytes:
                await answer.fail(problem.of_status(413), body)
            else:
                await self._inner(scope, body.receive, answer.send)
        except Exception as error:
            await answer.fail(problem.of_error(error), body)
        finally:
            _log(scope, name, answer.status, round((perf_counter() - began) * 1000, 1))


class _Body:
    """Counts what comes in."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive, self._most, self._read, self._ended = receive, most, 0, False

    @staticmethod
    def announced(headers: Any) -> int:
        for name, value in headers:
            if name == b"content-length" and value.isdigit():
                return int(value)
        return 0

    async def receive(self) -> Any:
        message = await self._receive()
        if message["type"] == "http.request":
            self._ended = not message.get("more_body", False)
            self._read += len(message.get("body", b""))
            if self._read > self._most:
                raise problem.of_status(413)
        else:
            self._ended = True
        return message

    async def read_on(self) -> None:
        while not self._ended and self._read < _READ_ON:
            message: Any = await self._receive()
            self._read += len(message.get("body", b""))
            self._ended = message["type"] != "http.request" or not message.get("more_body", False)


class _Answer:
    """Adds headers; knows whether an answer has begun."""

    def __init__(self, send: Send, name: str) -> None:
        self._send, self._name, self.status = send, name, 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = list(message.get("headers", ()))
            there = {name.lower() for name, _ in headers}
            headers += [(name, value) for name, value in _HEADERS.items() if name not in there]
            headers.append((b"x-request-id", self._name.encode()))
            message = {**message, "headers": headers}
        await self._send(message)

    async def fail(self, failed: problem.Failed, body: _Body) -> None:
        if self.status:
            return  # it has begun; the connection is all that can still be ended
        await body.read_on()
        content = failed.content()
        headers = [
            (b"content-type", problem.MEDIA_TYPE.encode()),
            (b"content-length", str(len(content)).encode()),
        ]
        headers += [(name.lower().encode(), value.encode()) for name, value in failed.headers.items()]
        await self.send({"type": "http.response.start", "status": failed.problem.status, "headers": headers})
        await self.send({"type": "http.response.body", "body": content, "more_body": False})


def _log(scope: Any, name: str, status: int, ms: float) -> None:
    """The route as the program names it, never the path that was sent."""
    state = scope.get("state", {})
    log.log(
        logging.ERROR if status >= 500 else logging.INFO,
        "request",
        extra={
            "request": name,
            "method": scope["method"] if scope["method"] in _METHODS else "other",
            "route": scope.get("path_template") or "none",
            "status": status,
            "ms": ms,
            "sender": state.get("sender"),
            "taken": state.get("taken"),
            "set_aside": state.get("set_aside"),
        },
    )
