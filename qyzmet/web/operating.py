"""The operator's work, for the page and the API: pauses, automatic signing, cases set aside, what is late."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from qyzmet.cases import aside, lateness, pauses, readings, worklists
from qyzmet.cases.drawing.words import title_of
from qyzmet.cases.pauses import Pause
from qyzmet.cases.post import GATEWAY
from qyzmet.runtime.errors import BadValue, UnknownName
from qyzmet.web.desks import Desk
from qyzmet.web.site import Context
from qyzmet.web.users import User
from qyzmet.web.views import benefits_of, table_of
from qyzmet.web.work import cursor_of, read_cursor


class Signing(msgspec.Struct, frozen=True):
    """Whether an act's decisions are signed automatically; if that was changed: since when, by whom, why."""

    act: str
    policy: str
    on: bool
    since: str = ""
    by: str = ""
    reason: str = ""


class LateView(msgspec.Struct, frozen=True):
    """What is late, with the reason: unclaimed, claimed, paused, signing_off, partner, worker or gateway."""

    kind: str
    what: str
    region: str
    count: int
    since: str
    why: str
    because: str


class AsideView(msgspec.Struct, frozen=True):
    case: int
    step: str
    region: str
    trouble: str
    deadline: str


class Operator:
    """The operator's work on one desk, in one language."""

    def __init__(self, context: Context, desk: Desk, user: User, language: str) -> None:
        self._context, self._desk, self._user, self._language = context, desk, user, language
        self._connection, self._clock = desk.connection, context.clock

    def benefits(self) -> Mapping[str, str]:
        """What may be paused, by code."""
        return benefits_of(self._desk.catalogue, self._language)

    def partners(self) -> list[str]:
        found = {name for package in self._context.packages.values() for name in package.partners}
        return sorted(found | {GATEWAY})

    def pauses(self) -> list[Pause]:
        return pauses.pauses(self._connection)

    def pause(self, kind: str, name: str, reason: str) -> Pause:
        """Raises BadValue, UnknownName, Refused."""
        if kind == "procedure" and name in self.benefits():
            return pauses.pause(
                self._connection, "procedure", name, by=self._user.id, reason=reason, clock=self._clock
            )
        if kind == "partner" and name in self.partners():
            return pauses.pause(
                self._connection, "partner", name, by=self._user.id, reason=reason, clock=self._clock
            )
        if kind not in ("procedure", "partner"):
            raise BadValue("kind", "is procedure or partner", "Choose one of them.")
        raise UnknownName(kind, name, "choose one of those listed")

    def resume(self, number: int, reason: str) -> Pause:
        """Raises BadValue, UnknownName, Refused."""
        if not 0 <= number < 2**63:
            raise UnknownName("pause", str(number), "the operator's desk lists them")
        return pauses.resume(self._connection, number, by=self._user.id, reason=reason, clock=self._clock)

    def signing(self) -> list[Signing]:
        """Automatic signing of each act that has it."""
        found = []
        changed = readings.changes(self._connection)
        for code, package in self._context.packages.items():
            if not package.signing:
                continue
            in_use, _ = readings.in_use(package, self._context.policies.get(code, {}), changed)
            (one,) = [each for each in in_use if each.mark == package.signing]
            since = one.since.isoformat() if one.since else ""
            found.append(Signing(code, one.mark, bool(one.value), since, one.by or "", one.reason or ""))
        return found

    def turn_signing(self, act: str, on: bool, reason: str) -> None:
        """Turns automatic signing on or off. Raises UnknownName, BadValue, Refused where it is so already."""
        package = self._context.packages.get(act)
        if package is None or not package.signing:
            raise UnknownName("act with automatic signing", act, "the desk lists them")
        if len(reason.strip()) > pauses.MOST_REASON:
            raise BadValue("reason", f"has at most {pauses.MOST_REASON} characters", "Shorten it.")
        readings.change(
            self._connection, package, self._context.policies.get(act, {}), package.signing, on,
            by=self._user.id, reason=reason.strip(), clock=self._clock,
        )  # fmt: skip

    def aside_page(self, after: str, limit: int) -> tuple[list[AsideView], str]:
        """Cases set aside after a cursor, and the next cursor. Raises BadValue."""
        found = aside.cases_aside(
            self._connection, regions=self._user.seen_regions, limit=limit + 1, after=read_cursor(after)
        )
        shown = found[:limit]
        following = cursor_of(shown[-1].deadline, shown[-1].case) if len(found) > limit else ""
        return [_aside(each) for each in shown], following

    def aside(self) -> list[AsideView]:
        """The first of them."""
        return self.aside_page("", 200)[0]

    def release(self, case: int) -> None:
        """Raises UnknownName, Refused."""
        if not 0 <= case < 2**63:
            raise UnknownName("case", str(case), "the desk lists those set aside")
        aside.release(self._connection, case, self._user.id, self._clock, self._user.seen_regions)

    def late(self) -> list[LateView]:
        """What is late and why, the oldest first."""
        roles, now = worklists.roles(self._connection), self._clock.now()
        paused = [each for each in self.pauses() if each.ended_at is None]
        return [
            self._late(each, paused)
            for each in lateness.late(self._connection, roles, self._user.seen_regions, now)
        ]

    def _late(self, late: lateness.Late, paused: list[Pause]) -> LateView:
        what, why, because = late.role or late.kind, "", ""
        if late.kind == "task":
            why, because = ("unclaimed", str(late.unclaimed)) if late.unclaimed else ("claimed", "")
        elif late.kind == "unread":
            why = "worker"
        elif late.kind == "sms":
            stop = next((each for each in paused if each.name == GATEWAY), None)
            why, because = ("paused", stop.reason) if stop else ("gateway", "")
        else:
            what, why, because = self._outside(late, paused)
        return LateView(late.kind, what, late.region, late.count, late.since.isoformat(), why, because)

    def _outside(self, late: lateness.Late, paused: list[Pause]) -> tuple[str, str, str]:
        table = table_of(self._desk.catalogue, late.procedure)
        step = table.steps.get(late.step)
        what = f"{table.code}: {title_of(step, self._language) if step else late.step}"
        stop = next((each for each in paused if each.name == table.code), None)
        partners = [each for each in paused if each.kind == "partner"]
        if stop is None and step is not None and partners:
            asked = (step.receiver or "").lower().replace(" ", "_").replace("-", "_")
            stop = next((each for each in partners if each.name in asked or asked in each.name), None)
        if stop:
            return what, "paused", stop.reason
        if late.step == "sign" and any(not each.on for each in self.signing()):
            return what, "signing_off", ""
        return what, "partner", (step.receiver or step.actor) if step else ""


def _aside(found: aside.Aside) -> AsideView:
    deadline = found.deadline.isoformat() if found.deadline else ""
    return AsideView(found.case, found.step, found.region, found.trouble, deadline)
