"""Bulk questions over HTTP: against the twins, and against partners that break the contract."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from qyzmet.exchange import systems as s
from qyzmet.exchange.client import HttpPartners
from qyzmet.exchange.contract import Item, Operation
from qyzmet.runtime.clock import HandClock
from qyzmet.runtime.errors import PartnerAway, PartnerNonsense, UnknownName
from qyzmet_twins.faults import Fault
from qyzmet_twins.outside import Outside
from qyzmet_twins.partners import InProcessPartners
from qyzmet_twins.serving import Served

WHY = {"purpose": "appointing an allowance", "clause": "proactive:§6"}
IIN = "900517400003"
START = datetime(2024, 2, 12, 3, tzinfo=UTC)


def asked(operation: Operation, iins: list[str]) -> list[Item]:  # type: ignore[type-arg]
    """A question to this operation about these people."""
    common = {"service": "LARGE_FAMILY_ALLOWANCE"}
    match operation.asked:
        case s.FeedPage:
            return [s.FeedPage(ref="page", after="", limit=3)]
        case s.ByIin:
            return [s.ByIin(ref=f"r{n}", iin=iin) for n, iin in enumerate(iins)]
        case s.ForService:
            return [s.ForService(ref=f"r{n}", iin=iin, **common) for n, iin in enumerate(iins)]
        case s.ConsentRequest:
            return [
                s.ConsentRequest(ref=f"r{n}", key=f"k{n}", iin=iin, **common) for n, iin in enumerate(iins)
            ]
        case s.ConsentAnswer:
            return [
                s.ConsentAnswer(
                    ref=f"r{n}", key=f"k{n}", request=f"PDAC-{n + 1:08d}", answer="agree", at=START
                )
                for n, _ in enumerate(iins)
            ]
        case s.Placement:
            return [
                s.Placement(
                    ref=f"r{n}",
                    key=f"k{n}",
                    iin=iin,
                    iban="KZ1",
                    amount_tiyn=100,
                    document=b"\x00\xffdecision",
                    signature=b"cms",
                    **common,
                )
                for n, iin in enumerate(iins)
            ]
    raise AssertionError(operation.asked)


def test_every_operation_answers_the_same_over_http_and_in_one_process(
    outside: Outside, served: Served, clock: HandClock
) -> None:
    clock.advance(timedelta(hours=3))
    alone = Outside(outside.world, clock)
    in_process = InProcessPartners(alone.world, clock, services=alone.services)
    iins = [birth.child_iin for birth in outside.world.births()]
    iins += [award.iin for award in outside.world.awards()] + ["000000000000"]
    with HttpPartners(served.ports.url) as http:
        for operation in s.OPERATIONS:
            question = asked(operation, iins)
            over_http = http.ask(operation, question, **WHY)
            assert over_http == in_process.ask(operation, question, **WHY), operation.path
            assert set(over_http) == {item.ref for item in question}, operation.path
            if operation.effect:
                again = http.ask(operation, question, **WHY)
                assert all(answer.repeated for answer in again.values()), operation.path


def test_many_items_go_in_several_questions(served: Served) -> None:
    items = [s.ByIin(ref=str(n), iin=IIN) for n in range(4500)]
    with HttpPartners({"*": served.ports.url}) as http:
        assert len(http.ask(s.PERSONS, items, **WHY)) == 4500
        assert http.ask(s.PERSONS, [], **WHY) == {}


def test_several_threads_share_one_client(served: Served) -> None:
    with HttpPartners(served.ports.url) as http, ThreadPoolExecutor(8) as threads:

        def one(number: int) -> bool:
            ref = f"thread {number}"
            return list(http.ask(s.PERSONS, [s.ByIin(ref=ref, iin=IIN)], **WHY)) == [ref]

        assert all(threads.map(one, range(60)))


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("error", PartnerAway), ("silence", PartnerAway), ("nonsense", PartnerNonsense)],
)
def test_faults_on_request_strike_one_system_and_end(
    outside: Outside, served: Served, clock: HandClock, kind: str, expected: type[Exception]
) -> None:
    until = clock.now() + timedelta(hours=1)
    outside.faults.add(Fault(system="odk", kind=kind, until=until))  # type: ignore[arg-type]
    items = asked(s.ODK_PLACE, [IIN])
    in_process = InProcessPartners(
        outside.world, clock, services=Outside(outside.world, clock).services, faults=outside.faults
    )
    with HttpPartners(served.ports.url, timeout=0.2) as http:
        for partners in (http, in_process):
            with pytest.raises(expected, match="/odk/v1/place") as failed:
                partners.ask(s.ODK_PLACE, items, **WHY)
            assert IIN not in str(failed.value)
        assert http.ask(s.NUMBERS, asked(s.NUMBERS, [IIN]), **WHY)
        clock.set(until)
        placed = http.ask(s.ODK_PLACE, items, **WHY)["r0"]
    # Silence and nonsense come after the deed: the repeat is recognised by its key.
    assert placed.repeated == (kind != "error")
    assert len(outside.services.placements) == 1


def test_a_duplicated_or_slow_answer_is_as_good_as_any(outside: Outside, served: Served) -> None:
    outside.faults.add(Fault(system="odk", kind="duplicate"))
    outside.faults.add(Fault(system="pdac", kind="slow"))
    with HttpPartners(served.ports.url) as http:
        assert len(http.ask(s.ODK_PLACE, asked(s.ODK_PLACE, [IIN]), **WHY)) == 1
        assert len(http.ask(s.CONSENT_REQUEST, asked(s.CONSENT_REQUEST, [IIN]), **WHY)) == 1


def test_a_key_with_another_content_is_refused_over_http(served: Served) -> None:
    first = asked(s.ODK_PLACE, [IIN])
    other = asked(s.ODK_PLACE, ["900517400014"])
    with HttpPartners(served.ports.url) as http:
        http.ask(s.ODK_PLACE, first, **WHY)
        with pytest.raises(PartnerNonsense, match="/odk/v1/place answered 409"):
            http.ask(s.ODK_PLACE, other, **WHY)


# --- partners that break the contract -------------------------------------------------------------

Answering = Callable[[dict[str, object]], object]


def partner(answering: Answering, **options: object) -> HttpPartners:
    """A client whose partner answers what the function makes of the question."""

    def handle(request: httpx.Request) -> httpx.Response:
        question = json.loads(request.content)
        answered = answering(question)
        if isinstance(answered, httpx.Response):
            return answered
        return httpx.Response(200, json={"correlation": question["correlation"], "items": answered})

    return HttpPartners("http://partner", transport=httpx.MockTransport(handle), **options)  # type: ignore[arg-type]


def numbers(answering: Answering, refs: str = "ab", **options: object) -> dict[str, s.Number]:
    items = [s.ByIin(ref=ref, iin=IIN) for ref in refs]
    return partner(answering, **options).ask(s.NUMBERS, items, **WHY)


A, B = {"ref": "a", "phone": "+77010000001"}, {"ref": "b", "phone": None}


def test_answers_come_in_any_order_and_only_for_what_was_asked() -> None:
    assert list(numbers(lambda _: [B, A])) == ["b", "a"]
    assert list(numbers(lambda _: [A])) == ["a"]
    assert list(numbers(lambda _: [A, {"ref": "foreign", "phone": None}])) == ["a"]


def test_of_two_answers_to_one_ref_equal_ones_count_once_and_different_ones_not_at_all() -> None:
    assert list(numbers(lambda _: [A, A, B])) == ["a", "b"]
    assert list(numbers(lambda _: [A, {"ref": "a", "phone": None}, B])) == ["b"]
    assert list(numbers(lambda _: [A, {"ref": "a", "phone": None}, A, B])) == ["b"]


@pytest.mark.parametrize(
    ("answer", "place"),
    [
        (httpx.Response(200, content=b"<html>"), ""),
        (httpx.Response(200, content=b""), ""),
        (httpx.Response(200, json={"items": []}), ""),
        (httpx.Response(200, json={"correlation": "another", "items": []}), "another question"),
        ([{"ref": "a"}], r"at \$.items\[0\]"),
        ([{"ref": "a", "phone": 77010000001}], r"at \$.items\[0\].phone"),
        ([{"ref": "a", "phone": None, "language": "secret"}], r"at \$.items\[0\].language"),
    ],
)
def test_an_answer_that_breaks_the_contract_is_nonsense_and_is_not_repeated_in_the_error(
    answer: object, place: str
) -> None:
    with pytest.raises(PartnerNonsense, match="/mobile_citizens_base/v1/numbers.*" + place) as nonsense:
        numbers(lambda _: answer)
    for secret in (IIN, "77010000001", "secret", "<html>"):
        assert secret not in str(nonsense.value)


def test_an_answer_too_large_is_nonsense() -> None:
    with pytest.raises(PartnerNonsense, match="more than 1000 bytes"):
        numbers(lambda _: [A] * 100, most_bytes=1000)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (500, PartnerAway),
        (503, PartnerAway),
        (429, PartnerAway),
        (400, PartnerNonsense),
        (302, PartnerNonsense),
    ],
)
def test_a_status_says_later_or_wrong(status: int, expected: type[Exception]) -> None:
    with pytest.raises(expected, match=str(status)):
        numbers(lambda _: httpx.Response(status, text=IIN))


def test_no_answer_is_away_and_the_error_names_no_address() -> None:
    with (
        HttpPartners("http://127.0.0.1:9", timeout=0.2) as http,
        pytest.raises(PartnerAway, match=r"numbers did not answer \(ConnectError\)") as away,
    ):
        http.ask(s.NUMBERS, asked(s.NUMBERS, [IIN]), **WHY)
    assert "127" not in str(away.value)


def test_a_system_without_an_address_is_named() -> None:
    with HttpPartners({"odk": "http://odk"}) as http, pytest.raises(UnknownName, match="pdac"):
        http.ask(s.CONSENT_REQUEST, asked(s.CONSENT_REQUEST, [IIN]), **WHY)


def test_the_question_says_why_and_has_its_own_correlation() -> None:
    seen: list[dict[str, object]] = []

    def remember(question: dict[str, object]) -> list[object]:
        seen.append(question)
        return []

    http = partner(remember)
    for _ in range(2):
        http.ask(s.NUMBERS, asked(s.NUMBERS, [IIN]), **WHY)
    assert seen[0]["purpose"] == WHY["purpose"]
    assert seen[0]["clause"] == WHY["clause"]
    assert seen[0]["correlation"] != seen[1]["correlation"]
