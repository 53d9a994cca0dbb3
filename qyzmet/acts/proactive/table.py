"""How a row of the procedure's table is written: its role is turned into the chapter's own paragraph."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from qyzmet.acts.proactive.benefits import Benefit
from qyzmet.acts.proactive.words import TITLES
from qyzmet.cases.procedure import Kind, Limit, Step

QUERY, RULE, ASK, WATCH, TASK, EFFECT, END = Kind

SDU, E_MAKET, EGP = "SDU", "E-Maket", "EGP"
AUTHORISED_BODY, STATE_CORPORATION = "Authorised body", "State Corporation"
RECIPIENT = "Recipient"

ANSWER_DAYS = 3  # §19 to §22 and parallels, Annex 1
COMPLETION_DAYS = 2  # §26 and parallels
COMPLETION_AT_MOST_DAYS = 30  # §26 part 2 and parallels
BANKS_EVERY = timedelta(hours=3)  # the act sets no rhythm for the query-response of §21

#: A late `7#2` ends the process until the decision is made (G-19, G-46).
WITHDRAWN = {"consent.refuse": "refusal"}


class Table:
    """Writes rows for one benefit."""

    def __init__(self, benefit: Benefit) -> None:
        self.benefit = benefit

    def step(
        self,
        name: str,
        kind: Kind,
        role: str,
        actor: str,
        receiver: str | None = None,
        act: Callable[..., Any] | None = None,
        outcomes: Mapping[str, str] | None = None,
        *,
        part: str = "",
        hear: Callable[..., Any] | None = None,
        limit: tuple[int, str, str | None] | tuple[int, str, str | None, str] | None = None,
        limit_role: str | None = None,
        limit_part: str = "",
        no_limit: str | None = None,
        every: timedelta | None = None,
    ) -> Step:
        """Name, kind, role of its paragraph, who acts, whom it turns to, its function, where it leads.

        `limit` is (working days, from when, outcome when they are over, mark of the policy by which the
        starting day counts) under `limit_role`'s paragraph.
        """
        benefit = self.benefit
        return Step(
            name=name,
            kind=kind,
            clause=benefit.clause(role, part),
            actor=actor,
            receiver=receiver,
            title=TITLES[name],
            outcomes=outcomes or {},
            act=act,
            hear=hear,
            limit=limit and Limit(limit[0], benefit.clause(limit_role or role, limit_part), *limit[1:]),
            no_limit_because=no_limit,
            every=every,
        )

    def ask_bank(
        self, name: str, role: str, act: Any, hear: Any, silence: str, part: str = "", **limit_at: str
    ) -> Step:
        """A question about the account: three working days from the moment the SMS is handed over."""
        chosen = "by_cause" if "by_cause" in self.benefit.paragraphs else self.first_after_account
        return self.step(
            name, ASK, role, E_MAKET, RECIPIENT, act,
            {"chosen": chosen, "other_bank": "other_bank", "silence": silence, **WITHDRAWN},
            part=part, hear=hear, limit=(ANSWER_DAYS, "sent", "silence"), **limit_at,  # type: ignore[arg-type]
        )  # fmt: skip

    def tell(self, name: str, role: str, act: Any, then: str, part: str = "", **more: str) -> Step:
        """A message that asks nothing."""
        return self.step(
            name, ASK, role, E_MAKET, RECIPIENT, act, {"sent": then, **more}, part=part,
            no_limit="ends when the message is handed to the gateway",
        )  # fmt: skip

    @property
    def first_after_account(self) -> str:
        """The step at which the application is formed (S17)."""
        if "compare" in self.benefit.paragraphs:
            return "compare"
        return "application" if "application" in self.benefit.paragraphs else "application_considered"
