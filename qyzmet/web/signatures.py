"""Checks who sent a request: HTTP Message Signatures (RFC 9421) over a Content-Digest (RFC 9530).

The signature covers at least method, path, type and digest of the body, and the Idempotency-Key. So a
request that is sent again word for word gets its former answer, any other use of it does not verify,
and after `SKEW` it is too old; the key is remembered much longer than that.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from litestar import Request

from qyzmet.runtime.clock import Clock
from qyzmet.web.problem import Failed
from qyzmet.web.senders import Senders

#: How far the sender's clock may be from ours.
SKEW = timedelta(minutes=5)
#: What every signature covers, with a body and without.
COVERED = ("@method", "@path", "content-type", "content-digest", "idempotency-key")
COVERED_WITHOUT_BODY = ("@method", "@path", "@query")

_DERIVED = {"@method", "@path", "@query", "@authority"}
_PARAMETER = r';[a-z]+=(?:"[^"\\]*"|\d+)'
_INPUT = re.compile(rf'([a-z][a-z0-9_-]*)=(\(((?:"[@a-z0-9-]+"(?: (?="))?)*)\)((?:{_PARAMETER})*))(?:, *|\Z)')
_VALUE = re.compile(r"([a-z][a-z0-9_-]*)=:([A-Za-z0-9+/]*={0,2}):(?:, *|\Z)")
_DIGEST = re.compile(r"([a-z0-9-]+)=:([A-Za-z0-9+/]*={0,2}):(?:, *|\Z)")
_HASHES = {"sha-256": hashlib.sha256, "sha-512": hashlib.sha512}


@dataclass(frozen=True, slots=True)
class _Signature:
    covered: tuple[str, ...]
    parameters: str  #: as it was sent, components and parameters
    values: dict[str, str]
    signature: bytes


class Checker:
    """Checks requests against the keys of their senders."""

    def __init__(self, senders: Senders, clock: Clock) -> None:
        self._senders, self._clock = senders, clock

    def sender(self, request: Request[Any, Any, Any], body: bytes, also: tuple[str, ...] = ()) -> str:
        """The source that signed this request; `also` must be covered too. Raises Failed."""
        signature = self._chosen(request)
        covered = (COVERED if request.method == "POST" else COVERED_WITHOUT_BODY) + also
        missing = [name for name in covered if name not in signature.covered]
        if missing:
            raise _not_shown(f"the signature does not cover {', '.join(missing)}")
        if request.method == "POST":
            _check_digest(request, body)
        self._check_time(signature)
        source, now = signature.values["keyid"], self._clock.now()
        signed = _base(request, signature)
        algorithm = signature.values.get("alg", "")
        if not any(
            key.holds(now) and key.verifies(signature.signature, signed, algorithm)
            for key in self._senders[source]
        ):
            raise _not_shown(f"the signature does not hold under any valid key of {source}")
        return source

    def _chosen(self, request: Request[Any, Any, Any]) -> _Signature:
        found = list(_signatures(request))
        if not found:
            raise _not_shown("Signature-Input and Signature are missing or not of the form of RFC 9421")
        for signature in found:
            if signature.values.get("keyid") in self._senders:
                return signature
        raise _not_shown("keyid names no sender that has keys here")

    def _check_time(self, signature: _Signature) -> None:
        now = self._clock.now()
        created = signature.values.get("created", "")
        if not created.isdigit() or len(created) > 12:
            raise _not_shown("the signature does not say when it was created")
        seconds = round(int(created) - now.timestamp())
        if abs(seconds) > SKEW.total_seconds():
            side = "before" if seconds < 0 else "after"
            raise _not_shown(
                f"it was created {abs(seconds)} s {side} {now:%Y-%m-%dT%H:%M:%SZ}, the time here; "
                f"{SKEW.total_seconds():.0f} s are taken"
            )
        expires = signature.values.get("expires", "")
        if expires.isdigit() and int(expires) < now.timestamp():
            raise _not_shown("the signature has expired by its own word")


def _signatures(request: Request[Any, Any, Any]) -> Iterator[_Signature]:
    made = {match[1]: match[2] for match in _all(_VALUE, ", ".join(request.headers.getall("signature", [])))}
    for match in _all(_INPUT, ", ".join(request.headers.getall("signature-input", []))):
        if match[1] not in made:
            continue
        values = dict(re.findall(r';([a-z]+)="?([^";]*)"?', match[4]))
        covered = tuple(re.findall(r'"([^"]+)"', match[3]))
        try:
            signature = base64.b64decode(made[match[1]], validate=True)
        except binascii.Error:
            continue
        if len(set(covered)) == len(covered):
            yield _Signature(covered, match[2], values, signature)


def _all(pattern: re.Pattern[str], text: str) -> list[re.Match[str]]:
    """The members of a dictionary; none where anything in it is of another form."""
    found, at = [], 0
    while at < len(text):
        match = pattern.match(text, at)
        if match is None:
            return []
        found.append(match)
        at = match.end()
    return found


def _base(request: Request[Any, Any, Any], signature: _Signature) -> bytes:
    """The signature base of section 2.5."""
    lines = [f'"{name}": {_component(request, name)}' for name in signature.covered]
    lines.append(f'"@signature-params": {signature.parameters}')
    return "\n".join(lines).encode("latin-1", "replace")


def _component(request: Request[Any, Any, Any], name: str) -> str:
    if name.startswith("@"):
        if name not in _DERIVED:
            raise _not_shown(f"the signature covers {name}, which is not taken here")
        raw: bytes = request.scope.get("raw_path") or quote(request.scope["path"]).encode()
        return {
            "@method": request.method,
            "@path": raw.partition(b"?")[0].decode("latin-1"),
            "@query": "?" + request.scope.get("query_string", b"").decode("latin-1"),
            "@authority": request.headers.get("host", "").lower(),
        }[name]
    values = request.headers.getall(name, [])
    if not values:
        raise _not_shown(f"the signature covers the header {name}, which is not there")
    return ", ".join(value.strip() for value in values)


def _check_digest(request: Request[Any, Any, Any], body: bytes) -> None:
    known = [
        match
        for match in _all(_DIGEST, ", ".join(request.headers.getall("content-digest", [])))
        if match[1] in _HASHES
    ]
    right = known and all(
        hmac.compare_digest(base64.b64encode(_HASHES[match[1]](body).digest()).decode(), match[2])
        for match in known
    )
    if not right:
        raise Failed(
            400, "digest", "The body is not the one that was meant",
            "Content-Digest is sha-256 or sha-512 of the body as it arrived",
            "Compute it over the very bytes that are sent", field="Content-Digest",
        )  # fmt: skip


def _not_shown(rule: str) -> Failed:
    return Failed(
        401, "signature", "It is not shown who sent this request", rule,
        "Sign the request as docs/api.md shows, with a key that was given to the operator",
        field="Signature", headers={"WWW-Authenticate": 'Signature realm="events"'},
    )  # fmt: skip
