"""Registry events in, asked for or pushed: each opens at most one case, if it comes once, twice or late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from qyzmet.cases import corrections, registry, rows, runner
from qyzmet.cases import failpoints as fail
from qyzmet.cases.case import Case, Run
from qyzmet.cases.catalogue import Catalogue
from qyzmet.cases.cursors import turn_page
from qyzmet.cases.facts import Facts
from qyzmet.cases.package import ActPackage, Arrival
from qyzmet.cases.registry import Candidate, Verdict
from qyzmet.cases.store import Store
from qyzmet.cases.writing import Writing
from qyzmet.people.vault import Vault
from qyzmet.runtime.clock import Clock

OUTSIDE_TERM = "outside the term of the act"


class Intake:
    """Takes registry events in on one connection. Asks nobody outside."""

    def __init__(
        self,
        store: Store,
        catalogue: Catalogue,
        vault: Vault,
        clock: Clock,
        failpoints: fail.Failpoints = fail.none,
    ) -> None:
        self.store, self.catalogue = store, catalogue
        self._writing = Writing(store, catalogue)
        self._vault, self._clock, self._at = vault, clock, failpoints

    def receive(
        self,
        package: ActPackage,
        source: str,
        arrivals: Sequence[Arrival],
        *,
        page: tuple[str, str] | None = None,
        keep: timedelta | None = None,
    ) -> tuple[list[Verdict], list[Run]]:
        """Opens a case per arrival not seen before and carries it to its first wait.

        `page` is the feed's cursor before and after; a page that another worker took first gives no
        verdicts. Durable when it returns, unless the caller has a transaction open. Also returns the
        runs that stay leased to this worker for `keep`; without it any worker takes them up.
        """
        now = self._clock.now()
        refusals = [refusal(package, arrival) for arrival in arrivals]
        wanted = [arrival.iin for arrival, because in zip(arrivals, refusals, strict=True) if not because]
        subject_of = dict(zip(wanted, self._vault.subjects_for(wanted), strict=True))
        self._at("intake.before")
        with self.store.connection.transaction(), self.store.connection.cursor(binary=True) as cursor:
            if page is not None and not turn_page(cursor, source, page, now):
                return [], []
            numbers = iter(rows.new_ids(cursor, "case_ids", len(wanted)))
            candidates = [
                Candidate(arrival, because)
                if because
                else Candidate(arrival, "", subject_of[arrival.iin], next(numbers))
                for arrival, because in zip(arrivals, refusals, strict=True)
            ]
            verdicts = registry.record(cursor, source, candidates, now)
            learnt = {each.case: each.learnt for each in verdicts if each.case is not None and each.learnt}
            corrections.keep_facts(cursor, self._vault, learnt, now)
            runs = [
                self._begin(verdict, subject_of, now) for verdict in verdicts if verdict.result == "opened"
            ]
            held = self._writing.write(cursor, runs, now, keep)
            self._at("intake.written")
        return verdicts, held

    def _begin(self, verdict: Verdict, subject_of: Mapping[str, int], now: datetime) -> Run:
        arrival = verdict.arrival
        assert verdict.case is not None
        case = Case(
            id=verdict.case,
            procedure=self.catalogue.number(arrival.procedure),
            step="",
            subject=subject_of[arrival.iin],
            region=arrival.region,
            as_of=arrival.as_of,
            opened=now,
            entered=now,
            facts=Facts(arrival.facts),
            event=arrival.event,
        )
        run = Run(case, learnt=dict(arrival.facts))
        self._writing.guard(run, runner.begin, now)
        return run


def refusal(package: ActPackage, arrival: Arrival) -> str:
    """Why an event opens no case; "" where it may. Of such an event nobody's number is kept."""
    if arrival.refused:
        return arrival.refused
    if not 1 <= arrival.revision <= registry.LAST_REVISION:
        return "revision: is a whole number from 1"
    if arrival.as_of not in package.act.in_force:
        return OUTSIDE_TERM
    if len(arrival.iin) != 12 or not (arrival.iin.isascii() and arrival.iin.isdigit()):
        return "without an IIN of twelve digits"
    if not arrival.concerned:
        return registry.NOT_CONCERNED
    return registry.WITHDRAWN if arrival.withdrawn else ""
