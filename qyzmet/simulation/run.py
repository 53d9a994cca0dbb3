"""One run: a small country served from its seed, through faults and crashes, until everything rests."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from qyzmet.cases import chain
from qyzmet.cases.placing import QUESTION_GAP
from qyzmet.cases.rows import Connection
from qyzmet.exchange.client import HttpPartners
from qyzmet.runtime.clock import HandClock
from qyzmet.runtime.connection import connect
from qyzmet.runtime.database import Database
from qyzmet.simulation.chances import dice, seeded_subjects
from qyzmet.simulation.crashes import Fates
from qyzmet.simulation.evidence import Evidence, Glance, gather, glance
from qyzmet.simulation.families import draw_country
from qyzmet.simulation.gateway import Gateway
from qyzmet.simulation.invariants import Broken, check, check_step
from qyzmet.simulation.ledger_digest import digest, endings
from qyzmet.simulation.network import Network
from qyzmet.simulation.officials import Officials
from qyzmet.simulation.plan import PARTNER, Level, Pause, Plan, Plant, draw_plan
from qyzmet.simulation.stage import Stage, fresh_name
from qyzmet.simulation.story import story
from qyzmet.simulation.workers import Place, Workers
from qyzmet_twins.citizens import Citizens
from qyzmet_twins.services import Knobs, Services

#: So often the clock may stand still or creep while there is always something to do.
MOST_STEPS = 20_000
#: How much later than it could the next thing is looked at: (longest, share).
_LATENESS = ((timedelta(), 2), (timedelta(minutes=40), 2), (timedelta(hours=4), 4), (timedelta(hours=11), 4))
KNOBS = Knobs(unconfirmed=0.05, unidentified=0.02, pending=0.03, appointed=0.03)


@dataclass
class Result:
    """What a run came to. `broken` is empty where every invariant held; `stories` tell the cases named.

    `evidence` is what the invariants were checked against.
    """

    seed: int
    level: Level
    plant: Plant | None
    cases: int = 0
    endings: dict[str, int] = field(default_factory=dict)
    crashes: list[str] = field(default_factory=list)
    pauses: int = 0
    questions: int = 0
    faults: int = 0
    messages: int = 0
    replies: int = 0
    steps: int = 0
    days: int = 0
    digest: str = ""
    seconds: float = 0.0
    broken: list[Broken] = field(default_factory=list)
    stories: dict[int, list[str]] = field(default_factory=dict)
    evidence: Evidence | None = field(default=None, repr=False)


def simulate(stage: Stage, seed: int, level: Level = "some", bug: Plant | None = None) -> Result:
    """Runs one seed to its end and checks everything."""
    began = time.monotonic()
    result = Result(seed, level, bug)
    name = fresh_name()
    with (
        seeded_subjects(seed),
        stage.databases(name) as database,
        connect(database.engine_url) as connection,
        contextlib.closing(_Run(draw_plan(seed, level), stage, database, connection, name, bug)) as run,
    ):
        result.broken = list(run.through())
        result.evidence = evidence = run.evidence()
        if not result.broken:
            result.broken = list(check(evidence))
        run.report(result, evidence)
        for case in dict.fromkeys(broken.case for broken in result.broken if broken.case is not None):
            if len(result.stories) < 3:
                result.stories[case] = story(evidence, case)
    result.seconds = round(time.monotonic() - began, 2)
    return result


class _Run:
    def __init__(
        self,
        plan: Plan,
        stage: Stage,
        database: Database,
        connection: Connection,
        name: str,
        bug: Plant | None,
    ) -> None:
        self.plan, self._stage, self._database, self._connection = plan, stage, database, connection
        self._die = dice(plan.seed, "run")
        self.clock = HandClock(plan.start)
        self._country = draw_country(plan)
        world = self._country.world
        self.services = Services(world, self.clock, seed=plan.seed, knobs=KNOBS)
        self._citizens = Citizens(world, self.clock, self.services.opened, seed=plan.seed)
        self.gateway = Gateway(self._citizens, self.clock, plan, self._country.brink)
        self.fates = Fates(self.clock, plan)
        self.network = Network(self.services, self.clock, plan, self._within_a_question)
        self._partners = HttpPartners("http://simulated", transport=self.network, clock=self.clock)
        self.workers = Workers(
            plan, stage, database, self.clock, self._partners, self.gateway, self.fates,
            heads=stage.home / "heads" / name, bug=bug, stand_still=self._stand_still,
        )  # fmt: skip
        self.officials = Officials(connection, self.clock, plan)
        self._working: list[Place] = []
        self._by_hand = list(self._country.by_hand)
        self.steps = self.pauses = 0

    # --- the course of a run ----------------------------------------------------------------------

    def through(self) -> Iterator[Broken]:
        """Turns the clock until everything rests; ends early with what is broken after a step."""
        while True:
            done = self._step()
            broken = list(check_step(self.glance())) if done else []
            if broken:
                yield from broken
                return
            if self.steps > MOST_STEPS:
                yield Broken(
                    "comes_to_rest", None, f"after {MOST_STEPS} steps there is still something to do"
                )
                return
            following = self._next_moment() if not done or self._die.random() < 0.6 else None
            if done and following is None:
                self.clock.advance(timedelta(seconds=self._die.choice((0, 0, 1, 20, 90))))
                continue
            if following is None or following > self.plan.end:
                break
            self.clock.set(self._somewhat_later(following))
        self._settle()

    def _step(self) -> int:
        self.steps += 1
        done = self.workers.start_due()
        alive = self.workers.alive()
        if alive:
            done += self._turn(self._die.choice(alive))
        done += self._replies()
        return done + self.officials.act() if done or self.officials.wanted() else 0

    def _turn(self, place: Place) -> int:
        self._working.append(place)
        try:
            done = self.workers.do(place, lambda worker: worker.turn())
        finally:
            self._working.pop()
        return 1 if done is None else done

    def _replies(self) -> int:
        now = self.clock.now()
        while self._by_hand and self._by_hand[0][0] <= now:
            _, phone, text = self._by_hand.pop(0)
            self._citizens.reply(phone, text)
        ready = [place for place in self.workers.alive() if place not in self._working]
        found = self.gateway.due() if ready else []
        if not found:
            return 0
        place = self._die.choice(ready)
        link = place.link
        assert link is not None
        assert link.receive is not None
        receive = link.receive
        self._working.append(place)
        try:
            stored = self.workers.do(place, lambda _: receive(found) or len(found))
        finally:
            self._working.pop()
        if stored is None:
            self.gateway.give_back(found)
        else:
            self.gateway.confirmed(found)
        return len(found)

    def _settle(self) -> None:
        """At the last moment: every worker turns until none finds anything."""
        idle = 0
        for _ in range(MOST_STEPS):
            self.workers.start_due()
            done = sum(self._turn(place) for place in self.workers.alive()) + self._replies()
            idle = 0 if done else idle + 1
            if idle == 2:
                return

    # --- others work while one stands still -------------------------------------------------------

    def _within_a_question(self) -> None:
        what = self.fates.at(PARTNER)
        if isinstance(what, Pause):
            self._stand_still(what)

    def _stand_still(self, pause: Pause) -> None:
        """Longer than a lease; meanwhile others go on with its cases."""
        others = [place for place in self.workers.alive() if place not in self._working]
        self.clock.advance(pause.span)
        self.pauses += 1
        for _ in range(3):
            for place in others:
                if place.worker is not None:
                    self._turn(place)
        self._replies()

    # --- time -------------------------------------------------------------------------------------

    def _next_moment(self) -> datetime | None:
        now = self.clock.now()
        moments = (
            self.services.next_event(),
            self._citizens.next_moment(),
            self.gateway.next_moment(),
            self.officials.next_moment(),
            self.workers.next_start(),
            self._by_hand[0][0] if self._by_hand else None,
            *self._due(now),
        )
        return min((moment for moment in moments if moment is not None and moment > now), default=None)

    def _due(self, now: datetime) -> tuple[datetime | None, ...]:
        with self._connection.transaction():
            row = self._connection.execute(_DUE, {"now": now, "gap": QUESTION_GAP}).fetchone()
        assert row is not None
        return row

    def _somewhat_later(self, moment: datetime) -> datetime:
        longest = self._die.choices([span for span, _ in _LATENESS], [share for _, share in _LATENESS])[0]
        return moment + longest * self._die.random()

    # --- what it came to --------------------------------------------------------------------------

    def glance(self) -> Glance:
        return glance(self._connection, self.gateway, self.services)

    def evidence(self) -> Evidence:
        chain.seal(self._connection, self.workers.heads, self.clock)
        return gather(
            self._connection, self._database, self._stage, self.plan, self.clock, self._country.world,
            self.gateway, self.network, self.services, self.workers,
        )  # fmt: skip

    def report(self, result: Result, evidence: Evidence) -> None:
        result.cases, result.endings = len(evidence.cases), endings(evidence)
        result.crashes, result.pauses = self.workers.crashes, self.pauses
        result.questions, result.faults = self.network.questions, self.network.struck
        result.messages, result.replies = len(self.gateway.attempts), len(self.gateway.deliveries)
        result.steps, result.days = self.steps, (self.clock.now() - self.plan.start).days
        result.digest = digest(self._connection)

    def close(self) -> None:
        self.workers.close()
        self._partners.close()


_DUE = """
SELECT (SELECT min(due_at) FROM cases WHERE due_at > %(now)s AND status IN ('r', 'p', 'w')),
       (SELECT min(lease_until) FROM messages WHERE state = 's' AND lease_until > %(now)s),
       (SELECT min(ready_at) FROM messages WHERE state = 'r' AND ready_at > %(now)s),
       (SELECT min(closed_at + %(gap)s) FROM messages m WHERE question = 'c' AND closed_at + %(gap)s > %(now)s
            AND EXISTS (SELECT FROM messages h WHERE h.state = 'h' AND h.address = m.address
                AND h.prefix = m.prefix))
"""
