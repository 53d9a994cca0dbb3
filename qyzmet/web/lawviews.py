"""Acts as pages and the API show them: paragraphs with what carries them out, procedures, policies.

What would happen if a policy were another: the cases that are open now and whose clauses it touches.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import msgspec

from qyzmet.cases.drawing.svg import to_svg
from qyzmet.cases.drawing.words import in_language, named, title_of
from qyzmet.cases.package import ActPackage
from qyzmet.cases.procedure import Procedure
from qyzmet.cases.readings import Change, changes
from qyzmet.cases.rows import Connection
from qyzmet.law import trace
from qyzmet.law.act import CARRIED_OUT
from qyzmet.law.policies import Policies, Policy
from qyzmet.runtime.errors import UnknownName
from qyzmet.web.desks import Desk


class LawProcedure(msgspec.Struct, frozen=True):
    code: str
    title: str


class LawAct(msgspec.Struct, frozen=True):
    """An act that is carried out here; `last` is null where it is in force without an end."""

    code: str
    title: str
    source: str
    first: date
    last: date | None
    paragraphs: int
    procedures: list[LawProcedure]


class LawStep(msgspec.Struct, frozen=True):
    """A step of a procedure; `outcomes` says by outcome which step comes next."""

    name: str
    title: str
    clause: str
    actor: str
    outcomes: dict[str, str]


class LawParagraph(msgspec.Struct, frozen=True):
    """Carried out by `code` (`module:function`) and `steps` (`procedure.step`); or why there is no code."""

    place: str
    title: str
    code: list[str]
    steps: list[str]
    tests: int
    no_code_because: str


class LawPolicy(msgspec.Struct, frozen=True):
    """What the act leaves open: `value` is how it is read here, `default` how without a choice."""

    mark: str
    title: str
    rule: str
    clauses: list[str]
    value: Any
    default: Any
    changed: bool


class WholeAct(msgspec.Struct, frozen=True):
    act: LawAct
    paragraphs: list[LawParagraph]
    policies: list[LawPolicy]


class WholeProcedure(msgspec.Struct, frozen=True):
    act: str
    code: str
    title: str
    steps: list[LawStep]


class OpenCases(msgspec.Struct, frozen=True):
    procedure: str
    cases: int


class PolicyChange(msgspec.Struct, frozen=True):
    at: datetime
    by: str
    before: Any
    after: Any
    reason: str


class WholePolicy(msgspec.Struct, frozen=True):
    """`touched` are the open cases that have yet to come to a step under one of the policy's clauses."""

    act: str
    policy: LawPolicy
    history: list[PolicyChange]
    touched: list[OpenCases]


class LawReader:
    """The installed acts, in one language; `text` translates what acts say in English."""

    def __init__(
        self, packages: Mapping[str, ActPackage], language: str, text: Callable[[str], str] = str
    ) -> None:
        self._packages, self._language, self._text = packages, language, text

    def acts(self) -> list[LawAct]:
        return [self._act(each) for each in self._packages.values()]

    def act(self, code: str, desk: Desk, now: datetime) -> WholeAct:
        """Raises UnknownName, as the others do."""
        package = self._package(code)
        read = desk.catalogue.law_of_act(code, now).policies
        policies = [self._policy(each, read) for each in package.policies]
        return WholeAct(self._act(package), self._paragraphs(package), policies)

    def procedure(self, code: str, name: str) -> WholeProcedure:
        table, names = self._table(code, name), self._package(code).names
        steps = [
            LawStep(
                step.name,
                title_of(step, self._language),
                step.clause.place,
                named(step.actor, self._language, names),
                dict(step.outcomes),
            )
            for step in table.steps.values()
        ]
        return WholeProcedure(code, name, in_language(table.title, self._language, name), steps)

    def outcomes(self, shown: WholeProcedure) -> dict[str, str]:
        """What the outcomes of a procedure are called."""
        names = self._package(shown.act).names
        found = {outcome for step in shown.steps for outcome in step.outcomes}
        return {outcome: named(outcome, self._language, names) for outcome in found}

    def picture(self, code: str, name: str) -> bytes:
        """The procedure drawn, as SVG."""
        return to_svg(self._table(code, name), self._language, names=self._package(code).names).encode()

    def policy(self, code: str, mark: str, desk: Desk, now: datetime) -> WholePolicy:
        package = self._package(code)
        found = next((each for each in package.policies if each.mark == mark), None)
        if found is None:
            raise UnknownName("policy", mark, f"see /law/{code}")
        read = desk.catalogue.law_of_act(code, now).policies
        history = [_change(each) for each in changes(desk.connection, code) if each.mark == mark]
        touched = _touched(desk.connection, package, {clause.id for clause in found.clauses})
        return WholePolicy(code, self._policy(found, read), history, touched)

    def _table(self, code: str, name: str) -> Procedure:
        package = self._package(code)
        if name not in package.procedures:
            raise UnknownName("procedure", name, ", ".join(sorted(package.procedures)) or "the act has none")
        return package.procedures[name]

    def _package(self, code: str) -> ActPackage:
        if code not in self._packages:
            raise UnknownName("act", code, ", ".join(sorted(self._packages)))
        return self._packages[code]

    def _act(self, package: ActPackage) -> LawAct:
        act = package.act
        return LawAct(
            act.code, in_language(act.titles, self._language, act.code), self._text(act.source),
            act.in_force.first, act.in_force.last, len(act.clauses),
            [
                LawProcedure(name, in_language(table.title, self._language, name))
                for name, table in package.procedures.items()
            ],
        )  # fmt: skip

    def _paragraphs(self, package: ActPackage) -> list[LawParagraph]:
        carried, tests = carried_out(f"qyzmet.acts.{package.act.code}")
        steps: dict[str, list[str]] = {}
        for name, table in package.procedures.items():
            for step in table.steps.values():
                steps.setdefault(step.clause.id, []).append(f"{name}.{step.name}")
        return [
            LawParagraph(
                each.place, self._text(each.title), list(carried.get(each.id, ())), steps.get(each.id, []),
                len(tests.get(each.id, ())), self._text(each.no_code_because) if each.no_code_because else "",
            )
            for each in package.act.clauses.values()
        ]  # fmt: skip

    def _policy(self, policy: Policy, read: Policies) -> LawPolicy:
        value = read[policy.mark]
        clauses = [clause.place for clause in policy.clauses]
        return LawPolicy(
            policy.mark,
            self._text(policy.title),
            self._text(policy.rule),
            clauses,
            value,
            policy.default,
            value != policy.default,
        )


@lru_cache(maxsize=16)
def carried_out(module: str) -> tuple[Mapping[str, Sequence[str]], Mapping[str, Sequence[str]]]:
    """By clause what carries it out and, where the tests are installed, what tests it (`qyzmet trace`)."""
    trace.import_all(module)
    folder = trace.tests_folder(module)
    return dict(CARRIED_OUT), trace.read_tests(folder).by_clause if folder else {}


def _change(change: Change) -> PolicyChange:
    return PolicyChange(change.at, change.by, change.before, change.after, change.reason)


def _touched(connection: Connection, package: ActPackage, clauses: set[str]) -> list[OpenCases]:
    found = []
    for name, table in package.procedures.items():
        ahead = [step.name for step in table.steps.values() if _reaches(table, step.name, clauses)]
        with connection.transaction():
            row = connection.execute(
                "SELECT count(*) FROM cases c JOIN procedures p ON p.id = c.procedure "
                "WHERE p.code = %s AND c.status <> 'e' AND c.step = ANY(%s)",
                (name, ahead),
            ).fetchone()
        if row and row[0]:
            found.append(OpenCases(name, int(row[0])))
    return found


def _reaches(table: Procedure, start: str, clauses: set[str]) -> bool:
    """Whether a case that stands at this step may still come to one of the clauses."""
    seen, ahead = set[str](), [start]
    while ahead:
        step = table.steps[ahead.pop()]
        if step.clause.id in clauses:
            return True
        if step.name not in seen:
            seen.add(step.name)
            ahead.extend(step.outcomes.values())
    return False
