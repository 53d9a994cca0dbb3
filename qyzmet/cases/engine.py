"""The engine: takes batches of cases from one wait to the next.

One `turn` does each duty once: registry events in, replies and finished tasks in, deadlines that
passed, and everything that is to be asked or done outside. Rules, ledger, messages and case rows of
a batch are written in one transaction. Questions to other systems are asked outside any
transaction, under a lease, and the answers to several in a row are written back as one run, only where
the fence has not moved: a slow partner holds no lock, and a worker thought dead can do no harm. A crash
needs no repair.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial

from qyzmet.cases import claims, cursors, existing, helping, inbox, intake, payments, runner
from qyzmet.cases import failpoints as fail
from qyzmet.cases.case import Case, Event, Law, Outcome, Run
from qyzmet.cases.catalogue import Catalogue
from qyzmet.cases.package import ActPackage, Arrival, Desk, Feed
from qyzmet.cases.pauses import Paused, PausingPartners
from qyzmet.cases.procedure import Kind, Procedure, Step
from qyzmet.cases.rows import Cursor
from qyzmet.cases.store import Store
from qyzmet.cases.writing import Writing
from qyzmet.exchange.contract import Partners
from qyzmet.exchange.signing import Signer
from qyzmet.people.vault import Vault
from qyzmet.runtime.clock import Clock
from qyzmet.runtime.connection import database_errors
from qyzmet.runtime.errors import DatabaseAway, PartnerAway, PartnerNonsense, QyzmetError

LEASE = timedelta(seconds=60)
#: A feed that had nothing new is asked again after so long (G-44: no time is set for chapters 2 and 3).
FEED_RESTS = timedelta(seconds=5)
LONGEST_BACK_OFF = timedelta(minutes=5)
#: After so many answers without its own line a case is set aside; an absent partner never counts.
MOST_ATTEMPTS = 10
#: How often what came in for ended cases is taken away, and changed readings are taken up.
TIDY_EVERY = timedelta(minutes=1)
REFRESH_EVERY = timedelta(seconds=5)
#: Cases of a paused procedure are looked at again after so long.
PAUSED_RESTS = timedelta(minutes=1)


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
        batch: int = 2500,
        failpoints: fail.Failpoints = fail.none,
    ) -> None:
        self.store, self.catalogue, self.clock, self.batch = store, catalogue, clock, batch
        self._vault, self._signer, self._at = vault, signer, failpoints
        self._paused = Paused(store.connection)
        self._partners = PausingPartners(partners, self._paused)
        self._away: dict[tuple[int, str], int] = {}  # how often in a row a step's partner was away
        self._tidied: datetime | None = None
        self._refreshed: datetime | None = None
        self._feed_rests: dict[str, datetime] = {}
        self._cursors: dict[str, str] = {}
        self._writing = Writing(store, catalogue)
        self._intake = intake.Intake(store, catalogue, vault, clock, failpoints)

    def turn(self) -> int:
        """Does every duty once; returns how many cases or events were touched.

        Raises DatabaseAway where the database went away: a new engine on a new connection goes on.
        """
        with database_errors():
            self.tidy()
            self.refresh()
            return self.take_in() + self.take_events() + self.take_deadlines() + self.take_outside()

    def tidy(self) -> None:
        """Now and then takes away what came in for cases that have ended."""
        now = self.clock.now()
        if self._tidied is None or now >= self._tidied + TIDY_EVERY:
            self.store.drop_dead_events()
            self._tidied = now

    def refresh(self) -> None:
        """Takes up policies changed, days moved and pauses since, some seconds after they were."""
        now = self.clock.now()
        if self._refreshed is None or now >= self._refreshed + REFRESH_EVERY:
            self.catalogue.refresh()
            self._paused.refresh()
            self._refreshed = now

    # --- registry events --------------------------------------------------------------------------

    def take_in(self) -> int:
        """Asks every feed for what is new and opens cases."""
        return sum(self._take_feed(package, feed) for package, feed in self.catalogue.feeds())

    def _take_feed(self, package: ActPackage, feed: Feed) -> int:
        """One page of a feed. Its cursor moves in the transaction that opens the cases."""
        now = self.clock.now()
        if now < self._feed_rests.get(feed.name, now):
            return 0
        law = self.catalogue.law_of_act(package.act.code, now)
        cursor = self._cursors.get(feed.name)
        if cursor is None:
            cursor = self._cursors[feed.name] = cursors.cursor_of(self.store.connection, feed.name)
        try:
            arrivals, after = feed.poll(self.desk(law), cursor)
        except (PartnerAway, PartnerNonsense):  # the feed's own moment of the last page shows it
            return 0
        if after == cursor:
            self._feed_rests[feed.name] = now + FEED_RESTS
            return 0
        del self._cursors[feed.name]  # read anew: another worker may have taken this page
        return self.open(package, feed.name, arrivals, (cursor, after))

    def open(
        self,
        package: ActPackage,
        source: str,
        arrivals: Sequence[Arrival],
        page: tuple[str, str] | None = None,
    ) -> int:
        """Opens a case per arrival not seen before and carries it to its first wait.

        `page` is the feed's cursor before and after. Durable when it returns; returns how many were new or
        corrected what had come before.
        """
        verdicts, held = self._intake.receive(package, source, arrivals, page=page, keep=LEASE)
        self._carry_on(held)
        return sum(verdict.result in ("opened", "corrected") for verdict in verdicts)

    # --- what came in, and what is over -----------------------------------------------------------

    def take_events(self) -> int:
        """Replies, finished tasks, messages handed over: each moves its case or changes nothing."""
        held, read = self._writing.locking(self._take_events)
        self._carry_on(held)
        return read

    def _take_events(self, cursor: Cursor) -> tuple[list[Run], int]:
        now = self.clock.now()
        found = self.store.lock_events(cursor, self.batch)
        self._at("events.locked")
        runs: dict[int, Run] = {}
        read: list[tuple[Event, Run]] = []
        unclear: list[int] = []
        for case, event in found:
            run = runs.get(case.id) or runs.setdefault(case.id, Run(case, started_at=case.step))
            if run.taken or run.aside:
                continue  # the case moved on; the next turn reads this event at its new step
            read.append((event, run))
            if case.status == "a":  # its release: kept, whatever comes of it
                run.events.append(event)
            self._writing.guard(run, _hearing(event), now)
            if helping.not_understood(run, event) and self._helps(run.case):
                unclear.append(event.body["message"])
        held = self._writing.write(cursor, [run for run in runs.values() if _changed(run)], now, LEASE)
        helping.offer(cursor, unclear, now)
        # What a case was set aside over stays for it, until people have put it back.
        done = [e.id for e, run in read if run.case.status != "a" or e in run.events]
        self.store.forget_events(cursor, done)
        self._at("events.written")
        return held, len(read)

    def _helps(self, case: Case) -> bool:
        return helping.TEMPLATE in self.catalogue.act_of(case.procedure).templates

    def take_deadlines(self) -> int:
        """Waiting cases whose time is up leave their step."""
        held, late = self._writing.locking(self._take_deadlines)
        self._carry_on(held)
        return late

    def _take_deadlines(self, cursor: Cursor) -> tuple[list[Run], int]:
        now = self.clock.now()
        runs = [
            Run(case, started_at=case.step) for case in self.store.lock_deadlines(cursor, now, self.batch)
        ]
        for run in runs:
            self._writing.guard(run, runner.time_up, now)
        held = self._writing.write(cursor, runs, now, LEASE)
        self._at("deadlines.written")
        return held, len(runs)

    # --- outside ----------------------------------------------------------------------------------

    def take_outside(self) -> int:
        """Leases what is to be asked or done outside, and carries it on."""
        cases = self.store.claim_outside(self.clock.now(), LEASE, self.batch)
        self._at("claim.outside")
        self._carry_on([Run(case) for case in cases])
        return len(cases)

    def _carry_on(self, runs: Iterable[Run]) -> None:
        """Asks outside for cases this worker holds, from step to step, until all of them rest.

        Answers are written when nothing more is to be asked, before anything is done outside, and when half
        of the lease is over: after a crash before that the same is asked again, which changes nothing.
        """
        going = [Run(run.case, started_at=run.case.step) for run in runs if run.case.held]
        until = self.clock.now() + LEASE / 2
        while going:
            finished, asking = self._ask_all(going)
            self._at("outside.answered")
            if self.clock.now() >= until:
                finished, asking = finished + asking, []
                until = self.clock.now() + LEASE / 2
            held = self._write_answers(finished) if finished else []
            going = asking + [Run(run.case, started_at=run.case.step) for run in held if run.case.held]

    def _ask_all(self, runs: Sequence[Run]) -> tuple[list[Run], list[Run]]:
        """What is to be written, and what was answered and has only a question before it."""
        finished: list[Run] = []
        asking: list[Run] = []
        groups: dict[tuple[int, str], list[Run]] = {}
        for run in runs:
            groups.setdefault((run.case.procedure, run.case.step), []).append(run)
        for (number, name), group in groups.items():
            before = {run.case.id: len(run.taken) for run in group}
            for run in self._outside(number, name, group):
                answered = len(run.taken) > before[run.case.id]
                (asking if answered and self._asks_on(run) else finished).append(run)
        return finished, asking

    def _asks_on(self, run: Run) -> bool:
        """Whether a question follows an answer that can be had anew; what left a record is written first."""
        if run.case.status != "r" or run.records:
            return False
        return self.catalogue.procedure(run.case.procedure).steps[run.case.step].kind is Kind.QUERY

    def _write_answers(self, runs: Sequence[Run]) -> list[Run]:
        with self.store.connection.transaction(), self.store.connection.cursor(binary=True) as cursor:
            held = self._writing.write(cursor, runs, self.clock.now(), LEASE)
            self.store.forget_events(cursor, [event.id for run in runs for event in run.events])
        self._at("outside.written")
        return held

    def _outside(self, number: int, name: str, runs: list[Run]) -> list[Run]:
        """Asks for one step of one procedure; gives back unanswered cases, returns what is to be written."""
        now = self.clock.now()
        try:
            procedure = self.catalogue.procedure(number)
            step, law = procedure.steps[name], self.catalogue.law(number, now)
        except QyzmetError as error:
            for run in runs:
                runner.set_aside(run, error)
            return runs
        stopped = self._stop_corrected(runs) if step.kind is Kind.EFFECT else []
        runs = [run for run in runs if not run.aside]
        if not runs:
            return stopped
        if procedure.code in self._paused.procedures:
            return stopped + self._rest(runs, now + PAUSED_RESTS)
        try:
            answers = self._ask(step, runs, law)
        except PartnerAway:
            times = self._away[number, name] = self._away.get((number, name), 0) + 1
            return stopped + self._rest(runs, now + back_off(times))
        self._away.pop((number, name), None)
        finished, unanswered = stopped, []
        for run in runs:
            outcome = answers.get(run.case.id)
            if isinstance(outcome, PartnerAway):  # for this case alone, as often as it takes
                run.case.due = now + LONGEST_BACK_OFF
                unanswered.append(run)
                continue
            if isinstance(outcome, PartnerNonsense) and self._again(run.case, step, now):
                unanswered.append(run)
                continue
            if isinstance(outcome, Exception):
                runner.set_aside(run, outcome)
            elif outcome is not None:
                self._writing.guard(run, _follow(outcome), now)
            elif step.kind is Kind.WATCH and run.case.deadline and now >= run.case.deadline:
                self._writing.guard(run, runner.time_up, now)
            elif not self._again(run.case, step, now):
                runner.set_aside(
                    run, runner.StepFailed(f"{step.name} was not answered {MOST_ATTEMPTS} times")
                )
            else:
                unanswered.append(run)
                continue
            finished.append(run)
        return finished + self._give_back(unanswered)

    def _rest(self, runs: list[Run], until: datetime) -> list[Run]:
        """Gives cases back until then."""
        for run in runs:
            run.case.due = until
        return self._give_back(runs)

    def _give_back(self, runs: list[Run]) -> list[Run]:
        """Gives cases back until they are due; those that learnt something on the way are to be written."""
        untouched = [run.case for run in runs if not run.taken]
        if untouched:
            self.store.postpone(untouched)
        return [run for run in runs if run.taken]

    def _stop_corrected(self, runs: list[Run]) -> list[Run]:
        """Sets aside cases whose event was corrected meanwhile: nothing is done outside on its strength."""
        corrected = inbox.unread_corrections(self.store.connection, [run.case.id for run in runs])
        for run in runs:
            for event in corrected.get(run.case.id, ()):
                run.events.append(event)
                runner.set_aside(run, runner.EventCorrected(event.body["reason"]))
        return [run for run in runs if run.aside]

    def _again(self, case: Case, step: Step, now: datetime) -> bool:
        """When the case is looked at again; False where it was tried often enough."""
        if step.kind is Kind.WATCH:
            assert step.every is not None
            case.due = now + step.every
            if case.deadline and now < case.deadline:
                case.due = min(case.due, case.deadline)
            return True
        case.due = now + back_off(case.attempts)
        case.attempts += 1
        return case.attempts < MOST_ATTEMPTS

    def _ask(self, step: Step, runs: list[Run], law: Law) -> dict[int, Outcome | str | Exception]:
        """The step's function over the batch. Where it fails, halves find the cases to blame."""
        assert step.act is not None
        try:
            answers: dict[int, Outcome | str | Exception] = dict(
                step.act([run.case for run in runs], self.desk(law))
            )
        except (PartnerAway, DatabaseAway):
            raise
        except Exception as error:
            if self.store.connection.broken:  # the error's own kind would end the worker for good
                raise DatabaseAway("The database went away while another system was asked.") from error
            if len(runs) == 1:
                return {runs[0].case.id: error}
            middle = len(runs) // 2
            return self._ask(step, runs[:middle], law) | self._ask(step, runs[middle:], law)
        return answers

    def desk(self, law: Law) -> Desk:
        return Desk(
            law,
            self._partners,
            self._vault,
            self._signer,
            self.store.decisions,
            partial(claims.claim, self.store.connection),
            partial(inbox.unread, self.store.connection),
            self.store.cases_of,
            self._open_own,
            partial(existing.existing, self.store.connection),
            partial(payments.standings, self.store.connection),
        )

    def _open_own(self, source: str, arrivals: Sequence[Arrival]) -> int:
        """Opens cases that an act begins by itself, all of one act."""
        if not arrivals:
            return 0
        package = self.catalogue.act_of(self.catalogue.number(arrivals[0].procedure))
        return self.open(package, source, arrivals)


def back_off(attempts: int) -> timedelta:
    """2, 4, 8 … seconds, at most five minutes."""
    return min(timedelta(seconds=2 ** min(attempts + 1, 10)), LONGEST_BACK_OFF)


def _follow(outcome: Outcome | str) -> Callable[[Run, Procedure, Law], None]:
    def carry(run: Run, procedure: Procedure, law: Law) -> None:
        runner.take(run, outcome, procedure, law)
        runner.run_on(run, procedure, law)

    return carry


def _hearing(event: Event) -> Callable[[Run, Procedure, Law], None]:
    """Keeps the event with the run where it had an effect, even if the run went wrong after that."""

    def carry(run: Run, procedure: Procedure, law: Law) -> None:
        heard = False
        try:
            heard = runner.hear(run, event, procedure, law)
        finally:
            if (heard or run.taken) and event not in run.events:
                run.events.append(event)

    return carry


def _changed(run: Run) -> bool:
    return bool(run.taken or run.learnt or run.events or run.aside)
