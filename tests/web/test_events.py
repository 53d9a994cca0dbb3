"""Registry events pushed over real HTTP: each row is judged alone, and counts once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.cases.conftest import iin
from tests.web.conftest import AWARDS, Api, birth


def results(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [row["result"] for row in answer.json()["rows"]]


def test_a_batch_opens_a_case_per_event_durably(api: Api) -> None:
    answer = api.push(birth(1), birth(2), birth(3, order=3))
    assert results(answer) == ["accepted", "accepted", "starts_nothing"]
    assert answer.json()["counts"] == {"accepted": 2, "starts_nothing": 1}
    assert api.rows("SELECT event, status::text, holder FROM cases ORDER BY id") == [
        ("B000001", "r", None),
        ("B000002", "r", None),
    ]


def test_an_award_has_an_address_of_its_own(api: Api) -> None:
    award = {
        "event": "A1", "at": "2024-02-12T08:30:00+06:00", "iin": iin(1),
        "award": "KUMIS_ALQA", "award_day": "2024-02-10", "region": "75",
    }  # fmt: skip
    assert results(api.push(award, source=AWARDS)) == ["accepted"]


def test_doubled_events_are_seen_in_one_batch_and_over_several(api: Api) -> None:
    assert results(api.push(birth(1), birth(1))) == ["accepted", "seen_before"]
    assert results(api.push(birth(1), birth(2))) == ["seen_before", "accepted"]
    assert api.count("cases") == 2


def test_a_late_event_is_judged_by_the_law_of_its_day(api: Api) -> None:
    late = birth(1, at="2023-10-05T10:00:00+06:00", birth_day="2023-10-04")
    assert results(api.push(late)) == ["accepted"]
    assert [str(day) for (day,) in api.rows("SELECT as_of FROM cases")] == ["2023-10-05"]


def test_an_event_outside_the_term_of_the_act_is_set_aside_with_the_term(api: Api) -> None:
    answer = api.push(birth(1, at="2023-10-02T23:59:00+06:00", birth_day="2023-10-01"))
    assert results(answer) == ["outside_term"]
    assert "2023-10-03" in answer.json()["rows"][0]["rule"]
    assert api.count("cases") == 0


def test_a_corrected_event_is_put_before_people_and_a_withdrawn_one_too(api: Api) -> None:
    api.push(birth(1), birth(2))
    answer = api.push(birth(1, revision=2, birth_day="2024-02-08"), birth(2, withdrawn=True))
    assert results(answer) == ["corrected", "corrected"]
    assert "birth_day" in answer.json()["rows"][0]["note"]
    assert "withdrew" in answer.json()["rows"][1]["note"]
    assert api.rows("SELECT case_id, kind FROM inbox ORDER BY case_id") == [
        (1, "corrected"),
        (2, "corrected"),
    ]


def test_a_correction_to_a_third_child_reaches_the_case(api: Api) -> None:
    api.push(birth(1))
    answer = api.push(birth(1, order=3, revision=2))
    assert results(answer) == ["corrected"]


BAD_ROWS: list[tuple[dict[str, Any], str]] = [
    ({"child_iin": "900101400001"}, "IIN"),
    ({"child_iin": "12"}, "IIN"),
    ({"child_iin": 900101400005}, "child_iin"),
    ({"order": "four"}, "order"),
    ({"region": "99"}, "region"),
    ({"at": "2024-02-12"}, "at"),
    ({"at": "2024-02-12T08:30:00"}, "moment"),
    ({"at": "2024-02-12T23:30:00+06:00"}, "at"),
    ({"birth_day": "2024-02-30"}, "birth_day"),
    ({"birth_day": "2024-02-13"}, "day"),
    ({"revision": 0}, "revision"),
    ({"revision": 2**40}, "revision"),
    ({"revison": 2}, "revison"),
    ({"event": ""}, ""),
    ({"event": 7}, "event"),
    ({}, "event"),
    ({"withdrawn": "yes"}, "withdrawn"),
]


def test_bad_rows_are_set_aside_with_field_rule_and_remedy_and_stop_no_other(api: Api) -> None:
    bad = [birth(number, **fault) for number, (fault, _) in enumerate(BAD_ROWS, 1)]
    bad[-2]["event"] = f"B-{iin(len(bad) - 1)}"
    answer = api.push(*bad, birth(100))
    assert results(answer) == ["refused"] * len(bad) + ["accepted"]
    rows = answer.json()["rows"][:-1]
    assert [row.get("field", "") for row in rows] == [field for _, field in BAD_ROWS]
    assert all(row["rule"] and row["remedy"] for row in rows)
    assert not any(iin(number) in answer.text for number in range(1, len(bad) + 1))
    kept = api.refused().json()["rows"]
    assert [(row["row"], row["rule"]) for row in kept] == [(row["row"], row["rule"]) for row in rows]


def test_a_row_that_is_no_event_is_set_aside(api: Api) -> None:
    rows: list[Any] = [7, "text", None, [], {}, {"event": "X"}]
    assert results(api.push(*rows, birth(2))) == ["refused"] * len(rows) + ["accepted"]


def test_a_refused_event_may_come_again_corrected(api: Api) -> None:
    assert results(api.push(birth(1, region="99"))) == ["refused"]
    assert results(api.push(birth(1))) == ["accepted"]


def test_of_refused_rows_nobodys_number_is_kept(api: Api) -> None:
    api.push(birth(1, region="99"), birth(2, order="x"), {"event": iin(3), "child_iin": iin(3)})
    for table in ("refused_rows", "registry_events", "answers"):
        text = str(api.rows(f"SELECT t::text FROM {table} t"))
        assert not any(iin(number) in text for number in (1, 2, 3))


def test_refused_rows_are_listed_page_by_page(api: Api) -> None:
    api.push(*(birth(number, order="x") for number in range(1, 151)))
    first = api.refused().json()
    second = api.refused(after=first["next"]).json()
    assert [len(first["rows"]), len(second["rows"]), second["next"]] == [100, 50, ""]
    assert [row["row"] for row in first["rows"] + second["rows"]] == list(range(150))
    assert api.refused(AWARDS).json()["rows"] == []


def test_only_two_thousand_rows_are_taken_at_a_time(api: Api) -> None:
    answer = api.push(*(birth(1) for _ in range(2001)))
    assert (answer.status_code, answer.json()["field"]) == (422, "events")
    assert api.count("registry_events") == 0


def test_the_moment_of_the_request_decides_what_is_in_the_future(api: Api) -> None:
    event = birth(1, at="2024-02-12T10:00:00+06:00")
    assert results(api.push(event)) == ["refused"]
    api.clock.advance(timedelta(hours=1))
    assert results(api.push(event)) == ["accepted"]
