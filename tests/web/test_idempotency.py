"""The same request twice, other requests under one key, and many at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import msgspec

from qyzmet.web.idempotency import KEEP
from tests.web.conftest import BIRTHS, Api, birth

KEY = "a key that is one".replace(" ", "-")


def test_the_same_request_gets_the_same_answer_and_does_nothing_twice(api: Api) -> None:
    first, again = (api.push(birth(1), key=KEY) for _ in range(2))
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert first.json()["counts"] == {"accepted": 1}
    assert ["idempotency-replayed" in answer.headers for answer in (first, again)] == [False, True]
    assert api.count("cases") == api.count("answers") == 1


def test_another_body_under_a_used_key_is_refused(api: Api) -> None:
    api.push(birth(1), key=KEY)
    answer = api.push(birth(2), key=KEY)
    assert (answer.status_code, answer.json()["field"]) == (422, "Idempotency-Key")
    assert api.count("cases") == 1


def test_a_key_has_8_to_200_visible_characters(api: Api) -> None:
    path = f"/api/v1/events/{BIRTHS}"
    for key in (b"short", b"x" * 201, b"with blanks", "ключ-ключ".encode()):
        answer = api.http.post(path, headers=[(b"Idempotency-Key", key)])
        assert answer.json()["type"] == "urn:qyzmet:problem:idempotency-key-malformed"


def test_every_post_bears_a_key(api: Api) -> None:
    answer = api.send(b"{}", drop="Idempotency-Key")
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:qyzmet:problem:idempotency-key-missing")


def test_a_refused_request_leaves_its_key_free(api: Api) -> None:
    assert api.send(b'{"events": 7}', key=KEY).status_code == 400
    assert api.push(birth(1), key=KEY).json()["counts"] == {"accepted": 1}


def test_many_at_the_same_moment_do_it_once(api: Api) -> None:
    body = msgspec.json.encode({"events": [birth(number) for number in range(1, 51)]})
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: api.send(body, key=KEY), range(16)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1
    assert api.count("cases") == 50


def test_the_same_events_under_many_keys_at_the_same_moment_open_each_case_once(api: Api) -> None:
    bodies = [
        msgspec.json.encode({"events": [birth(number) for number in numbers]})
        for numbers in (range(1, 41), range(40, 0, -1), range(20, 60), range(59, 0, -1))
    ]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(api.send, bodies * 2))
    assert {answer.status_code for answer in answers} == {200}
    assert api.count("cases") == 59
    assert sum(answer.json()["counts"].get("accepted", 0) for answer in answers) == 59


def test_answers_are_forgotten_after_a_week(api: Api) -> None:
    api.push(birth(1), key=KEY)
    api.clock.advance(KEEP + timedelta(days=1))
    api.push(birth(2), key="another-key")
    assert api.rows("SELECT key FROM answers") == [("another-key",)]
