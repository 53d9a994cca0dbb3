"""The twins in the asking process itself: the same answers as over HTTP, without a server."""

from __future__ import annotations

from collections.abc import Sequence

from qyzmet.exchange.contract import MOST_ITEMS, Answer, Asked, Operation
from qyzmet.runtime.clock import Clock
from qyzmet.runtime.errors import PartnerAway, PartnerNonsense
from qyzmet_twins.faults import Faults
from qyzmet_twins.services import Services
from qyzmet_twins.state import BadQuestion
from qyzmet_twins.world import World


class InProcessPartners:
    """`contract.Partners` over a world; used by the simulator and by tests.

    Of the faults, error, silence and what breaks the contract strike here as they do over HTTP; an answer
    given twice is seen once, and a slow one takes no time.
    """

    def __init__(
        self, world: World, clock: Clock, *, services: Services | None = None, faults: Faults | None = None
    ) -> None:
        self.services = services or Services(world, clock)
        self.faults = faults or Faults(clock)

    def ask(
        self, operation: Operation[Asked, Answer], items: Sequence[Asked], *, purpose: str, clause: str
    ) -> dict[str, Answer]:
        del purpose, clause
        answers: dict[str, Answer] = {}
        for start in range(0, len(items), MOST_ITEMS):
            found = self._answers(operation, items[start : start + MOST_ITEMS])
            answers.update((answer.ref, answer) for answer in found)
        return answers

    def _answers(self, operation: Operation[Asked, Answer], items: Sequence[Asked]) -> list[Answer]:
        fault = self.faults.strike(operation.system)
        if fault == "error":
            raise PartnerAway(f"{operation.path} answered with the fault 503")
        try:
            found = self.services.answer(operation, items)
        except BadQuestion as bad:
            raise PartnerNonsense(f"{operation.path} refused the question: {bad}") from None
        if fault == "silence":
            raise PartnerAway(f"{operation.path} did not answer (ReadTimeout)")
        if fault in ("nonsense", "large", "encoding"):
            raise PartnerNonsense(f"{operation.path} broke its contract")
        return found
