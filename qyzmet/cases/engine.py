"""The engine: takes batches of cases from one wait to the next.

One `turn` does each duty once: registry events in, replies and finished tasks in, deadlines that
passed, and everything that is to be asked or done outside. Rules, ledger, messages and case rows of
a batch are written in one transaction. Questions to other systems are asked outside any
transaction, under a lease, and written back only where the fence has not moved: a slow partner
holds no lock, and a worker thought dead can do no harm. A crash needs no repair.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from qyzmet.cases import failpoints as fail
from qyzmet.cases import intake, runner
from qyzmet.cases.case import Case, Law, Outcome, Run
from qyzmet.cases.catalogue import Catalogue
from qyzmet.cases.package import ActPackage, Arrival, Desk, Feed
from qyzmet.cases.procedure import OUTSIDE, Kind, Procedure, Step
from qyzmet.cases.rows import Cursor
from qyzmet.cases.store import Store
from qyzmet.exchange.contract import Partners
from qyzmet.exchange.signing import Signer
from qyzmet.people.vault import Vault
from qyzmet.runtime.clock import Clock
from qyzmet.runtime.errors import PartnerAway, QyzmetError

LEASE = timedelta(seconds=60)
LONGEST_BACK_OFF = timedelta(minutes=5)
#: After so many answers without its own line a case is set aside; an absent partner never counts.
MOST_ATTEMPTS = 10


class Engine:
    """One worker's engine on one connection."""

    def __init__(
        self,
        store: Store,
        catalogue: Catalogue,
        partners: Partners,
        vault: Vault,
        signer: Signer,
        clock: Clock,
        *,
        batch: int = 1000,
        failpoints: fail.Failpoints = fail.none,
    ) -> None:
        self.store, self.catalogue, self.clock, self.batch = store, catalogue, clock, batch
        self._partners, self._vault, self._signer, self._at = partners, vault, signer, failpoints

    def turn(self) -> int:
        """Does every duty once; returns how many cases or events were touched."""
        return self.take_in() + self.take_events() + self.take_deadlines() + self.take_outside()

    # --- registry events --------------------------------------------------------------------------

    def take_in(self) -> int:
        """Asks every feed for what is new and opens cases."""
        return sum(self._take_feed(package, feed) for package, feed in self.catalogue.feeds())

    def _take_feed(self, package: ActPackage, feed: Feed) -> int:
        """One page of a feed. Its cursor moves in the transaction that opens the cases."""
        law = self.catalogue.law_of_act(package.act.code, self.clock.now())
        cursor = intake.cursor_of(self.store.connection, feed.name)
        try:
            arrivals, after = feed.poll(self._desk(law), cursor)
        except PartnerAway:
            return 0
        return 0 if after == cursor else self.open(package, feed.name, arrivals, (cursor, after))

    def open(
        self,
        package: ActPackage,
        source: str,
        arrivals: Sequence[Arrival],
        page: tuple[str, str] | None = None,
    ) -> int:
        """Opens a case per arrival not seen before and carries it to its first wait.

        `page` is the feed's cursor before and after. Durable when it returns; returns how many were new.
        """
        now = self.clock.now()
        subjects = self._vault.subjects_for([arrival.iin for arrival in arrivals])
        subject_of = {arrival.event: subject for arrival, subject in zip(arrivals, subjects, strict=True)}
        self._at("intake.before")
        with self.store.connection.transaction(), self.store.connection.cursor(binary=True) as cursor:
            fresh = intake.admit(cursor, package, source, arrivals, page, now)
            runs = []
            for number, arrival in zip(
                self.store.new_ids(cursor, "case_ids", len(fresh)), fresh, strict=True
            ):
                case = Case(
                    id=number,
                    procedure=self.catalogue.number_of[arrival.procedure],
                    step="",
                    subject=subject_of[arrival.event],
                    region=arrival.region,
                    as_of=arrival.as_of,
                    opened=now,
                    entered=now,
                    facts=dict(arrival.facts),
                    event=arrival.event,
                )
                runs.append(Run(case, learnt=dict(arrival.facts)))
                self._guard(runs[-1], runner.begin, now)
            held = self._write(cursor, runs, now)
            self._at("intake.written")
        self._carry_on(held)
        return len(fresh)

    # --- what came in, and what is over -----------------------------------------------------------

    def take_events(self) -> int:
        """Replies, finished tasks, messages handed over: each moves its case or changes nothing."""
        now = self.clock.now()
        with self.store.connection.transaction(), self.store.connection.cursor(binary=True) as cursor:
            found = self.store.lock_events(cursor, self.batch)
            self._at("events.locked")
            runs: dict[int, Run] = {}
            done = []
            for case, event in found:
                run = runs.get(case.id) or runs.setdefault(case.id, Run(case, started_at=case.step))
                if run.taken or case.status == "a":
                    continue  # the case moved on; the next turn reads this event at its new step
                procedure = self.catalogue.procedure(case.procedure)
                law = self.catalogue.law(case.procedure, now)
                try:
                    heard = runner.hear(run, event, procedure, law)
                except Exception as error:
                    _set_aside(run, error)
                    continue
                done.append(event.id)
                if heard:
                    run.events.append(event)
            held = self._write(cursor, [run for run in runs.values() if _changed(run)], now)
            self.store.forget_events(cursor, done)
            self._at("events.written")
        self._carry_on(held)
        return len(done)

    def take_deadlines(self) -> int:
        """Waiting cases whose time is up leave their step."""
        now = self.clock.now()
        with self.store.connection.transaction(), self.store.connection.cursor(binary=True) as cursor:
            cases = self.store.lock_deadlines(cursor, now, self.batch)
            runs = [Run(case, started_at=case.step) for case in cases]
            for run in runs:
                self._guard(run, runner.time_up, now)
            held = self._write(cursor, runs, now)
            self._at("deadlines.written")
        self._carry_on(held)
        return len(cases)

    # --- outside ----------------------------------------------------------------------------------

    def take_outside(self) -> int:
        """Leases what is to be asked or done outside, and carries it on."""
        cases = self.store.claim_outside(self.clock.now(), LEASE, self.batch)
        self._at("claim.outside")
        self._carry_on([Run(case) for case in cases])
        return len(cases)

    def _carry_on(self, runs: Iterable[Run]) -> None:
        """Asks outside for cases this worker holds, from step to step, until all of them rest."""
        cases = [run.case for run in runs if run.case.held]
        while cases:
            now = self.clock.now()
            finished: list[Run] = []
            groups: dict[tuple[int, str], list[Run]] = {}
            for case in cases:
                run = Run(case, started_at=case.step)
                groups.setdefault((case.procedure, case.step), []).append(run)
            for (number, step), group in groups.items():
                finished += self._outside(self.catalogue.procedure(number), step, group)
            self._at("outside.answered")
            held: list[Run] = []
            if finished:
                with (
                    self.store.connection.transaction(),
                    self.store.connection.cursor(binary=True) as cursor,
                ):
                    held = self._write(cursor, finished, now)
                self._at("outside.written")
            cases = [run.case for run in held if run.case.held]

    def _outside(self, procedure: Procedure, name: str, runs: list[Run]) -> list[Run]:
        """Asks for one step of one procedure; gives back unanswered cases, returns the others."""
        step = procedure.steps[name]
        now = self.clock.now()
        law = self.catalogue.law(runs[0].case.procedure, now)
        if step.kind not in OUTSIDE:  # released after it had been set aside
            for run in runs:
                self._guard(run, runner.run_on, now)
            return runs
        try:
            answers = self._ask(step, runs, law)
        except PartnerAway:
            for run in runs:
                run.case.due = now + back_off(run.case.attempts)
                run.case.attempts += 1
            self.store.postpone([run.case for run in runs])
            return []
        finished, unanswered = [], []
        for run in runs:
            outcome = answers.get(run.case.id)
            if isinstance(outcome, Exception):
                _set_aside(run, outcome)
            elif outcome is not None:
                self._guard(run, _follow(outcome), now)
            elif step.kind is Kind.WATCH and run.case.deadline and now >= run.case.deadline:
                self._guard(run, runner.time_up, now)
            elif not self._again(run.case, step, now):
                _set_aside(run, runner.StepFailed(f"{step.name} was not answered {MOST_ATTEMPTS} times"))
            else:
                unanswered.append(run.case)
                continue
            finished.append(run)
        if unanswered:
            self.store.postpone(unanswered)
        return finished

    def _again(self, case: Case, step: Step, now: datetime) -> bool:
        """When the case is looked at again; False where it was tried often enough."""
        if step.kind is Kind.WATCH:
            assert step.every is not None
            case.due = min(now + step.every, case.deadline or datetime.max.replace(tzinfo=now.tzinfo))
            return True
        case.due = now + back_off(case.attempts)
        case.attempts += 1
        return case.attempts < MOST_ATTEMPTS

    def _ask(self, step: Step, runs: list[Run], law: Law) -> dict[int, Outcome | str | Exception]:
        """The step's function over the batch. Where it fails, halves find the cases to blame."""
        assert step.act is not None
        try:
            answers: dict[int, Outcome | str | Exception] = dict(
                step.act([run.case for run in runs], self._desk(law))
            )
        except PartnerAway:
            raise
        except Exception as error:
            if self.store.connection.broken:
                raise
            if len(runs) == 1:
                return {runs[0].case.id: error}
            middle = len(runs) // 2
            return self._ask(step, runs[:middle], law) | self._ask(step, runs[middle:], law)
        return answers

    def _desk(self, law: Law) -> Desk:
        return Desk(law, self._partners, self._vault, self._signer, self.store.decisions)

    # --- one case at a time -----------------------------------------------------------------------

    def _write(self, cursor: Cursor, runs: Sequence[Run], now: datetime) -> list[Run]:
        return self.store.write(cursor, runs, self.catalogue.by_number, now, LEASE)

    def _guard(self, run: Run, carry: Callable[[Run, Procedure, Law], None], now: datetime) -> None:
        """Carries one case; one that makes its step fail is set aside, and the batch goes on."""
        number = run.case.procedure
        try:
            carry(run, self.catalogue.procedure(number), self.catalogue.law(number, now))
        except Exception as error:
            _set_aside(run, error)


def back_off(attempts: int) -> timedelta:
    """2, 4, 8 … seconds, at most five minutes."""
    return min(timedelta(seconds=2 ** min(attempts + 1, 10)), LONGEST_BACK_OFF)


def _follow(outcome: Outcome | str) -> Callable[[Run, Procedure, Law], None]:
    def carry(run: Run, procedure: Procedure, law: Law) -> None:
        runner.take(run, outcome, procedure, law)
        runner.run_on(run, procedure, law)

    return carry


def _changed(run: Run) -> bool:
    return bool(run.taken or run.learnt or run.case.status == "a")


def _set_aside(run: Run, error: Exception) -> None:
    """For people to look at. Only our own errors are told whole: others may hold personal data."""
    if isinstance(error, QyzmetError):
        said = str(error)
    else:
        place = traceback.extract_tb(error.__traceback__)[-1]
        said = f"{type(error).__name__} in {place.name}, line {place.lineno}"
    run.case.status, run.case.trouble = "a", said
    run.case.due = run.case.deadline = None
    run.message = run.task = None
