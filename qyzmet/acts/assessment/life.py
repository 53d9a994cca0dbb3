"""The life of a period: its events in order, what follows from them, and what may happen next.

Commands are pure: they look at what has happened, and return the event or raise Refused with the remedy.
The store appends it where nothing else happened meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Literal

import msgspec

from qyzmet.acts.assessment import bodies as b
from qyzmet.acts.assessment import events as e
from qyzmet.acts.assessment.clauses import ACT
from qyzmet.acts.assessment.crawler import Copy
from qyzmet.acts.assessment.evidence import Advice
from qyzmet.acts.assessment.report import (
    Fault,
    Language,
    Report,
    faults,
    must_be_scorable,
)
from qyzmet.acts.assessment.scoring import ROWS, Line, Penalty, Score, ranking, score_all
from qyzmet.law.act import Period, carries_out
from qyzmet.law.policies import Policies
from qyzmet.people.identifiers import parse_bin
from qyzmet.runtime.clock import legal_date
from qyzmet.runtime.errors import BadValue, Refused, UnknownName

Stage = Literal["reporting", "checking", "appeals", "closed", "concluded", "published"]
PENALTY_ROWS = ("penalty.row1", "penalty.row2")
OBJECTION_ROWS = (*ROWS, "row4", *PENALTY_ROWS)


class FaultyReport(Refused):
    """A report breaks rules of its tables; nothing of it is taken. `faults` lists all of them."""

    def __init__(self, faults: list[Fault]) -> None:
        first = faults[0]
        more = f" and {len(faults) - 1} more" if len(faults) > 1 else ""
        super().__init__(f"{first.field}: {first.rule}. {first.remedy} ({len(faults)} faults{more})")
        self.faults = faults


@dataclass(slots=True)
class Objection:
    """An objection with its answer, once there is one."""

    number: int
    made: e.Objected
    answer: e.Answered | None = None


@dataclass(slots=True)
class Life:
    """A period, folded from its events. Read it; `after` takes one event more."""

    code: str
    opened: e.Opened
    bodies: dict[str, b.Body]
    reports: dict[str, list[e.Submitted]] = field(default_factory=dict)
    automated: dict[str, tuple[str, ...]] = field(default_factory=dict)
    checks: dict[str, e.Checked] = field(default_factory=dict)
    first_seen: dict[str, dict[str, str]] = field(default_factory=dict)  #: digests by body and link
    verdicts: dict[str, dict[str, tuple[e.Verdict, str]]] = field(default_factory=dict)
    results: list[e.Scored] = field(default_factory=list)
    objections: list[Objection] = field(default_factory=list)
    closed: e.AppealsClosed | None = None
    conclusions: list[e.Concluded] = field(default_factory=list)
    publications: list[e.Published] = field(default_factory=list)

    @property
    def period(self) -> Period:
        return Period(self.opened.first, self.opened.last)

    @property
    def stage(self) -> Stage:
        """Follows from what happened and is stored nowhere."""
        if self.publications and self.publications[-1].version == len(self.results):
            return "published"
        if self.conclusions and self.conclusions[-1].version == len(self.results):
            return "concluded"
        if self.closed:
            return "closed"
        if self.results:
            return "appeals"
        return "checking" if self.checks or any(self.verdicts.values()) else "reporting"

    def body(self, id: str) -> b.Body:
        """Raises UnknownName."""
        try:
            return self.bodies[id]
        except KeyError:
            raise UnknownName("body", id, f"this period has {', '.join(sorted(self.bodies))}") from None

    def bodies_of(self, bin: str) -> list[str]:
        """The bodies for which representatives of this BIN act."""
        return [entry.id for entry in self.opened.bodies if entry.bin and entry.bin == bin]

    def bin_of(self, body: str) -> str:
        return next(entry.bin for entry in self.opened.bodies if entry.id == body)

    def report(self, body: str) -> Report | None:
        """The latest report of a body."""
        sent = self.reports.get(body)
        return sent[-1].report if sent else None

    def late(self, body: str) -> bool:
        """Whether the body's first report came after the term."""
        sent = self.reports.get(body)
        return sent is not None and legal_date(sent[0].at) > self.opened.report_due

    def overdue(self, today: date) -> list[str]:
        """Bodies whose term is over and that have not reported."""
        if today <= self.opened.report_due:
            return []
        return sorted(set(self.bodies) - self.reports.keys())

    def undecided(self, body: str) -> list[str]:
        """Records of the latest report that no assessor has decided."""
        report = self.report(body)
        decided = self.verdicts.get(body, {})
        return [] if report is None else [item.id for _, item in report.items() if item.id not in decided]

    def accepted(self, body: str) -> Report:
        """The latest report with what the assessor counts; empty where nothing was reported."""
        report = self.report(body)
        if report is None:
            return Report(body=body)
        decided = self.verdicts.get(body, {})
        return report.keeping({item for item, (verdict, _) in decided.items() if verdict.counted})

    def assessor_of(self, body: str) -> str:
        """Who assesses the body's openness (paragraph 5)."""
        found = b.task(self.body(body), b.Direction.OPENNESS, self.opened.last)
        assert found is not None, "only assessed bodies are in a period"
        return found.assessor

    def must_assess(self, body: str, bin: str) -> None:
        """Raises Refused where another organisation assesses the body and the period knows its BIN."""
        assessor = self.assessor_of(body)
        known = self.opened.assessors.get(assessor) or (
            self.bin_of(assessor) if assessor in self.bodies else ""
        )
        if known and known != bin:
            raise Refused(f"{body} is assessed by {assessor} (paragraph 5). Leave its records to them.")

    def open_objections(self) -> list[Objection]:
        return [each for each in self.objections if each.answer is None]

    # --- folding --------------------------------------------------------------------------------------

    def after(self, event: e.AnyEvent) -> None:
        """Takes one more event."""
        match event:
            case e.Submitted():
                self.reports.setdefault(event.report.body, []).append(event)
            case e.AutomatedSupplied():
                self.automated[event.body] = event.links
            case e.Checked():
                self.checks[event.body] = event
                first = self.first_seen.setdefault(event.body, {})
                for seen in event.copies:
                    if seen.digest:
                        first.setdefault(seen.link, seen.digest)
            case e.Decided():
                self._decide(event.body, event.verdicts, event.by)
            case e.Scored():
                self.results.append(event)
            case e.Objected():
                self.objections.append(Objection(len(self.objections) + 1, event))
            case e.Answered():
                objection = self.objections[event.objection - 1]
                objection.answer = event
                self._decide(objection.made.body, event.verdicts, event.by)
            case e.AppealsClosed():
                self.closed = event
            case e.Concluded():
                self.conclusions.append(event)
            case e.Published():
                self.publications.append(event)
            case e.Opened():
                raise ValueError("a period is opened once")

    def _decide(self, body: str, verdicts: Iterable[e.Verdict], by: str) -> None:
        mine = self.verdicts.setdefault(body, {})
        for verdict in verdicts:
            mine[verdict.item] = (verdict, by)

    # --- commands -------------------------------------------------------------------------------------

    def submit(self, report: Report, at: datetime, by: str, signature: str = "") -> e.Submitted:
        """A body's report, the first or a newer one; the same again is refused as nothing new.

        Raises FaultyReport with all faults, Refused once results are there.
        """
        self.body(report.body)
        if self.results:
            raise Refused(
                f"The results of {self.code} are there; reports are closed. Object to the result instead."
            )
        if found := faults(report, self.period, legal_date(at)):
            raise FaultyReport(found)
        digest = digest_of(report)
        sent = self.reports.get(report.body)
        if sent and sent[-1].digest == digest:
            raise Refused(f"This very report of {report.body} was taken on {sent[-1].at:%Y-%m-%d %H:%M} UTC.")
        return e.Submitted(at=at, by=by, report=report, digest=digest, signature=signature)

    @carries_out(ACT["annex9.table1.row4"])
    def supply_automated(
        self, supplier: str, body: str, links: tuple[str, ...], at: datetime, by: str
    ) -> e.AutomatedSupplied:
        """Row 4 of Table 1 comes from the Ministry of Digital Development, never from the body itself."""
        if supplier != b.DIGITAL_MINISTRY.id:
            raise Refused(
                f"Row 4 of Annex 9 Table 1 is supplied by {b.DIGITAL_MINISTRY.id}, not by {supplier}."
            )
        self.body(body)
        return e.AutomatedSupplied(at=at, by=by, body=body, links=links)

    def check(
        self, body: str, copies: Mapping[str, Copy], advice: Iterable[Advice], at: datetime
    ) -> e.Checked:
        """What the machine saw; it decides nothing."""
        self.body(body)
        return e.Checked(
            at=at,
            by="machine",
            body=body,
            version=len(self.reports.get(body, ())),
            copies=tuple(
                e.Seen(c.link, c.at, c.trouble, c.status, c.media_type, c.size, c.digest)
                for c in copies.values()
            ),
            advice=tuple(
                e.Advised(
                    each.item,
                    each.place,
                    tuple(e.AdvisedFinding(f.code, f.level, dict(f.values)) for f in each.findings),
                )
                for each in advice
            ),
        )

    def decide(self, body: str, verdicts: Iterable[e.Verdict], at: datetime, by: str) -> e.Decided:
        """What the assessor counts. A rejection needs a reason; after the results only an appeal changes."""
        given = tuple(verdicts)
        if self.results:
            raise Refused(f"The results of {self.code} are there; only an answered objection changes them.")
        self._must_be_items(body, given)
        return e.Decided(at=at, by=by, body=body, verdicts=given)

    def confirm_good(self, body: str, at: datetime, by: str) -> e.Decided:
        """Counts every undecided record of which the machine saw nothing but good."""
        advice = {each.item: each for each in self.checks[body].advice} if body in self.checks else {}
        good = [
            e.Verdict(item, True)
            for item in dict.fromkeys(self.undecided(body))
            if item in advice and all(finding.level == "good" for finding in advice[item].findings)
        ]
        if not good:
            raise Refused(f"No undecided record of {body} has good advice alone. Look at each.")
        return self.decide(body, good, at, by)

    def _must_be_items(self, body: str, verdicts: tuple[e.Verdict, ...]) -> None:
        self.body(body)
        report = self.report(body)
        known = {item.id for _, item in report.items()} if report else set()
        for verdict in verdicts:
            if verdict.item not in known:
                raise UnknownName("record", verdict.item, f"of the latest report of {body}")
            if not verdict.counted and not verdict.reason.strip():
                raise BadValue("reason", "is needed where a record is not counted", "Say why.")

    def score(self, policies: Policies, at: datetime, by: str, reason: str = "") -> e.Scored:
        """Results of all bodies by what counts now. Raises Refused while records are undecided."""
        must_be_scorable(self.period, date.fromisoformat(policies["published"]))
        open_ = [body for body in sorted(self.reports) if self.undecided(body)]
        if open_:
            raise Refused(
                f"Records are undecided of {', '.join(open_)}. Decide each, or confirm the good ones."
            )
        if self.results and not reason.strip():
            raise Refused("Results are there already; a new version needs a reason.")
        reports = {body: self.accepted(body) for body in self.bodies}
        places = ranking(score_all(reports, self.bodies.values(), self.period, policies))
        scores = tuple(_scored(place.rank, place.score) for place in places)
        return e.Scored(at=at, by=by, policies=policies.version, scores=scores, reason=reason)

    def object(self, body: str, row: str, language: Language, text: str, at: datetime, by: str) -> e.Objected:
        """A body objects within the term that the period was opened with."""
        self.body(body)
        if not self.results or self.closed:
            raise Refused("Objections are taken after the results and before the appeals are closed.")
        if legal_date(at) > self.opened.appeal_due:
            raise Refused(f"The term for objections ended on {self.opened.appeal_due}.")
        if row not in OBJECTION_ROWS:
            raise BadValue("row", f"is one of {', '.join(OBJECTION_ROWS)}", "Name the row of the result.")
        if not text.strip() or len(text) > 5000:
            raise BadValue("text", "has 1 to 5,000 characters", "Say what is wrong and what proves it.")
        return e.Objected(at=at, by=by, body=body, row=row, language=language, text=text)

    def answer(
        self, number: int, granted: bool, reason: str, verdicts: Iterable[e.Verdict], at: datetime, by: str
    ) -> e.Answered:
        """The appeals board's answer; granted, with the records that count differently from now on."""
        if not 1 <= number <= len(self.objections):
            raise UnknownName("objection", str(number), f"there are {len(self.objections)}")
        objection = self.objections[number - 1]
        if objection.answer is not None:
            raise Refused(f"Objection {number} was answered on {objection.answer.at:%Y-%m-%d}.")
        if objection.made.by == by:
            raise Refused("Whoever made an objection does not answer it.")
        if not reason.strip():
            raise BadValue("reason", "is needed", "Say why the objection is granted or refused.")
        given = tuple(verdicts)
        if given and not granted:
            raise BadValue("verdicts", "change only where the objection is granted", "Leave them out.")
        self._must_be_items(objection.made.body, given)
        return e.Answered(at=at, by=by, objection=number, granted=granted, reason=reason, verdicts=given)

    def close_appeals(self, at: datetime, by: str) -> e.AppealsClosed:
        """Ends the appeal procedure: all objections answered, the term over, granted ones in the results."""
        if not self.results or self.closed:
            raise Refused("Appeals are closed once, after the results.")
        if waiting := self.open_objections():
            raise Refused(f"Objections are not answered: {', '.join(str(each.number) for each in waiting)}.")
        if legal_date(at) <= self.opened.appeal_due:
            raise Refused(f"Objections may come until {self.opened.appeal_due}; close the day after.")
        if any(
            each.answer is not None and each.answer.granted and each.answer.at > self.results[-1].at
            for each in self.objections
        ):
            raise Refused("A granted objection is not in the results yet. Score again with the reason.")
        return e.AppealsClosed(at=at, by=by)

    @carries_out(ACT["para118"])
    def conclude(self, policies: Policies, submitter: str, at: datetime, by: str) -> e.Concluded:
        """Sends the conclusion to the Agency; never before the appeal procedure is closed (G-4)."""
        if submitter != policies["G-04"]:
            raise Refused(
                f"The conclusion is submitted by {policies['G-04']} (policy G-04), not {submitter}."
            )
        if self.closed is None:
            raise Refused("The appeal procedure is not closed; the conclusion goes to the Agency after it.")
        return e.Concluded(at=at, by=by, submitter=submitter, version=len(self.results))

    def publish(self, at: datetime, by: str) -> e.Published:
        """Publishes the latest results once they went to the Agency; earlier publications stay."""
        if not self.conclusions or self.conclusions[-1].version != len(self.results):
            raise Refused("The latest results did not go to the Agency yet. Conclude first.")
        if self.publications and self.publications[-1].version == len(self.results):
            raise Refused("These results are published.")
        return e.Published(at=at, by=by, version=len(self.results))


def open_period(
    code: str,
    period: Period,
    report_due: date,
    appeal_due: date,
    entries: Iterable[e.BodyEntry],
    policies: Policies,
    at: datetime,
    by: str,
) -> e.Opened:
    """A new period with its terms and bodies. Raises Refused for a period of earlier tables."""
    if not code.isalnum() or not code.isascii() or len(code) > 20:
        raise BadValue("period", "is 1 to 20 Latin letters and digits", "For example 2024 or 2024H1.")
    must_be_scorable(period, date.fromisoformat(policies["published"]))
    assert period.last is not None
    if not period.last < report_due < appeal_due:
        raise BadValue("terms", "come in order: the period's last day, reports, objections", "Set them so.")
    listed, assessors = [], {}
    for entry in entries:
        if entry.kind == "OTHER":
            assessors[entry.id] = entry.bin
        else:
            listed.append(entry)
    if len({entry.id for entry in listed}) < len(listed) or not listed:
        raise BadValue("bodies", "are at least one, each once", "Mend the list.")
    for entry in listed:
        body_of(entry)
        if entry.bin:
            parse_bin(entry.bin)
    return e.Opened(
        at=at, by=by, first=period.first, last=period.last, report_due=report_due, appeal_due=appeal_due,
        bodies=tuple(listed), assessors=assessors,
    )  # fmt: skip


def body_of(entry: e.BodyEntry) -> b.Body:
    """Raises BadValue where the entry breaks a rule of bodies."""
    return b.Body(entry.id, entry.names, b.Kind(entry.kind), b.Flag(entry.flag))


def folded(code: str, happened: Iterable[e.AnyEvent]) -> Life:
    """A period from its events; the first opens it."""
    found: Life | None = None
    for event in happened:
        if found is None:
            assert isinstance(event, e.Opened)
            found = Life(code, event, {entry.id: body_of(entry) for entry in event.bodies})
        else:
            found.after(event)
    if found is None:
        raise UnknownName("period", code, "open it first: qyzmet assessment open")
    return found


def digest_of(report: Report) -> str:
    """SHA-256 of the report's canonical JSON: what a body signs."""
    return sha256(canonical(report)).hexdigest()


def canonical(report: Report) -> bytes:
    return msgspec.json.encode(report, order="sorted")


def _scored(rank: int, score: Score) -> e.ScoredBody:
    return e.ScoredBody(
        score.body, rank, score.total, score.most, score.penalty, score.result,
        tuple(_scored_line(line) for line in score.lines),
        tuple(_scored_penalty(each) for each in score.penalties),
    )  # fmt: skip


def _scored_line(line: Line) -> e.ScoredLine:
    return e.ScoredLine(
        line.row, line.language, line.points, line.most, line.state, line.clause.id, line.variant,
        dict(line.found), line.missing, line.items,
    )  # fmt: skip


def _scored_penalty(each: Penalty) -> e.ScoredPenalty:
    return e.ScoredPenalty(each.row, each.language, each.points, each.clause.id, dict(each.found), each.items)


def gains(scored: e.ScoredBody) -> list[e.ScoredLine]:
    """Where points were lost, the most first."""
    lost = [line for line in scored.lines if line.points < line.most and line.state == "SCORED"]
    return sorted(lost, key=lambda line: (line.points - line.most, line.row, line.language))


def lost_in_all(scores: Iterable[e.ScoredBody]) -> dict[str, Decimal]:
    """Points lost by all bodies, per row."""
    found: dict[str, Decimal] = {}
    for scored in scores:
        for line in scored.lines:
            found[line.row] = found.get(line.row, Decimal(0)) + line.most - line.points
    return found
