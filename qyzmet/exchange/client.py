"""The other systems over HTTP: bulk questions in, answers by `ref` out; what breaks the contract stops here.

A link that broke in a moment is tried again at once, within the limits of `care.py`; when a partner that is
away is asked again, the engine decides. Errors name the system and the operation, never a person, and
never repeat what the other side said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from types import TracebackType
from typing import Any, cast, get_args
from uuid import uuid4

import httpx
import msgspec
from msgspec.structs import fields

from qyzmet.exchange.care import Care, Gate
from qyzmet.exchange.contract import MOST_ITEMS, Answer, Asked, Item, Operation, Question, Reply
from qyzmet.exchange.systems import FeedPage
from qyzmet.runtime.clock import Clock, SystemClock, legal_date
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
        care: Mapping[str, Care] | None = None,
        clock: Clock | None = None,
        connections: int = 64,
        most_bytes: int = 32 << 20,
        headers: Mapping[str, str] | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._base_urls = {"*": base_urls} if isinstance(base_urls, str) else dict(base_urls)
        self._most_bytes, self._clock = most_bytes, clock or SystemClock()
        self._care, self._default = dict(care or {}), Care(timeout=timeout)
        self._gates: dict[str, Gate] = {}
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
            raw = self._post(operation, msgspec.json.encode(question), question.correlation)
            found = _checked(operation, raw, question.correlation, chunk)
            if operation.asked is not FeedPage:  # rows of a feed are judged one by one
                _must_have_happened(operation, found.values(), self._clock.now())
            answers.update(found)
        return answers

    def gate(self, system: str) -> Gate:
        """What stands before a partner: its limits and whether it is left alone at the moment."""
        found = self._gates.get(system)
        if found is None:
            care = self._care.get(system) or self._care.get("*") or self._default
            found = self._gates.setdefault(system, Gate(system, care, self._clock))
        return found

    def _post(self, operation: Operation[Asked, Answer], body: bytes, correlation: str) -> bytes:
        gate = self.gate(operation.system)
        with gate.passing():
            for left in range(gate.care.retries, -1, -1):
                try:
                    answer = self._once(operation, body, correlation, gate.care.timeout)
                except httpx.TransportError as error:
                    # A time-out has taken its time already; a link that broke may stand again at once.
                    if left and not isinstance(error, httpx.TimeoutException):
                        continue
                    # The error's own text may hold the address; its class says enough.
                    raise PartnerAway(f"{operation.path} did not answer ({type(error).__name__})") from None
                gate.answered()
                return answer
        raise AssertionError("the last try answers or raises")

    def _once(
        self, operation: Operation[Asked, Answer], body: bytes, correlation: str, timeout: float
    ) -> bytes:
        headers = {"x-correlation-id": correlation}
        with self._http.stream(
            "POST", self._url(operation), content=body, headers=headers, timeout=timeout
        ) as response:
            _raise_for(operation, response.status_code)
            return self._limited(operation, response)

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


def _must_have_happened(operation: Operation[Any, Any], answers: Iterable[Item], now: datetime) -> None:
    """What a registry says has happened does not lie in the future. Raises PartnerNonsense."""
    if operation.answer not in _DATED:
        _DATED[operation.answer] = _has_days(operation.answer)
    if not _DATED[operation.answer]:
        return
    latest = now + _CLOCKS_DIFFER
    for answer in answers:
        if any(_later(value, latest) for value in _values(answer)):
            raise PartnerNonsense(f"{operation.path} answered with a day that has not come yet")


def _later(value: object, latest: datetime) -> bool:
    if isinstance(value, datetime):
        return value > latest
    return isinstance(value, date) and value > legal_date(latest)


def _values(value: object) -> Iterator[object]:
    """All plain values in an answer, however deep."""
    if isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from _values(getattr(value, name))
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _values(each)
    else:
        yield value


def _has_days(kind: Any) -> bool:
    """Whether a type holds days or moments anywhere."""
    if kind in (date, datetime):
        return True
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return any(_has_days(field.type) for field in fields(kind))
    return any(_has_days(each) for each in get_args(kind))


_DATED: dict[Any, bool] = {}
#: The other side's day may have begun before ours.
_CLOCKS_DIFFER = timedelta(days=1)


def _place(error: msgspec.MsgspecError) -> str:
    """Where in the answer it went wrong, without what stood there."""
    _, at, path = str(error).rpartition(" - at `")
    return f" at {path.rstrip('`')}" if at else ""


@cache
def _decoder(answer: type[Item]) -> msgspec.json.Decoder[Reply[Any]]:
    return msgspec.json.Decoder(Reply[answer])  # type: ignore[valid-type]
