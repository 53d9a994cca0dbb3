"""The log: one line of JSON a request, and nobody in it."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator

import pytest

from qyzmet.runtime.clock import HandClock
from qyzmet.runtime.logs import JsonLines, blotted
from tests.cases.conftest import iin
from tests.web.conftest import BIRTHS, Api, birth


@pytest.fixture
def lines(clock: HandClock) -> Iterator[io.StringIO]:
    """Everything that is logged, at the lowest level."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(JsonLines(clock))
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield out
    root.removeHandler(handler)
    root.setLevel(level)


def test_a_request_leaves_one_line_without_anybody_in_it(lines: io.StringIO, api: Api) -> None:
    phone, number = "+77011234567", iin(1)
    answer = api.push(birth(1), birth(2, region=number))
    api.http.get(f"/nowhere/{number}", params={"iin": number, "phone": phone})
    api.http.request("87010130012", "/health/live", headers={"X-Request-Id": number})
    api.send(json.dumps({"events": number}).encode(), key=f"key-{number}")
    ours = [json.loads(line) for line in lines.getvalue().splitlines() if '"qyzmet.web' in line]
    requests = [line for line in ours if line["said"] == "request"]
    assert len(requests) == 4
    first = requests[0]
    assert first["request"] == answer.headers["x-request-id"]
    assert (first["method"], first["route"], first["status"]) == ("POST", f"/api/v1/events/{BIRTHS}", 200)
    assert (first["sender"], first["taken"], first["set_aside"]) == (BIRTHS, 1, 1)
    assert first["ms"] > 0
    assert first["at"].startswith("2024-02-12T03:00:00")
    assert [line["route"] for line in requests[1:2]] == ["none"]
    assert requests[2]["method"] == "other"
    text = "\n".join(json.dumps({**line, "at": ""}) for line in ours)
    assert not re.search(r"\d{10,}", text)
    assert number not in lines.getvalue()
    assert phone not in lines.getvalue()


def test_of_our_own_mistake_only_kind_and_place_are_logged(
    lines: io.StringIO, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError(f"a secret about {iin(1)}")

    monkeypatch.setattr("qyzmet.cases.intake.Intake.receive", broken)
    answer = api.push(birth(1))
    assert (answer.status_code, answer.json()["type"]) == (500, "urn:qyzmet:problem:own-mistake")
    assert "RuntimeError in broken" in lines.getvalue()
    assert "secret" not in lines.getvalue() + answer.text
    assert api.count("answers") == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("iin 870101300123", "iin [number]"),
        ("call +7 (701) 123-45-67 now", "call [number] now"),
        ("case 17 at step 3", "case 17 at step 3"),
        ("due 2024-02-12T09:00:00.123", "due 2024-02-12T09:00:00.123"),
    ],
)
def test_long_numbers_are_blotted_out(text: str, said: str) -> None:
    assert blotted(text) == said


def test_the_text_of_an_exception_is_not_logged(clock: HandClock) -> None:
    try:
        raise ValueError("870101300123")
    except ValueError as error:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "it failed", (), (type(error), error, None))
    line = json.loads(JsonLines(clock).format(record))
    assert line["error"].startswith("ValueError")
    assert "870101300123" not in json.dumps(line)
