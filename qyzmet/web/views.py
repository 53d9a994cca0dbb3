"""Tasks and cases as pages and the API show them: in the reader's language, with clause and source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

import msgspec

from qyzmet.cases import worklists
from qyzmet.cases.catalogue import Catalogue
from qyzmet.cases.drawing.words import Names, in_language, named, outcome_words, title_of
from qyzmet.cases.file import CaseFile, read_file
from qyzmet.cases.package import ActPackage
from qyzmet.cases.procedure import Procedure
from qyzmet.cases.tasks import Proposal, Task
from qyzmet.cases.telling import tell
from qyzmet.cases.telling_facts import FactsInWords, sentence
from qyzmet.cases.telling_words import SENTENCES, say
from qyzmet.cases.worklists import Listed, Outline
from qyzmet.law.calendar import WorkingCalendar
from qyzmet.runtime.errors import QyzmetError
from qyzmet.web.desks import Desk
from qyzmet.web.users import User
from qyzmet.web.work import Worker, light


class OutcomeView(msgspec.Struct, frozen=True):
    """What an official may choose; `takes` names the facts that are then entered, with their kind."""

    name: str
    title: str
    takes: dict[str, str] = {}
    asks: dict[str, str] = {}  #: what each fact is called


class ProposalView(msgspec.Struct, frozen=True):
    """What a first official proposed, for a head to sign."""

    outcome: str
    title: str
    official: str
    at: datetime
    facts: dict[str, str]


class TaskView(msgspec.Struct, frozen=True, kw_only=True):
    """An open task. `version` goes back with every change; `light` is red, amber, green or none."""

    id: int
    case: int
    benefit: str
    step: str
    title: str
    clause: str
    role: str
    office: str
    region: str
    opened_at: datetime
    deadline_at: datetime | None
    light: str
    version: int
    claimed_by: str | None
    mine: bool
    eyes: int
    outcomes: list[OutcomeView]
    together: list[str]
    proposal: ProposalView | None


class FactView(msgspec.Struct, frozen=True):
    name: str
    title: str
    value: str
    source: str
    learnt_at: datetime
    on: date | None


class FindingView(msgspec.Struct, frozen=True):
    """A clause applied: `rests_on` names facts."""

    clause: str
    title: str
    outcome: str
    rests_on: list[str]
    law_on: date
    note: str


class ToldView(msgspec.Struct, frozen=True):
    at: datetime
    kind: str
    said: str
    clause: str
    actor: str
    details: list[str]


class DecisionView(msgspec.Struct, frozen=True):
    """A decision; the document is canonical JSON, its signature a detached CMS."""

    outcome: str
    amount_tiyn: int
    sha256: str
    signer: str
    at: datetime


class StepView(msgspec.Struct, frozen=True):
    name: str
    title: str
    clause: str
    actor: str
    passed: bool
    here: bool


class OutlineView(msgspec.Struct, frozen=True, kw_only=True):
    """A case without anything that was learnt of a person. `pseudonym` is whose case it is."""

    case: int
    act: str
    benefit: str
    title: str
    status: str
    step: str
    step_title: str
    clause: str
    region: str
    opened_at: datetime
    entered_at: datetime
    deadline_at: datetime | None
    light: str
    pseudonym: str
    trouble: str


class CaseView(msgspec.Struct, frozen=True, kw_only=True):
    """A case whole; what is personal is there only for who may see it."""

    outline: OutlineView
    tasks: list[TaskView]
    steps: list[StepView]
    personal: bool
    name: str = ""
    facts: list[FactView] = []
    findings: list[FindingView] = []
    timeline: list[ToldView] = []
    decision: DecisionView | None = None


class Viewer:
    """Makes views in one language at one moment."""

    def __init__(self, desk: Desk, user: User, language: str, now: datetime, calendar: WorkingCalendar):
        self._desk, self._user, self._language, self._now = desk, user, language, now
        self._calendar = calendar

    def task(self, task: Task, procedure: int) -> TaskView:
        table, package = self._table(procedure), self._package(procedure)
        step = table.steps.get(task.step)
        return TaskView(
            id=task.id, case=task.case, benefit=table.code, step=task.step,
            title=title_of(step, self._language) if step else task.step, clause=task.clause, role=task.role,
            office=task.office, region=task.region, opened_at=task.opened_at, deadline_at=task.deadline_at,
            light=light(task.deadline_at, self._now), version=task.version, claimed_by=task.claimed_by,
            mine=task.claimed_by == self._user.id, eyes=task.eyes,
            outcomes=[self._outcome(package, task, name) for name in task.outcomes],
            together=sorted(package.together.get(task.step, ())) if package else [],
            proposal=self._proposal(package, task.proposal) if task.proposal else None,
        )  # fmt: skip

    def _proposal(self, package: ActPackage | None, found: Proposal) -> ProposalView:
        facts = {self._fact_title(package, name): str(value) for name, value in found.facts.items()}
        return ProposalView(found.outcome, self.deed(package, found.outcome), found.official, found.at, facts)

    def tasks(self, rows: Iterable[Listed]) -> list[TaskView]:
        return [self.task(row.task, row.procedure) for row in rows]

    def outline(self, found: Outline) -> OutlineView:
        table, package = self._table(found.procedure), self._package(found.procedure)
        step = table.steps.get(found.step)
        return OutlineView(
            case=found.id, act=package.act.code if package else "", benefit=table.code,
            title=in_language(table.title, self._language, table.code), status=found.status, step=found.step,
            step_title=title_of(step, self._language) if step else found.step,
            clause=step.clause.id if step else "", region=found.region, opened_at=found.opened_at,
            entered_at=found.entered_at, deadline_at=found.deadline_at,
            light="none" if found.status == "e" else light(found.deadline_at, self._now),
            pseudonym=str(found.recipient or found.subject),
            trouble=sentence(found.trouble, self._language, SENTENCES),
        )  # fmt: skip

    def read(self, found: Outline, *, purpose: str) -> CaseFile:
        """The case with what is personal; the look is logged."""
        desk = self._desk
        return read_file(
            desk.connection, desk.vault, desk.catalogue, found.id, who=self._user.id, purpose=purpose
        )

    def case(self, found: Outline, file: CaseFile | None) -> CaseView:
        """The whole case; without its `file` nothing personal."""
        desk = self._desk
        tasks = [self.task(task, found.procedure) for task in worklists.of_case(desk.connection, found.id)]
        if file is None:
            steps = self._steps(found.procedure, found.step, ())
            return CaseView(outline=self.outline(found), tasks=tasks, steps=steps, personal=False)
        words = FactsInWords(file, self._language, self._calendar)
        passed = [row[0] for entry in file.entries for row in entry.header["steps"]]
        return CaseView(
            outline=self.outline(found), tasks=tasks, steps=self._steps(found.procedure, found.step, passed),
            personal=True, name=file.name, facts=_facts(file, words),
            findings=_findings(file, words, self._package(found.procedure)),
            timeline=[
                ToldView(each.at, each.kind, each.said, each.place, each.actor, list(each.details))
                for each in tell(file, self._language, self._calendar)
            ],
            decision=_decision(file, self._language),
        )  # fmt: skip

    def deed(self, package: ActPackage | None, outcome: str) -> str:
        """What an outcome is called."""
        titles = package.deeds.get(outcome, {}) if package else {}
        return titles.get(self._language) or say(outcome, self._language).replace("_", " ")

    def _outcome(self, package: ActPackage | None, task: Task, name: str) -> OutcomeView:
        takes = (task.takes or {}).get(name, {})
        asks = {fact: self._fact_title(package, fact) for fact in takes}
        return OutcomeView(name, self.deed(package, name), takes, asks)

    def _fact_title(self, package: ActPackage | None, fact: str) -> str:
        titles = package.fact_titles.get(fact, {}) if package else {}
        return titles.get(self._language) or outcome_words(fact)

    def _steps(self, number: int, here: str, passed: Sequence[str]) -> list[StepView]:
        gone, names = frozenset(passed), self.names(number)
        return [
            StepView(
                step.name, title_of(step, self._language), step.clause.id,
                named(step.actor, self._language, names), step.name in gone,
                step.name == here,
            )
            for step in self._table(number).steps.values()
        ]  # fmt: skip

    def names(self, number: int) -> Names:
        """What the act of a procedure calls actors and outcomes."""
        package = self._package(number)
        return package.names if package else {}

    def _table(self, number: int) -> Procedure:
        return table_of(self._desk.catalogue, number)

    def _package(self, number: int) -> ActPackage | None:
        try:
            return self._desk.catalogue.act_of(number)
        except QyzmetError:
            return None


def table_of(catalogue: Catalogue, number: int) -> Procedure:
    """The procedure; one without steps where this program cannot read it."""
    try:
        return catalogue.procedure(number)
    except QyzmetError:
        return catalogue.by_number.get(number) or Procedure.unreadable(str(number), "")


def numbers_of(catalogue: Catalogue, code: str) -> list[int]:
    """The numbers of all versions of a procedure that are known here."""
    return [number for number, each in catalogue.by_number.items() if each.code == code]


def benefits_of(catalogue: Catalogue, language: str) -> Mapping[str, str]:
    """Today's procedures by code, with their titles."""
    return {
        code: in_language(catalogue.by_number[number].title, language, code)
        for code, number in sorted(catalogue.number_of.items())
    }


def steps_of(catalogue: Catalogue, language: str) -> Mapping[str, str]:
    """What the steps of today's procedures are called; of two of one name the first."""
    found: dict[str, str] = {}
    for number in catalogue.number_of.values():
        for step in catalogue.by_number[number].steps.values():
            found.setdefault(step.name, title_of(step, language))
    return found


def see(worker: Worker, viewer: Viewer, number: int, *, personal: bool) -> CaseView:
    """A case for an official. Raises UnknownName."""
    found = worker.case(number)
    return viewer.case(found, viewer.read(found, purpose="work on the case") if personal else None)


def _facts(file: CaseFile, words: FactsInWords) -> list[FactView]:
    return [
        FactView(
            name, words.name(name), words.value(fact.value), words.word(fact.source), fact.learnt, fact.on
        )
        for name, fact in file.case.facts.items()
        if words.is_told(name, fact)
    ]


def _findings(file: CaseFile, words: FactsInWords, package: ActPackage | None) -> list[FindingView]:
    clauses = {clause.id: clause for clause in package.act.clauses.values()} if package else {}
    return [
        FindingView(
            each.clause, clauses[each.clause].title if each.clause in clauses else "",
            words.outcome(each.outcome), [words.name(name) for name in each.rests_on],
            each.law_on, words.said(each.note),
        )
        for entry in file.entries if entry.payload
        for each in entry.payload.findings
    ]  # fmt: skip


def _decision(file: CaseFile, language: str) -> DecisionView | None:
    found = file.decision
    if found is None:
        return None
    signer = sentence(found.signer, language, SENTENCES)
    return DecisionView(found.outcome, found.amount_tiyn, found.digest, signer, found.at)
