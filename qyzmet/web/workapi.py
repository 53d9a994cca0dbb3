"""The API of officials' work: tasks, cases and documents, as the pages have them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal

import msgspec

from qyzmet.cases.drawing.svg import to_svg
from qyzmet.runtime.errors import UnknownName
from qyzmet.web import documents, papersapi
from qyzmet.web.operations import Asked, Call, File, Line, Number, Operation
from qyzmet.web.permissions import SIGNED_IN
from qyzmet.web.views import CaseView, OutlineView, TaskView, benefits_of, numbers_of, see, table_of
from qyzmet.web.work import Deed, Filters
from qyzmet.web.worklist import MOST_TOGETHER, together_of

#: What has no effect where it is left out is the empty text, as in the addresses of pages.
State = Literal["", "late", "today", "later", "undated"]
Whose = Literal["", "mine", "free", "proposed"]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class TasksAsked(Asked, frozen=True, forbid_unknown_fields=True):
    """Which tasks; `after` is the cursor of the page before."""

    state: State = ""
    whose: Whose = ""
    benefit: Line = ""
    step: Line = ""
    after: Line = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=200)] = 50


class CasesAsked(Asked, frozen=True, forbid_unknown_fields=True):
    """The number of a case, or the pseudonym of a person."""

    number: Number = 0


class TaskPage(msgspec.Struct, frozen=True):
    """`after` is the cursor of the next page, empty on the last one."""

    tasks: list[TaskView]
    after: str


class CasePage(msgspec.Struct, frozen=True):
    cases: list[OutlineView]


class Version(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The task's version as it was read; an older one is refused."""

    version: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]


class End(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the official decides, with the facts that the outcome asks for: sums in tiyn, texts."""

    version: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]
    outcome: Line
    facts: dict[str, int | Text] = {}


class Chosen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    task: Number
    version: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]


class DoneTogether(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The same for several tasks: all of them or none. `outcome` goes with the deed `end`."""

    deed: Literal["claim", "give-back", "end"]
    tasks: Annotated[list[Chosen], msgspec.Meta(min_length=1, max_length=MOST_TOGETHER)]
    outcome: Line = ""


class TaskDone(msgspec.Struct, frozen=True):
    """`state` is open, proposed (a head signs) or ended."""

    task: int
    state: str


class ManyDone(msgspec.Struct, frozen=True):
    count: int


class Me(msgspec.Struct, frozen=True):
    """Who calls; `regions` is null where all are seen."""

    id: str
    roles: list[str]
    regions: list[str] | None
    permissions: list[str]


class Benefit(msgspec.Struct, frozen=True):
    code: str
    title: str


class Benefits(msgspec.Struct, frozen=True):
    benefits: list[Benefit]


def _me(call: Call) -> Me:
    permissions = call.context.renderer.permissions
    regions = None if call.user.regions is None else sorted(call.user.regions)
    mine = sorted(name for name in permissions.table if permissions.may(call.user, name))
    return Me(call.user.id, sorted(call.user.roles), regions, mine)


def _benefits(call: Call) -> Benefits:
    found = benefits_of(call.desk.catalogue, call.query.language)
    return Benefits([Benefit(code, title) for code, title in found.items()])


def _tasks(call: Call) -> TaskPage:
    asked: TasksAsked = call.query
    filters = Filters(asked.state, asked.whose, asked.benefit, asked.step, asked.after, asked.limit)
    procedures = numbers_of(call.desk.catalogue, asked.benefit) if asked.benefit else None
    shown = call.worker.tasks(filters, procedures)
    return TaskPage(call.viewer.tasks(shown.rows), shown.after)


def _deed(deed: Deed) -> Callable[[Call], TaskDone]:
    def work(call: Call) -> TaskDone:
        task, body = call.number("task"), call.body
        if isinstance(body, End):
            state = call.worker.do(deed, task, body.version, body.outcome, body.facts)
        else:
            state = call.worker.do(deed, task, body.version)
        return TaskDone(task, state)

    return work


def _together(call: Call) -> ManyDone:
    body: DoneTogether = call.body
    chosen = [(each.task, each.version) for each in body.tasks]
    return ManyDone(call.worker.do_together(body.deed, chosen, body.outcome, together_of(call.context)))


def _cases(call: Call) -> CasePage:
    viewer = call.viewer
    return CasePage([viewer.outline(each) for each in call.worker.search(call.query.number)])


def _case(call: Call) -> CaseView:
    return see(call.worker, call.viewer, call.number("case"), personal=call.may("cases.personal"))


def _document(name: str) -> Callable[[Call], File]:
    def work(call: Call) -> File:
        case = call.worker.case(call.number("case"))
        content, kind = documents.content_of(call.desk, call.context.papers, case, name, who=call.user.id)
        return File(content, kind, f"case-{case.id}-{name}")

    return work


def _picture(call: Call) -> File:
    case = call.worker.case(call.number("case"))
    table = table_of(call.desk.catalogue, case.procedure)
    if not table.steps:
        raise UnknownName("picture", str(case.id), "this program cannot read the procedure of the case")
    here = case.step if case.step in table.steps else None
    picture = to_svg(table, call.query.language, at=here, names=call.viewer.names(case.procedure))
    return File(picture.encode(), "image/svg+xml", f"case-{case.id}.svg")


def operations() -> Sequence[Operation]:
    task = "/work/tasks/{task:int}"
    deeds: Sequence[tuple[Deed, str, str, Any, str]] = (
        ("claim", "claim_own_task", "Takes a task on", Version, "tasks.work"),
        ("give-back", "give_back_own_task", "Puts a task back for others", Version, "tasks.work"),
        ("end", "end_own_task", "Ends a task, or proposes its end where a head signs", End, "tasks.work"),
        ("sign", "sign_task", "A head signs what was proposed", Version, "tasks.sign"),
        ("take-back", "take_task_back", "A head takes a task back for others", Version, "tasks.sign"),
        ("reject", "reject_own_task", "A head does not sign; the task is open again", Version, "tasks.sign"),
    )
    return (
        Operation("GET", "/me", "me", "Who calls, and what they may do", SIGNED_IN, _me, Me),
        Operation("GET", "/benefits", "list_benefits", "Procedures by code", SIGNED_IN, _benefits, Benefits),
        Operation("GET", "/work/tasks", "list_own_tasks", "Open tasks, nearest deadline first", "tasks.see",
                  _tasks, TaskPage, TasksAsked),
        *(
            Operation("POST", f"{task}/{deed}", name, summary, permission, _deed(deed), TaskDone, body=body)
            for deed, name, summary, body, permission in deeds
        ),
        Operation("POST", "/work/together", "do_together", "The same with several tasks, where the act lets",
                  "tasks.work", _together, ManyDone, body=DoneTogether),
        Operation("GET", "/cases", "find_cases", "Cases by number or pseudonym, newest first", "cases.see",
                  _cases, CasePage, CasesAsked),
        Operation("GET", "/cases/{case:int}", "read_case", "A case whole", "cases.see", _case, CaseView),
        Operation("GET", "/cases/{case:int}/decision.json", "read_decision", "The decision as it was signed",
                  "cases.documents", _document("decision.json"), "application/json"),
        Operation("GET", "/cases/{case:int}/decision.p7s", "read_signature", "The decision's signature",
                  "cases.documents", _document("decision.p7s"), "application/pkcs7-signature"),
        *papersapi.operations("/cases/{case:int}", "", "cases.documents", _document),
        Operation("GET", "/cases/{case:int}/procedure.svg", "draw_case", "The procedure, the place marked",
                  "cases.see", _picture, "image/svg+xml"),
    )  # fmt: skip
