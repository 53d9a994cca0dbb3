"""The twins' HTTP side: the description, the errors and the controls."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from litestar.testing import TestClient

from qyzmet.exchange import systems as s
from qyzmet.runtime.clock import HandClock
from qyzmet_twins.http import SERVED, app
from qyzmet_twins.outside import Outside
from qyzmet_twins.tiny import TinyWorld

START = datetime(2024, 2, 12, 3, tzinfo=UTC)
PHONE = "+77010000001"


class Desk:
    """The controls of a small outside."""

    def __init__(self) -> None:
        self.world, self.clock = TinyWorld(), HandClock(START)
        self.mother = self.world.person(phone=PHONE)
        self.world.birth(self.mother, at=START + timedelta(hours=1))
        self.outside = Outside(self.world, self.clock)
        self.http: httpx.Client = TestClient(app(self.outside))  # type: ignore[assignment]

    def get(self, path: str) -> object:
        answer = self.http.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    desk = Desk()
    with desk.http:
        yield desk


def test_the_contract_is_described(desk: Desk) -> None:
    document = desk.get("/openapi.json")
    assert isinstance(document, dict)
    assert document["openapi"] == "3.1.0"
    assert set(document["paths"]) == {operation.path for operation in SERVED}
    place = document["paths"]["/odk/v1/place"]["post"]
    question = place["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    name = question.removeprefix("#/components/schemas/")
    assert document["components"]["schemas"][name]["properties"]["items"]["items"]["$ref"].endswith(
        "/Placement"
    )
    assert "409" in place["responses"]
    controls = desk.get("/control/schema/openapi.json")
    assert isinstance(controls, dict)
    assert "/control/state" in controls["paths"]


@pytest.mark.parametrize(
    ("path", "body", "status", "detail"),
    [
        ("/odk/v1/place", b"", 400, "/odk/v1/place: Input data was truncated"),
        ("/odk/v1/search", b"{", 400, "truncated"),
        (
            "/mlsp_is/v1/data",
            b'{"correlation":"c","purpose":"p","clause":"x","items":[{"ref":"a"}]}',
            400,
            "missing required field `iin`",
        ),
        (
            "/individuals_db/v1/persons",
            b'{"correlation":"c","purpose":"p","clause":"x","items":[{"ref":"a","iin":"1"},{"ref":"a","iin":"1"}]}',
            400,
            "a ref of its own",
        ),
        ("/odk/v2/search", b"{}", 404, "Not Found"),
        ("/control/faults", b'{"system":"odk","kind":"fire"}', 400, ""),
        ("/control/faults", b'{"system":"odk","kind":"error","share":2}', 400, ""),
    ],
)
def test_a_bad_request_is_a_problem_document(
    desk: Desk, path: str, body: bytes, status: int, detail: str
) -> None:
    answer = desk.http.post(path, content=body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status
    assert detail in answer.json()["detail"]


def test_more_items_than_the_contract_allows_are_refused(desk: Desk) -> None:
    items = [{"ref": str(n), "iin": "1"} for n in range(2001)]
    question = {"correlation": "c", "purpose": "p", "clause": "x", "items": items}
    answer = desk.http.post("/individuals_db/v1/persons", json=question)
    assert (answer.status_code, "at most 2000" in answer.json()["detail"]) == (400, True)


def test_faults_are_set_seen_and_cleared(desk: Desk) -> None:
    fault = {
        "system": "odk", "kind": "error", "share": 1.0, "since": None, "until": None, "every": None,
        "lasting": None,
    }  # fmt: skip
    assert desk.http.post("/control/faults", json=fault).status_code == 201
    assert desk.get("/control/faults") == [fault]
    question = {"correlation": "c", "purpose": "p", "clause": "x", "items": []}
    assert desk.http.post("/odk/v1/search", json=question).status_code == 503
    assert desk.http.delete("/control/faults").status_code == 204
    assert desk.http.post("/odk/v1/search", json=question).status_code == 200


def test_what_was_placed_is_counted_and_listed(desk: Desk) -> None:
    placement = s.Placement(
        ref="1", key="case-1", service="S", iin=desk.mother, iban="KZ1", amount_tiyn=500,
        document=b"d", signature=b"s",
    )  # fmt: skip
    desk.outside.services.answer(s.ODK_PLACE, [placement])
    state = desk.get("/control/state")
    assert isinstance(state, dict)
    assert (state["placed"], state["placed_tiyn"], state["now"]) == (1, 500, "2024-02-12T03:00:00Z")
    placed = desk.get("/control/placed?limit=10")
    assert isinstance(placed, list)
    assert [(one["key"], one["receipt"], one["amount_tiyn"]) for one in placed] == [
        ("case-1", "ODK-00000001", 500)
    ]
    assert desk.get("/control/placed?after=1") == []


def test_money_goes_astray_as_often_as_is_set_and_messages_come_over_http(desk: Desk) -> None:
    set_ = desk.http.post("/control/payments", json={"returned": 0.02})
    assert set_.json()["returned"] == 0.02
    assert desk.get("/control/payments") == set_.json()
    assert desk.http.post("/control/payments", json={"returned": 2}).status_code == 400
    assert desk.http.post("/control/payments", json={"lost": 1}).status_code == 400
    assert desk.http.post("/control/payments", json={}).json()["returned"] == 0
    question = {"correlation": "c", "purpose": "p", "clause": "x", "items": [{"ref": "1", "after": ""}]}
    (page,) = desk.http.post("/odk/v1/payments", json=question).json()["items"]
    assert page["cursor"] == ""
    assert page["messages"] == []


def test_a_phone_can_be_taken_in_hand(desk: Desk) -> None:
    desk.outside.citizens.receive(PHONE, "сәлем")
    assert desk.http.post(f"/control/phones/{PHONE}/reply", json={"text": "7#1"}).status_code == 201
    assert desk.get("/control/idle") == {"idle": False}
    desk.outside.citizens.due()
    assert desk.get("/control/idle") == {"idle": True}
    history = desk.get(f"/control/phones/{PHONE}")
    assert isinstance(history, list)
    assert [(line["direction"], line["text"]) for line in history] == [("received", "сәлем"), ("sent", "7#1")]
    assert desk.get("/control/phones") == [PHONE]
    assert desk.http.get("/control/phones/+77000000000").status_code == 404


def test_the_next_moment_is_told_until_nothing_is_planned(desk: Desk) -> None:
    assert desk.get("/control/next") == {"moment": "2024-02-12T04:00:00Z"}
    desk.clock.advance(timedelta(hours=2))
    assert desk.get("/control/next") == {"moment": None}
