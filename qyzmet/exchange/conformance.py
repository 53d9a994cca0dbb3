"""Whether another system keeps the contract: questions any partner can be asked, with what must come of them.

Meant for a partner's test environment: effects are really carried out there, under keys of this run.
Nothing real is needed: persons are made up, and a partner may well not know them.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from hashlib import sha256
from typing import Any, Literal, get_args, get_origin
from uuid import uuid4

import httpx
import msgspec
from msgspec.structs import fields

from qyzmet.exchange.contract import MOST_ITEMS, Item, Operation
from qyzmet.exchange.iso20022 import Transfer, pain_001
from qyzmet.exchange.openapi import PROBLEM

#: Valid numbers of nobody: made up, with right check digits.
PERSONS = ("900517400014", "850101300019")
_SAMPLES: Mapping[str, Any] = {
    "service": "LARGE_FAMILY_ALLOWANCE", "after": "", "iban": "KZ86125KZT5004100100", "phone": "+77010000001",
    "language": "kk", "document": "e30=", "signature": "e30=", "answer": "agree",
    "before": "2024-02-01",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the contract on one operation: kept or not, and what was seen. Names no person."""

    path: str
    rule: str
    kept: bool
    seen: str = ""


class _Broken(Exception):
    """A rule was not kept; says what was seen."""


def conformance(
    base: str,
    operations: Sequence[Operation[Any, Any]],
    *,
    effects: bool = False,
    samples: Mapping[str, Any] | None = None,
    timeout: float = 30.0,
    transport: httpx.BaseTransport | None = None,
) -> Iterator[Rule]:
    """Every rule on every operation, in turn; operations that act only with `effects`.

    `samples` are values by field name that the partner knows, for example an IIN of its test data.
    """
    with httpx.Client(base_url=base, timeout=timeout, transport=transport, trust_env=False) as http:
        for operation in operations:
            if operation.effect and not effects:
                continue
            tried = _Tried(http, operation, samples or {})
            for name, rule in _RULES:
                if name.startswith("a key") and not operation.effect:
                    continue
                try:
                    rule(tried)
                    yield Rule(operation.path, name, True)
                except _Broken as broken:
                    yield Rule(operation.path, name, False, str(broken))
                except httpx.HTTPError as error:
                    yield Rule(operation.path, name, False, f"no answer ({type(error).__name__})")


_fields = cache(fields)  #: each time msgspec would work the types out again


class _Tried:
    """One operation, and what it was asked."""

    def __init__(
        self, http: httpx.Client, operation: Operation[Any, Any], samples: Mapping[str, Any]
    ) -> None:
        self._http, self.operation, self._samples = http, operation, dict(_SAMPLES) | dict(samples)
        self._run = uuid4().hex[:12]

    def items(self, count: int, run: str = "") -> list[dict[str, Any]]:
        """Items as JSON with refs of their own; the same run has the same keys."""
        found = []
        for number in range(count):
            item = self._made_up(self.operation.asked, number)
            item["ref"] = f"r{number}"
            if self.operation.effect:
                item["key"] = f"conform/{(run or self._run)[:16]}/{number}"
            if "order" in item:
                item["order"] = _order(item)
            found.append(item)
        return found

    def _made_up(self, kind: type[Item], number: int) -> dict[str, Any]:
        return {field.name: self._value(field.name, field.type, number) for field in _fields(kind)}

    def _value(self, name: str, kind: Any, number: int) -> Any:
        if name in self._samples:
            return self._samples[name]
        if name.endswith("iin"):
            return PERSONS[number % len(PERSONS)]
        if name.endswith("tiyn"):
            return 100 + number
        if get_origin(kind) is Literal:
            return get_args(kind)[0]
        plain: Mapping[Any, Any] = {
            str: f"sample{number}", int: 1, bool: True, float: 1.0,
            date: "2024-02-09", datetime: datetime(2024, 2, 9, tzinfo=UTC).isoformat(),
        }  # fmt: skip
        if kind in plain:
            return plain[kind]
        options = get_args(kind)
        return None if type(None) in options else [] if get_origin(kind) is list else {}

    def post(self, content: bytes, media_type: str = "application/json") -> httpx.Response:
        return self._http.post(self.operation.path, content=content, headers={"content-type": media_type})

    def get(self) -> httpx.Response:
        return self._http.get(self.operation.path)

    def ask(self, items: Sequence[Mapping[str, Any]], correlation: str = "c1") -> tuple[str, list[Item]]:
        """The correlation and the answers. Raises _Broken where the answer breaks the contract."""
        answer = self.post(self.question(items, correlation))
        _is(answer.status_code == 200, f"status {answer.status_code}")
        kind = answer.headers.get("content-type", "").partition(";")[0].strip()
        _is(kind == "application/json", f"content type {kind or 'missing'}")
        try:
            said = json.loads(answer.content.decode())
            given = said["items"]
            found = [msgspec.convert(item, self.operation.answer) for item in given]
        except (ValueError, KeyError, TypeError, msgspec.ValidationError) as error:
            raise _Broken(f"the answer does not read ({type(error).__name__})") from None
        known = {field.encode_name for field in fields(self.operation.answer)}
        more = sorted({name for item in given for name in item} - known)
        _is(not more, f"fields that the contract does not have: {', '.join(more)}")
        return str(said.get("correlation")), found

    def question(self, items: Sequence[Mapping[str, Any]], correlation: str = "c1") -> bytes:
        asked = {"correlation": correlation, "purpose": "conformance test", "clause": "test", "items": items}
        return json.dumps(asked, ensure_ascii=False).encode()


def _order(item: Mapping[str, Any]) -> str:
    """The payment order that goes with a placement, as JSON carries it."""
    transfer = Transfer(
        end_to_end=item["key"], amount_tiyn=item["amount_tiyn"], name="Conformance test", iban=item["iban"],
        decision=sha256(b"{}").hexdigest(),
    )  # fmt: skip
    on = datetime(2024, 2, 9, tzinfo=UTC)
    return b64encode(pain_001([transfer], message=item["key"], at=on, on=on.date(), payer="test")).decode()


def _is(kept: bool, seen: str) -> None:
    if not kept:
        raise _Broken(seen)


def _refs(answers: Sequence[Item]) -> list[str]:
    return [answer.ref for answer in answers]


def _echoes(tried: _Tried) -> None:
    name = uuid4().hex
    said, _ = tried.ask(tried.items(1), correlation=name)
    _is(said == name, "another correlation")


def _answers_each(tried: _Tried) -> None:
    _, answers = tried.ask(tried.items(2))
    refs = _refs(answers)
    _is(sorted(refs) == ["r0", "r1"], f"{len(refs)} answers to 2 items, or foreign refs")


def _answers_nothing(tried: _Tried) -> None:
    _, answers = tried.ask([])
    _is(answers == [], f"{len(answers)} answers to no item")


def _same_again(tried: _Tried) -> None:
    first, second = (tried.ask(tried.items(2))[1] for _ in range(2))
    if tried.operation.effect:
        return  # `a key` looks at receipts
    _is(sorted(first, key=lambda a: a.ref) == sorted(second, key=lambda a: a.ref), "another answer")


def _order_is_free(tried: _Tried) -> None:
    items = tried.items(2)
    first = {answer.ref: answer for answer in tried.ask(items)[1]}
    second = {answer.ref: answer for answer in tried.ask(items[::-1])[1]}
    if not tried.operation.effect:
        _is(first == second, "the answer depends on the order of the items")


def _refuses(tried: _Tried, content: bytes, media_type: str = "application/json") -> None:
    answer = tried.post(content, media_type)
    _is(400 <= answer.status_code < 500, f"status {answer.status_code}")
    kind = answer.headers.get("content-type", "").partition(";")[0].strip()
    _is(kind == PROBLEM, f"content type {kind or 'missing'} instead of {PROBLEM}")
    for person in PERSONS:
        _is(person not in answer.text, "the refusal repeats a person's number")


def _refuses_no_json(tried: _Tried) -> None:
    _refuses(tried, b'{"correlation":')


def _refuses_other_fields(tried: _Tried) -> None:
    _refuses(tried, json.dumps({"items": tried.items(1)}).encode())


def _refuses_twins(tried: _Tried) -> None:
    (item,) = tried.items(1)
    _refuses(tried, tried.question([item, item]))


def _refuses_too_many(tried: _Tried) -> None:
    _refuses(tried, tried.question(tried.items(MOST_ITEMS + 1, run=uuid4().hex)))


def _refuses_get(tried: _Tried) -> None:
    _is(tried.get().status_code == 405, f"status {tried.get().status_code} to GET")


def _key_counts_once(tried: _Tried) -> None:
    run = uuid4().hex
    first, second = (tried.ask(tried.items(1, run))[1] for _ in range(2))
    _is(len(first) == len(second) == 1, "an item was not answered")
    _is(getattr(first[0], "repeated", None) is False, "the first is told to be a repeat")
    _is(getattr(second[0], "repeated", None) is True, "the repeat is not recognised")
    told = [{n: getattr(a, n) for n in a.__struct_fields__ if n != "repeated"} for a in (*first, *second)]
    _is(told[0] == told[1], "the repeat has another receipt")


def _key_is_of_one(tried: _Tried) -> None:
    run = uuid4().hex
    (item,) = tried.items(1, run)
    tried.ask([item])
    changed = next((name for name in ("amount_tiyn", "iin", "request") if name in item), None)
    if changed is None:
        return
    other = item[changed] + 1 if isinstance(item[changed], int) else PERSONS[1]
    answer = tried.post(tried.question([item | {changed: other}]))
    _is(400 <= answer.status_code < 500, f"status {answer.status_code} to a key with another content")


_RULES: Sequence[tuple[str, Callable[[_Tried], None]]] = (
    ("the correlation comes back", _echoes),
    ("every item has one answer, and nobody else", _answers_each),
    ("an empty question has an empty answer", _answers_nothing),
    ("the same question has the same answer", _same_again),
    ("the order of items does not matter", _order_is_free),
    ("what is no JSON is refused as a problem", _refuses_no_json),
    ("a question without its envelope is refused", _refuses_other_fields),
    ("refs that stand twice are refused", _refuses_twins),
    (f"more than {MOST_ITEMS} items are refused", _refuses_too_many),
    ("GET is not allowed", _refuses_get),
    ("a key counts once", _key_counts_once),
    ("a key stands for one content", _key_is_of_one),
)  # fmt: skip
