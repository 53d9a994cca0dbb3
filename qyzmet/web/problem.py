"""Every error as RFC 9457 has it: what is wrong, by which rule, what to do. Never a person, never a trace."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException

from qyzmet.runtime.errors import (
    BadValue,
    DatabaseAway,
    PartnerAway,
    PartnerNonsense,
    QyzmetError,
    Refused,
    UnknownName,
)

MEDIA_TYPE = "application/problem+json"

log = logging.getLogger(__name__)


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An error. `field`, `rule` and `remedy` are there where a value broke its rule."""

    type: str
    title: str
    status: int
    detail: str
    field: str = ""
    rule: str = ""
    remedy: str = ""


class Failed(Exception):
    """Ends a request with this problem; `more` are further members, `headers` those of the answer."""

    def __init__(
        self,
        status: int,
        kind: str,
        title: str,
        rule: str,
        remedy: str,
        *,
        field: str = "",
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        detail = ". ".join(part for part in (rule, remedy) if part)
        self.problem = Problem(
            type=f"urn:qyzmet:problem:{kind}",
            title=title,
            status=status,
            detail=detail if detail.endswith(".") else f"{detail}.",
            field=field,
            rule=rule,
            remedy=remedy.rstrip("."),
        )
        self.headers, self.more = dict(headers or {}), dict(more or {})
        super().__init__(title)

    def content(self) -> bytes:
        return msgspec.json.encode({**msgspec.to_builtins(self.problem), **self.more})


#: What is said of statuses that the framework comes to; its own words may repeat what was sent.
_SAID: Mapping[int, tuple[str, str, str, str]] = {
    400: ("bad-request", "The request cannot be read", "it is not well-formed HTTP or JSON", "Correct it"),
    404: (
        "not-found", "There is nothing at this address", "no resource has this path",
        "GET /api/v1/openapi.json lists all paths",
    ),
    405: (
        "method-not-allowed", "This address does not know this method", "another method is meant",
        "The header Allow lists those there are",
    ),
    413: ("too-large", "The body is too large", "a body has at most 8 MiB", "Send smaller batches"),
    415: (
        "media-type", "The body has a type that is not taken", "bodies are plain application/json in UTF-8",
        "Send Content-Type: application/json and no Content-Encoding",
    ),
}  # fmt: skip


def of_status(status: int, headers: Mapping[str, str] | None = None) -> Failed:
    """The problem for a status by itself."""
    phrase = HTTPStatus(status).phrase if status in HTTPStatus.__members__.values() else "Refused"
    kind, title, rule, remedy = _SAID.get(
        status, (f"status-{status}", phrase, "the request was not carried out", "")
    )
    return Failed(status, kind, title, rule, remedy, headers=headers)


def of_error(error: Exception) -> Failed:
    """The problem for anything that may be raised. Of our own mistakes only the place is logged."""
    if isinstance(error, Failed):
        return error
    if isinstance(error, HTTPException) and error.status_code < 500:
        return of_status(error.status_code, error.headers)
    if isinstance(error, BadValue):
        return Failed(
            422, "bad-value", "A value breaks its rule", error.rule, error.remedy, field=error.field
        )
    if isinstance(error, UnknownName):
        return Failed(404, "unknown-name", "There is nothing by this name or number", str(error), "")
    if isinstance(error, Refused):
        return Failed(409, "refused", "The answer is no; nothing was changed", str(error), "")
    if isinstance(error, DatabaseAway):
        rule = "the database cannot be reached at the moment; nothing was taken and nothing is lost"
        return _later("database-away", rule)
    if isinstance(error, PartnerAway | PartnerNonsense):
        return _later("partner-away", "another system that is needed does not answer as it should")
    if isinstance(error, QyzmetError):
        return Failed(400, "refused", "The request was refused", str(error), "")
    place = traceback.extract_tb(error.__traceback__)[-1] if error.__traceback__ else None
    where = f"{place.name}, line {place.lineno}" if place else "an unknown place"
    log.error("own mistake: %s in %s", type(error).__name__, where)
    return Failed(
        500, "own-mistake", "Qyzmet itself made a mistake", "nothing of this request was kept",
        "Send it again with the same Idempotency-Key; if it happens again, report the X-Request-Id",
    )  # fmt: skip


def _later(kind: str, rule: str) -> Failed:
    return Failed(
        503, kind, "Not now", rule, "Send the request again later, with the same Idempotency-Key",
        headers={"Retry-After": "5"},
    )  # fmt: skip


def answer(_: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """The exception handler of the application."""
    failed = of_error(error)
    return Response(
        failed.content(),
        status_code=failed.problem.status,
        media_type=MEDIA_TYPE,
        headers=failed.headers,
    )
