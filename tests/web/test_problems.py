"""Every kind of error is a problem+json that says what to do, and nothing else of ours or of anybody's."""

from __future__ import annotations

import gzip
import json

import msgspec
import pytest

from qyzmet.runtime.errors import BadValue, DatabaseAway, PartnerAway, QyzmetError, Refused, UnknownName
from qyzmet.web.problem import MEDIA_TYPE, of_error
from tests.web.conftest import BIRTHS, Api, birth

PATH = f"/api/v1/events/{BIRTHS}"
BODY = msgspec.json.encode({"events": [birth(1)]})


def test_what_a_request_can_have_wrong(api: Api) -> None:
    big = b'{"events": [' + b" " * (10 << 20) + b"]}"
    cases = [
        ("GET", "/nowhere/870101300123", {}, 404, "not-found"),
        ("DELETE", PATH, {}, 405, "method-not-allowed"),
        ("PUT", "/health/live", {}, 405, "method-not-allowed"),
        ("POST", PATH, {"content": BODY}, 400, "idempotency-key-missing"),
        ("POST", PATH, {"content": b"a=1", "headers": {"Content-Type": "text/plain"}}, 415, "media-type"),
        ("POST", PATH, {"content": big}, 413, "too-large"),
        ("POST", PATH, {"content": iter([big[: 5 << 20], big[5 << 20 :]])}, 413, "too-large"),
    ]
    for method, path, more, status, kind in cases:
        headers = {"Content-Type": "application/json", **more.pop("headers", {})}  # type: ignore[dict-item]
        if kind != "idempotency-key-missing":
            headers["Idempotency-Key"] = "some-key-1"
        answer = api.http.request(method, path, headers=headers, **more)  # type: ignore[arg-type]
        problem = answer.json()
        assert (answer.status_code, problem["status"]) == (status, status), (kind, answer.text)
        assert problem["type"] == f"urn:qyzmet:problem:{kind}"
        assert answer.headers["content-type"] == MEDIA_TYPE
        assert problem["title"]
        assert problem["detail"].endswith(".")
        assert "870101300123" not in answer.text
    assert "POST" in api.http.delete(PATH).headers["allow"]


UNREADABLE: list[tuple[bytes, dict[str, str], int]] = [
    (gzip.compress(BODY), {"content_encoding": "gzip"}, 415),
    (BODY, {"content_type": "application/json; charset=windows-1251"}, 415),
    ('{"events": [{"event": "Ж"}]}'.encode("cp1251"), {}, 400),
    (json.dumps({"events": [birth(1)]}).encode("utf-16"), {}, 400),
    (b"\xef\xbb\xbf" + BODY, {}, 400),
    (b"", {}, 400),
    (b"[]", {}, 400),
    (b'{"events": {}}', {}, 400),
    (b'{"events": [], "more": 1}', {}, 400),
    (b'{"events": []}', {}, 422),
    (b'{"events": [{"event":' + b"[" * 5000 + b"]" * 5000 + b"}]}", {}, 400),
]


def test_a_body_that_cannot_be_read_is_refused_as_a_whole(api: Api) -> None:
    for content, changed, status in UNREADABLE:
        answer = api.send(content, **changed)
        assert (answer.status_code, answer.headers["content-type"]) == (status, MEDIA_TYPE), content[:40]
    assert api.count("answers") == 0


@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [
        (BadValue("IIN", "must be twelve digits", "Compare it."), 422, "bad-value"),
        (UnknownName("case", "7", "look again"), 404, "unknown-name"),
        (Refused("Somebody else was faster."), 409, "refused"),
        (DatabaseAway("at db.internal:5432"), 503, "database-away"),
        (PartnerAway("bank_a"), 503, "partner-away"),
        (QyzmetError("No."), 400, "refused"),
        (ValueError("870101300123"), 500, "own-mistake"),
    ],
)
def test_every_error_becomes_a_problem(error: Exception, status: int, kind: str) -> None:
    failed = of_error(error)
    assert (failed.problem.status, failed.problem.type) == (status, f"urn:qyzmet:problem:{kind}")
    assert b"870101300123" not in failed.content()
    assert b"db.internal" not in failed.content()
    assert ("Retry-After" in failed.headers) == (status == 503)


def test_a_value_that_breaks_its_rule_is_told_with_field_rule_and_remedy() -> None:
    problem = msgspec.json.decode(of_error(BadValue("IIN", "must be twelve digits", "Compare it.")).content())
    assert problem["field"] == "IIN"
    assert problem["rule"] == "must be twelve digits"
    assert problem["remedy"] == "Compare it"
    assert problem["detail"] == "must be twelve digits. Compare it."


def test_every_answer_bears_security_headers_and_an_id(api: Api) -> None:
    for path in ("/health/live", "/nowhere"):
        headers = api.http.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["cache-control"] == "no-store"
        assert len(headers["x-request-id"]) == 20
        assert "server" not in headers
