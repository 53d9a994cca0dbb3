"""Every twin keeps the contract; each planted breach is found, on every operation it can stand on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import count

import httpx
import pytest

from qyzmet.exchange import systems as s
from qyzmet.exchange.client import HttpPartners
from qyzmet.exchange.conformance import Rule, conformance
from qyzmet.exchange.social import ALL_OPERATIONS
from qyzmet_twins.serving import Served
from tests.exchange.test_client import IIN, WHY, asked

CHECKED = (s.PERSONS, s.NUMBERS, s.ODK_PLACE)


@pytest.mark.parametrize("operation", ALL_OPERATIONS, ids=lambda operation: operation.path)
def test_every_twin_keeps_the_contract(operation: s.Operation, served: Served) -> None:  # type: ignore[type-arg]
    with HttpPartners(served.ports.url) as http:  # an answer needs a request that was made
        made = http.ask(s.CONSENT_REQUEST, asked(s.CONSENT_REQUEST, [IIN]), **WHY)["r0"].request
    rules = list(conformance(served.ports.url, [operation], effects=True, samples={"request": made}))
    assert [rule for rule in rules if not rule.kept] == []
    assert len(rules) == (12 if operation.effect else 10)


Change = Callable[[httpx.Request, httpx.Response], httpx.Response]


def changed(change: Callable[[dict[str, object]], None]) -> Change:
    """A breach in a good answer's JSON."""

    def spoil(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if response.status_code != 200:
            return response
        said = response.json()
        change(said)
        return httpx.Response(200, json=said)

    return spoil


def items(said: dict[str, object]) -> list[dict[str, object]]:
    found = said["items"]
    assert isinstance(found, list)
    return found


def each(said: dict[str, object], **values: object) -> None:
    for item in items(said):
        item.update(values)


_numbers = count()


def stranger(said: dict[str, object]) -> None:
    found = items(said)
    found += [{**found[0], "ref": "other"}] if found else []


def twice(said: dict[str, object]) -> None:
    found = items(said)
    found += found[:1]


def short(said: dict[str, object]) -> None:
    del items(said)[-1:]


def fickle(said: dict[str, object]) -> None:
    number = next(_numbers)
    each(said, language=f"l{number}", receipt=f"R{number}", surname=f"s{number}")


def forgetful(said: dict[str, object]) -> None:
    """What acts forgets its keys; what only asks tells more than it was asked."""
    acts = any("repeated" in item for item in items(said))
    each(said, **({"repeated": False} if acts else {"religion": 1}))


def as_text(_: httpx.Request, answer: httpx.Response) -> httpx.Response:
    headers = {"content-type": "text/html"}
    return httpx.Response(answer.status_code, content=answer.content, headers=headers)


def as_utf_16(_: httpx.Request, answer: httpx.Response) -> httpx.Response:
    headers = {"content-type": answer.headers.get("content-type", "")}
    return httpx.Response(answer.status_code, content=answer.text.encode("utf-16"), headers=headers)


def breaks_down(_: httpx.Request, answer: httpx.Response) -> httpx.Response:
    return httpx.Response(500) if 400 <= answer.status_code < 500 else answer


def takes_anything(_: httpx.Request, answer: httpx.Response) -> httpx.Response:
    whole = {"correlation": "", "items": []}
    return httpx.Response(200, json=whole) if answer.status_code == 400 else answer


BREACHES: dict[str, Change] = {
    "another correlation": changed(lambda said: said.update(correlation="other")),
    "an item left out": changed(short),
    "somebody else's record": changed(stranger),
    "an item twice": changed(twice),
    "more than was asked": changed(lambda said: each(said, religion="unasked")),
    "a value of another type": changed(lambda said: each(said, ref=7)),
    "another answer each time": changed(fickle),
    "text instead of JSON": as_text,
    "another encoding": as_utf_16,
    "bad questions end in 500": breaks_down,
    "bad questions are answered": takes_anything,
    "a repeat is not recognised": changed(forgetful),
}


class Breaching(httpx.BaseTransport):
    """A partner that keeps the contract but for one breach."""

    def __init__(self, change: Change) -> None:
        self._inner, self._change = httpx.HTTPTransport(), change

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self._inner.handle_request(request)
        response.read()
        response.request = request
        return self._change(request, response)

    def close(self) -> None:
        self._inner.close()


def broken(served: Served, change: Change) -> Iterator[Rule]:
    rules = conformance(served.ports.url, CHECKED, effects=True, transport=Breaching(change))
    return (rule for rule in rules if not rule.kept)


def test_the_transport_of_these_tests_breaks_nothing_by_itself(served: Served) -> None:
    assert list(broken(served, lambda _, response: response)) == []


@pytest.mark.parametrize("breach", BREACHES)
def test_each_planted_breach_is_found(breach: str, served: Served) -> None:
    found = list(broken(served, BREACHES[breach]))
    assert {rule.path for rule in found} == {operation.path for operation in CHECKED}
    assert all(rule.seen and IIN not in json.dumps(rule.seen) for rule in found)


def test_a_partner_that_is_not_there_keeps_no_rule() -> None:
    rules = list(conformance("http://127.0.0.1:9", [s.NUMBERS], timeout=0.5))
    assert {rule.kept for rule in rules} == {False}
    assert "ConnectError" in rules[0].seen


def test_without_leave_nothing_is_carried_out(served: Served) -> None:
    assert list(conformance(served.ports.url, [s.ODK_PLACE])) == []
