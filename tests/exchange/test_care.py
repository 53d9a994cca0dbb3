"""Limits of a partner: rate, places, retries, and a breaker that leaves it alone for a while."""

from __future__ import annotations

import threading
from datetime import timedelta

import httpx
import pytest

from qyzmet.exchange import systems as s
from qyzmet.exchange.care import Care, Gate, read_care
from qyzmet.exchange.client import HttpPartners
from qyzmet.runtime.clock import HandClock
from qyzmet.runtime.errors import BadValue, PartnerAway, PartnerNonsense
from tests.exchange.test_client import WHY

ITEMS = [s.ByIin(ref="a", iin="900517400014")]


class Partner(httpx.BaseTransport):
    """Answers, breaks the link or fails, as it is told; counts what it was asked."""

    def __init__(self, *fates: str) -> None:
        self.fates, self.asked = list(fates), 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        import json

        self.asked += 1
        fate = self.fates.pop(0) if self.fates else "good"
        if fate == "cut":
            raise httpx.ReadError("cut")
        if fate == "late":
            raise httpx.ReadTimeout("late")
        if fate == "fault":
            return httpx.Response(503)
        if fate == "nonsense":
            return httpx.Response(200, content=b"verse")
        said = json.loads(request.read())
        return httpx.Response(
            200, json={"correlation": said["correlation"], "items": [{"ref": "a", "phone": None}]}
        )


def client(partner: Partner, clock: HandClock, **care: float) -> HttpPartners:
    return HttpPartners("http://p", transport=partner, clock=clock, care={"*": Care(**care)})  # type: ignore[arg-type]


def ask(http: HttpPartners) -> str:
    try:
        return "answered" if http.ask(s.NUMBERS, ITEMS, **WHY) else "nothing"
    except PartnerAway:
        return "away"
    except PartnerNonsense:
        return "nonsense"


@pytest.mark.parametrize(
    ("fates", "retries", "result", "asked"),
    [
        (["cut"], 1, "answered", 2),
        (["cut", "cut"], 1, "away", 2),
        (["cut", "cut"], 2, "answered", 3),
        (["cut"], 0, "away", 1),
        (["late"], 3, "away", 1),  # it took its time already
        (["fault"], 3, "away", 1),  # it said "later"
    ],
)
def test_a_link_that_broke_is_tried_again_at_once(
    fates: list[str], retries: int, result: str, asked: int, clock: HandClock
) -> None:
    partner = Partner(*fates)
    assert (ask(client(partner, clock, retries=retries)), partner.asked) == (result, asked)


def test_the_breaker_opens_after_failures_in_a_row_and_lets_one_through(clock: HandClock) -> None:
    partner = Partner(*["fault"] * 4)
    http = client(partner, clock, breaker_after=3, breaker_seconds=60)
    assert [ask(http) for _ in range(5)] == ["away"] * 5
    assert partner.asked == 3  # the last two failed at once
    assert http.gate("mobile_citizens_base").open_until == clock.now() + timedelta(seconds=60)
    clock.advance(timedelta(seconds=60))
    assert ask(http) == "away"  # the one let through failed
    assert (ask(http), partner.asked) == ("away", 4)
    clock.advance(timedelta(seconds=60))
    assert [ask(http), ask(http)] == ["answered", "answered"]
    assert http.gate("mobile_citizens_base").open_until is None


def test_failures_that_are_not_in_a_row_open_nothing(clock: HandClock) -> None:
    partner = Partner("fault", "fault", "good", "fault", "fault", "nonsense", "good")
    http = client(partner, clock, breaker_after=3)
    said = ["away", "away", "answered", "away", "away", "nonsense", "answered"]
    assert [ask(http) for _ in said] == said


def test_the_rate_holds_over_time(clock: HandClock) -> None:
    now, slept = [0.0], []

    def sleep(seconds: float) -> None:
        slept.append(round(seconds, 3))
        now[0] += seconds

    gate = Gate("odk", Care(rate=4), clock, monotonic=lambda: now[0], sleep=sleep)
    for _ in range(4):
        with gate.passing():
            pass
    assert slept == [0.25, 0.25, 0.25]
    now[0] += 10
    with gate.passing():
        pass
    assert len(slept) == 3  # who waited needs no more


def test_no_more_questions_at_once_than_there_are_places(clock: HandClock) -> None:
    gate = Gate("odk", Care(concurrency=1, timeout=0.01), clock)
    inside, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with gate.passing():
            inside.set()
            leave.wait(5)

    thread = threading.Thread(target=hold)
    thread.start()
    inside.wait(5)
    with pytest.raises(PartnerAway, match="questions under way"), gate.passing():
        pass
    leave.set()
    thread.join()
    with gate.passing():
        pass


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"odk": {"rate": -1}}, "rate"),
        ({"odk": {"speed": 1}}, "limits.odk.speed"),
        ({"odk": {"rate": "fast"}}, "limits.odk.rate"),
        ({"odk": {"concurrency": 0}}, "concurrency"),
        ({"odk": 5}, "limits.odk"),
    ],
)
def test_wrong_limits_are_refused(table: dict[str, object], said: str) -> None:
    with pytest.raises(BadValue, match=said):
        read_care(table)
    assert read_care({"*": {"rate": 20, "timeout": 5}}) == {"*": Care(rate=20, timeout=5)}
