"""Schemathesis over the whole API: whatever is sent, no fault of ours, and every answer as documented."""

from __future__ import annotations

import base64
import hashlib
import os
import uuid
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
import pytest
import requests
import schemathesis
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import booleans
from schemathesis.core.failures import Failure
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from qyzmet.cases.officials import Officials
from qyzmet.runtime.clock import HandClock
from qyzmet.web.assets import Assets
from qyzmet.web.senders import SenderKey
from tests.acts.proactive.conftest import LARGE, Pilot
from tests.web.conftest import KEYS, SENDERS, signed
from tests.web.workplace import opened

CHECKS = [
    schemathesis.checks.not_a_server_error, status_code_conformance, content_type_conformance,
    response_schema_conformance, response_headers_conformance, negative_data_rejection, unsupported_method,
]  # fmt: skip
#: Anyone; a partner or workplace that signs; people whose roles together may do everything.
WHO = ("nobody", "partner", "officer-75", "head-all", "clerk-all", "auditor", "administrator")
FEW = ("nobody", "partner", "officer-75", "administrator")
E_MAKET = "e_maket"


@dataclass
class Sender:
    """Sends what Schemathesis makes up, as somebody, to cases that are there."""

    url: str
    tokens: dict[str, str]
    real: dict[str, int]
    at: datetime

    def send(self, case: Any, who: str, *, to_real: bool) -> requests.Response:
        if to_real:
            for name in self.real.keys() & case.path_parameters.keys():
                case.path_parameters[name] = self.real[name]
        token = self.tokens.get(who)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        prepared = requests.Request(**case.as_transport_kwargs(base_url=self.url, headers=headers)).prepare()
        if who == "partner":
            self._sign(prepared)
        with requests.Session() as session:
            session.trust_env = False
            return session.send(prepared, timeout=20)

    def _sign(self, prepared: requests.PreparedRequest) -> None:
        """By the book, whatever the body; `covered` is what the kind of sender has to cover."""
        path, _, query = str(prepared.path_url).partition("?")
        source = path.removeprefix("/api/v1/events/").removesuffix("/refused")
        source, also = (source, ()) if source in KEYS else (E_MAKET, ("x-official",))
        body = prepared.body or b""
        body = body if isinstance(body, bytes) else str(body).encode()
        headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4()),
                   "X-Official": "Aigul"}  # fmt: skip
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        headers["Content-Digest"] = f"sha-256=:{digest}:"
        with_body = ("@method", "@path", "content-type", "content-digest", "idempotency-key")
        covered = (with_body if prepared.method == "POST" else ("@method", "@path", "@query")) + also
        prepared.headers.update(headers)
        prepared.headers.update(
            signed(str(prepared.method), path, headers, covered, source, self.at, f"?{query}")
        )


@pytest.fixture
def loaded(
    pilot: Pilot, assets: Assets, sign_in_service: str, wall: HandClock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Sender, dict[str, Any]]]:
    """The API with cases at several places, and its document."""
    _, case = pilot.chosen(LARGE)
    pilot.start(LARGE, "bank_a")
    key = Ed25519PrivateKey.generate()
    monkeypatch.setitem(KEYS, E_MAKET, key)
    officials = Officials(pilot.ground.store, pilot.clock)
    for role, office in (("authorised_body", "committee/*"), ("desk", "*")):
        officials.appoint("Aigul", role, office, "head", pilot.clock.now().date())
    keys = {"senders": SENDERS, "workplaces": {E_MAKET: [SenderKey(key.public_key())]}}
    with opened(pilot, assets, sign_in_service, wall, **keys) as workplace:
        document = httpx.get(f"{workplace.url}/api/v1/openapi.json", trust_env=False).json()
        tokens = {who: workplace.program(who).token for who in WHO[2:]}
        real = {"case": case, "task": pilot.open_task(case).id}
        yield Sender(workplace.url, tokens, real, pilot.clock.now()), document


def test_every_answer_is_documented(loaded: tuple[Sender, dict[str, Any]]) -> None:
    """A few of each kind for each operation and role; `make soak` sends many more."""
    _send(loaded, FEW, ("administrator",), 3)


@pytest.mark.soak
def test_every_answer_is_documented_at_length(loaded: tuple[Sender, dict[str, Any]]) -> None:
    _send(loaded, WHO, WHO, int(os.environ.get("QYZMET_EXAMPLES", "40")))


def _send(
    loaded: tuple[Sender, dict[str, Any]], fitting: Sequence[str], unfit: Sequence[str], examples: int
) -> None:
    sender, document = loaded
    told: list[str] = []
    for result in schemathesis.openapi.from_dict(document).get_all_operations():
        for mode, some in ((GenerationMode.POSITIVE, fitting), (GenerationMode.NEGATIVE, unfit)):
            for who in some:
                told += _try(sender, result.ok(), mode, who, examples)
    assert not told, "\n".join(told[:20])


def _checks(who: str) -> list[Any]:
    """Of a partner's batch bad rows are set aside, not refused; what else was wrong its signature mended."""
    return [check for check in CHECKS if who != "partner" or check is not negative_data_rejection]


def _try(sender: Sender, operation: Any, mode: GenerationMode, who: str, examples: int) -> list[str]:
    """What is wrong with the answers to one operation."""
    wrong: list[str] = []

    @settings(
        max_examples=examples, deadline=None, database=None, derandomize=True,
        suppress_health_check=list(HealthCheck), phases=[Phase.generate],
    )  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode), to_real=booleans())
    def send(case: Any, to_real: bool) -> None:
        answer = sender.send(case, who, to_real=to_real and mode is GenerationMode.POSITIVE)
        try:
            case.validate_response(answer, checks=_checks(who))
        except (BaseExceptionGroup, Failure) as error:
            said = getattr(error, "exceptions", [error])
            lines = "; ".join(str(each).split("\n")[0] for each in said)
            wrong.append(
                f"{who}, {mode.value}, {operation.label}: {answer.status_code} {lines}; "
                f"{case.body!r:.200} {case.query} {case.path_parameters}"
            )

    with suppress(Unsatisfiable):  # nothing negative can be made for an operation that takes nothing
        send()
    return wrong
