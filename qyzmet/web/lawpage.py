"""The acts to read: every paragraph with what carries it out, every procedure as table and picture, policies.

What would happen if a policy were another: the cases that are open now and whose clauses it touches.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from qyzmet.cases.drawing.svg import to_svg
from qyzmet.cases.drawing.words import in_language, outcome_words, title_of
from qyzmet.cases.package import ActPackage
from qyzmet.cases.procedure import Procedure
from qyzmet.cases.readings import changes
from qyzmet.law import trace
from qyzmet.law.act import CARRIED_OUT
from qyzmet.runtime.errors import UnknownName
from qyzmet.web.casepage import PICTURE_POLICY
from qyzmet.web.permissions import PUBLIC, needs
from qyzmet.web.rendering import language_of
from qyzmet.web.site import Context, Entry
from qyzmet.web.translations import _

NAVIGATION = (Entry("/law", _("The law"), PUBLIC),)


def law_handlers(context: Context) -> Sequence[HTTPRouteHandler]:
    def package(code: str) -> ActPackage:
        if code not in context.packages:
            raise UnknownName("act", code, ", ".join(sorted(context.packages)))
        return context.packages[code]

    @get("/law", opt=needs(PUBLIC), sync_to_thread=False)
    def acts(request: Request[Any, Any, Any]) -> Response[bytes]:
        return context.page(request, "law.html", packages=list(context.packages.values()))

    @get("/law/{code:str}", opt=needs(PUBLIC), sync_to_thread=True)
    def act(request: Request[Any, Any, Any], code: FromPath[str]) -> Response[bytes]:
        found, language = package(code), language_of(request)
        carried, tests = carried_out(f"qyzmet.acts.{code}")
        steps = _steps(found)
        return context.page(
            request, "act.html", act=found.act, clauses=[
                {"clause": clause, "code": carried.get(clause.id, ()), "steps": steps.get(clause.id, ()),
                 "tests": len(tests.get(clause.id, ()))}
                for clause in found.act.clauses.values()
            ],
            procedures=_titles(found, language),
            policies=_policies(context, found),
        )  # fmt: skip

    @get("/law/{code:str}/procedures/{name:str}", opt=needs(PUBLIC), sync_to_thread=True)
    def procedure(
        request: Request[Any, Any, Any], code: FromPath[str], name: FromPath[str]
    ) -> Response[bytes]:
        table, language = _table(package(code), name), language_of(request)
        return context.page(
            request, "procedure.html", act=package(code).act, name=name,
            title=in_language(table.title, language, name),
            steps=[
                {
                    "name": step.name, "title": title_of(step, language), "clause": step.clause.place,
                    "actor": step.actor,
                    "outcomes": [
                        (outcome_words(outcome), title_of(table.steps[to], language))
                        for outcome, to in step.outcomes.items()
                    ],
                }
                for step in table.steps.values()
            ],
        )  # fmt: skip

    @get("/law/{code:str}/procedures/{name:str}/picture.svg", opt=needs(PUBLIC), sync_to_thread=True)
    def picture(request: Request[Any, Any, Any], code: FromPath[str], name: FromPath[str]) -> Response[bytes]:
        drawn = to_svg(_table(package(code), name), language_of(request))
        return Response(
            drawn.encode(), media_type="image/svg+xml", headers={"Content-Security-Policy": PICTURE_POLICY}
        )

    @get("/law/{code:str}/policies/{mark:str}", opt=needs(PUBLIC), sync_to_thread=True)
    def policy(request: Request[Any, Any, Any], code: FromPath[str], mark: FromPath[str]) -> Response[bytes]:
        found = next((each for each in package(code).policies if each.mark == mark), None)
        if found is None:
            raise UnknownName("policy", mark, f"see /law/{code}")
        with context.desks.desk() as desk:
            policies = desk.catalogue.law_of_act(code, context.clock.now()).policies
            history = [each for each in changes(desk.connection, code) if each.mark == mark]
            touched = _touched(desk.connection, package(code), {clause.id for clause in found.clauses})
        return context.page(
            request, "policy.html", act=package(code).act, policy=found, value=policies[mark],
            history=history, touched=touched,
        )  # fmt: skip

    return [acts, act, procedure, picture, policy]


@lru_cache(maxsize=16)
def carried_out(module: str) -> tuple[Mapping[str, Sequence[str]], Mapping[str, Sequence[str]]]:
    """By clause what carries it out and, where the tests are installed, what tests it (`qyzmet trace`)."""
    trace.import_all(module)
    folder = trace.tests_folder(module)
    return dict(CARRIED_OUT), trace.read_tests(folder).by_clause if folder else {}


def _titles(package: ActPackage, language: str) -> dict[str, str]:
    return {name: in_language(table.title, language, name) for name, table in package.procedures.items()}


def _steps(package: ActPackage) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for name, table in package.procedures.items():
        for step in table.steps.values():
            found.setdefault(step.clause.id, []).append((name, step.name))
    return found


def _table(package: ActPackage, name: str) -> Procedure:
    if name not in package.procedures:
        raise UnknownName("procedure", name, ", ".join(sorted(package.procedures)) or "the act has none")
    return package.procedures[name]


def _policies(context: Context, package: ActPackage) -> list[dict[str, Any]]:
    with context.desks.desk() as desk:
        now = desk.catalogue.law_of_act(package.act.code, context.clock.now()).policies
    return [
        {"policy": each, "value": now[each.mark], "changed": now[each.mark] != each.default}
        for each in package.policies
    ]


def _touched(connection: Any, package: ActPackage, clauses: set[str]) -> list[tuple[str, int]]:
    """Open cases that have yet to come to a step under one of the clauses, by procedure."""
    found = []
    for name, table in package.procedures.items():
        ahead = [step.name for step in table.steps.values() if _reaches(table, step.name, clauses)]
        with connection.transaction():
            (count,) = connection.execute(
                "SELECT count(*) FROM cases c JOIN procedures p ON p.id = c.procedure "
                "WHERE p.code = %s AND c.status <> 'e' AND c.step = ANY(%s)",
                (name, ahead),
            ).fetchone()
        if count:
            found.append((name, int(count)))
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
