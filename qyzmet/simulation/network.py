"""The network to other systems: the real HTTP client on one side, the twins' services on the other, and in
between what a network and busy systems do. Nothing leaves the process.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx
import msgspec

from qyzmet.exchange.contract import Operation, Question, Reply
from qyzmet.exchange.social import ALL_OPERATIONS
from qyzmet.runtime.clock import Clock
from qyzmet.simulation.chances import dice
from qyzmet.simulation.plan import Plan
from qyzmet_twins.seeded import chance
from qyzmet_twins.services import Services
from qyzmet_twins.state import BadQuestion

_FATES = (
    "lost question", "lost answer", "fault before", "fault after", "nonsense", "some done", "some answered",
    "twice", "wrong correlation",
)  # fmt: skip
_WEIGHTS = (2, 4, 2, 2, 1, 3, 3, 3, 1)

_decoders = {
    operation.path: msgspec.json.Decoder(Question[operation.asked])  # type: ignore[name-defined]
    for operation in ALL_OPERATIONS
}
_by_path = {operation.path: operation for operation in ALL_OPERATIONS}


class Network(httpx.BaseTransport):
    """What `HttpPartners` sends its questions through.

    `left_out` counts how often an item (a case) was not answered or got nonsense: only such cases
    may be set aside for it. `questions` and `struck` count for the report.
    """

    def __init__(self, services: Services, clock: Clock, plan: Plan, meanwhile: Callable[[], None]) -> None:
        self._services, self._clock, self._plan, self._meanwhile = services, clock, plan, meanwhile
        self._die = dice(plan.seed, "network")
        self.left_out: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.questions = self.struck = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        operation = _by_path[request.url.path]
        question = _decoders[operation.path].decode(request.read())
        self.questions += 1
        refs = [item.ref for item in question.items]
        blind = self._outage(operation)
        fate = self._fate()
        if fate == "lost question":
            raise httpx.ConnectError("the simulated network lost the question")
        if fate == "fault before":
            return httpx.Response(503)
        early = self._die.random() < 0.5
        if early:
            self._meanwhile()
        items = question.items
        if fate == "some done":
            items = [item for item in items if self._die.random() < 0.6]
        try:
            answers = self._services.answer(operation, items)
        except BadQuestion as bad:
            self.refused.update(refs)
            return httpx.Response(bad.status)
        if not early:
            self._meanwhile()
        if fate == "lost answer":
            raise httpx.ReadTimeout("the simulated network lost the answer")
        if fate == "fault after":
            return httpx.Response(502)
        return self._response(question, answers, fate, blind)

    def _response(
        self, question: Question[Any], answers: list[Any], fate: str, blind: bool
    ) -> httpx.Response:
        refs = [item.ref for item in question.items]
        if fate == "nonsense":
            self.left_out.update(refs)
            return httpx.Response(200, content=b'{"items": [{"ref": 7}]}')
        if fate == "some answered":
            answers = [answer for answer in answers if self._die.random() < 0.6]
        if blind:
            answers = [answer for answer in answers if chance(self._plan.seed, "blind", answer.ref) < 0.7]
        if fate == "twice":
            answers = answers + answers + [msgspec.structs.replace(a, ref="nobody") for a in answers[:1]]
            self._die.shuffle(answers)
        answered = {answer.ref for answer in answers}
        self.left_out.update(ref for ref in refs if ref not in answered)
        correlation = question.correlation
        if fate == "wrong correlation":
            correlation = "another question"
            self.left_out.update(ref for ref in refs if ref in answered)
        return httpx.Response(200, content=msgspec.json.encode(Reply(correlation=correlation, items=answers)))

    def _fate(self) -> str:
        if self._clock.now() >= self._plan.calm or self._die.random() >= self._plan.share:
            return ""
        self.struck += 1
        return self._die.choices(_FATES, _WEIGHTS)[0]

    def _outage(self, operation: Operation[Any, Any]) -> bool:
        """Whether the system is blind for some items; raises where it is away."""
        now, blind = self._clock.now(), False
        for outage in self._plan.outages:
            if outage.system == operation.system and outage.first <= now < outage.until:
                if not outage.blind:
                    raise httpx.ConnectTimeout("the simulated system is away")
                blind = True
        return blind
