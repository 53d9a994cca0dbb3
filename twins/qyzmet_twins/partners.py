"""The twins in the asking process itself: the same answers as over HTTP, without a server."""

from __future__ import annotations

from collections.abc import Sequence

from qyzmet.exchange.contract import Answer, Asked, Operation
from qyzmet.runtime.clock import Clock
from qyzmet.runtime.errors import PartnerNonsense
from qyzmet_twins.services import MOST_ITEMS, Services
from qyzmet_twins.state import BadQuestion
from qyzmet_twins.world import World


class InProcessPartners:
    """`contract.Partners` over a world; used by the simulator and by tests."""

    def __init__(self, world: World, clock: Clock, *, services: Services | None = None) -> None:
        self.services = services or Services(world, clock)

    def ask(
        self, operation: Operation[Asked, Answer], items: Sequence[Asked], *, purpose: str, clause: str
    ) -> dict[str, Answer]:
        del purpose, clause
        answers: dict[str, Answer] = {}
        for start in range(0, len(items), MOST_ITEMS):
            try:
                found = self.services.answer(operation, items[start : start + MOST_ITEMS])
            except BadQuestion as bad:
                raise PartnerNonsense(f"{operation.path} refused the question: {bad}") from None
            answers.update((answer.ref, answer) for answer in found)
        return answers
