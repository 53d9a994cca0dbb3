"""The other systems over HTTP: bulk questions in, answers by `ref` out; what breaks the contract stops here.

One question is tried once: the engine decides when it is asked again. Errors name the system and
the operation, never a person, and never repeat what the other side said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from types import TracebackType
from typing import Any, cast
from uuid import uuid4

import httpx
import msgspec

from qyzmet.exchange.contract import MOST_ITEMS, Answer, Asked, Item, Operation, Question, Reply
from qyzmet.runtime.errors import PartnerAway, PartnerNonsense, UnknownName

JSON = "application/json"

#: Statuses that say "later" rather than "your question is wrong".
_LATER = frozenset({408, 425, 429})


class HttpPartners:
    """`contract.Partners` over HTTP. Safe for threads; connections are kept and shared.

    `base_urls` is one address for all systems, or one per system (`"*"` for all others).
    """

    def __init__(
        self,
        base_urls: Mapping[str, str] | str,
        timeout: float = 30.0,
        *,
        connections: int = 16,
        most_bytes: int = 32 << 20,
        headers: Mapping[str, str] | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._base_urls = {"*": base_urls} if isinstance(base_urls, str) else dict(base_urls)
        self._most_bytes = most_bytes
        self._http = httpx.Client(
            timeout=timeout,
            limits=httpx.Limits(max_connections=connections, max_keepalive_connections=connections),
            headers={"content-type": JSON, "accept": JSON, **(headers or {})},
            transport=transport,
            follow_redirects=False,
            trust_env=False,
        )

    def ask(
        self, operation: Operation[Asked, Answer], items: Sequence[Asked], *, purpose: str, clause: str
    ) -> dict[str, Answer]:
        answers: dict[str, Answer] = {}
        for start in range(0, len(items), MOST_ITEMS):
            chunk = items[start : start + MOST_ITEMS]
            question = Question(correlation=uuid4().hex, purpose=purpose, clause=clause, items=list(chunk))
            raw = self._post(operation, msgspec.json.encode(question))
            answers.update(_checked(operation, raw, question.correlation, chunk))
        return answers

    def _post(self, operation: Operation[Asked, Answer], body: bytes) -> bytes:
        url = self._url(operation)
        try:
            with self._http.stream("POST", url, content=body) as response:
                _raise_for(operation, response.status_code)
                return self._limited(operation, response)
        except httpx.HTTPError as error:
            # The error's own text may hold the address; its class says enough.
            raise PartnerAway(f"{operation.path} did not answer ({type(error).__name__})") from None

    def _url(self, operation: Operation[Asked, Answer]) -> str:
        base = self._base_urls.get(operation.system, self._base_urls.get("*"))
        if base is None:
            raise UnknownName("address for the system", operation.system, "set its base URL")
        return base.rstrip("/") + operation.path

    def _limited(self, operation: Operation[Asked, Answer], response: httpx.Response) -> bytes:
        body = bytearray()
        for piece in response.iter_bytes():
            body += piece
            if len(body) > self._most_bytes:
                raise PartnerNonsense(f"{operation.path} answered more than {self._most_bytes} bytes")
        return bytes(body)

    def close(self) -> None:
        self._http.close()

    def __enter__(self) -> HttpPartners:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _raise_for(operation: Operation[Asked, Answer], status: int) -> None:
    if status == httpx.codes.OK:
        return
    if status >= 500 or status in _LATER:
        raise PartnerAway(f"{operation.path} answered with the fault {status}")
    raise PartnerNonsense(f"{operation.path} answered {status} where the contract has 200")


def _checked(
    operation: Operation[Asked, Answer], raw: bytes, correlation: str, asked: Sequence[Item]
) -> dict[str, Answer]:
    """The answers to what was asked; of a ref with two different answers neither counts."""
    try:
        reply = cast("Reply[Answer]", _decoder(operation.answer).decode(raw))
    except msgspec.MsgspecError as error:
        raise PartnerNonsense(f"{operation.path} broke its contract{_place(error)}") from None
    if reply.correlation != correlation:
        raise PartnerNonsense(f"{operation.path} answered another question")
    refs = {item.ref for item in asked}
    answers: dict[str, Answer] = {}
    contradicted: set[str] = set()
    for answer in reply.items:
        if answer.ref not in refs:
            continue
        if answers.setdefault(answer.ref, answer) != answer:
            contradicted.add(answer.ref)
    for ref in contradicted:
        del answers[ref]
    return answers


def _place(error: msgspec.MsgspecError) -> str:
    """Where in the answer it went wrong, without what stood there."""
    _, at, path = str(error).rpartition(" - at `")
    return f" at {path.rstrip('`')}" if at else ""


@cache
def _decoder(answer: type[Item]) -> msgspec.json.Decoder[Reply[Any]]:
    return msgspec.json.Decoder(Reply[answer])  # type: ignore[valid-type]
