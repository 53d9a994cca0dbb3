"""The work of officials over the API: their tasks, and the desk for cases set aside.

A workplace is a system that officials have signed in to, such as E-Maket's. It signs its requests with
its own key and names the official in the header `X-Official`, which the signature covers; what the official
may do follows from their posts.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import msgspec
from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from qyzmet.cases import aside, tasks
from qyzmet.cases.handover import hand_over
from qyzmet.cases.officials import Officials
from qyzmet.runtime.clock import Clock, legal_date
from qyzmet.runtime.errors import Refused
from qyzmet.web.desks import Desk, Desks
from qyzmet.web.events import JSON, must_be_json
from qyzmet.web.idempotency import Answer, Key, Once, key_of
from qyzmet.web.permissions import PUBLIC, needs
from qyzmet.web.problem import Failed
from qyzmet.web.signatures import Checker

OFFICIAL = "X-Official"
#: The role whose post lets an official put back cases that were set aside.
DESK = "desk"
_T = TypeVar("_T")


class Work(msgspec.Struct, frozen=True):
    """What is done with a task: `version` as it was read; an outcome with the facts it asks for."""

    version: int
    outcome: str = ""
    facts: dict[str, Any] = {}
    to: str = ""  #: hand-over: the official who gets it; empty is all of the office


class TaskState(msgspec.Struct, frozen=True):
    """What became of the task: `open`, `proposed` (a second official confirms) or `ended`."""

    task: int
    state: str


class TaskList(msgspec.Struct, frozen=True):
    tasks: list[tasks.Task]


class AsideList(msgspec.Struct, frozen=True):
    cases: list[aside.Aside]


class Released(msgspec.Struct, frozen=True):
    case: int


def workplace_handlers(desks: Desks, once: Once, checker: Checker, clock: Clock) -> list[HTTPRouteHandler]:
    """The addresses of officials' work."""

    @get("/tasks", opt=needs(PUBLIC))  # the signature says which system sends
    async def listed(request: Request[Any, Any, Any]) -> Response[bytes]:
        official = _official(request, checker, b"")
        overdue = request.query_params.get("overdue") in ("1", "true")

        def work() -> TaskList:
            with desks.desk() as desk:
                return TaskList(Officials(desk.connection, clock).tasks_of(official, overdue=overdue))

        return _json(await asyncio.to_thread(work))

    @get("/aside", opt=needs(PUBLIC))
    async def set_aside(request: Request[Any, Any, Any]) -> Response[bytes]:
        official = _official(request, checker, b"")

        def work() -> AsideList:
            with desks.desk() as desk:
                regions = _regions_at_the_desk(desk, official, clock)
                return AsideList(aside.cases_aside(desk.connection, regions=regions))

        return _json(await asyncio.to_thread(work))

    @post("/aside/{case:int}/release", status_code=200, opt=needs(PUBLIC))
    async def release(request: Request[Any, Any, Any], case: FromPath[int]) -> Response[bytes]:
        def work(desk: Desk, official: str, _: Work) -> Released:
            regions = _regions_at_the_desk(desk, official, clock)
            aside.release(desk.connection, case, official, clock, regions)
            return Released(case)

        return await _do(request, desks, once, checker, clock, work)

    def on_task(name: str, act: Callable[[Desk, int, str, Work], str]) -> HTTPRouteHandler:
        @post(f"/tasks/{{task:int}}/{name}", status_code=200, name=f"task_{name}", opt=needs(PUBLIC))
        async def handler(request: Request[Any, Any, Any], task: FromPath[int]) -> Response[bytes]:
            def work(desk: Desk, official: str, given: Work) -> TaskState:
                if name != "hand-over":  # a head's, who need not have the post of those who do it
                    Officials(desk.connection, clock).must_be_allowed(official, task)
                return TaskState(task, act(desk, task, official, given))

            return await _do(request, desks, once, checker, clock, work)

        return handler

    def claim(desk: Desk, task: int, official: str, given: Work) -> str:
        tasks.claim(desk.connection, task, given.version, official)
        return "open"

    def give_back(desk: Desk, task: int, _: str, given: Work) -> str:
        tasks.give_back(desk.connection, task, given.version)
        return "open"

    def end(desk: Desk, task: int, official: str, given: Work) -> str:
        done = tasks.complete(
            desk.connection, task, given.version, official, given.outcome, clock, given.facts
        )
        return "ended" if done else "proposed"

    def reject(desk: Desk, task: int, official: str, given: Work) -> str:
        tasks.reject(desk.connection, task, given.version, official)
        return "open"

    def given_on(desk: Desk, task: int, head: str, given: Work) -> str:
        hand_over(desk.connection, task, given.version, head, given.to.strip() or None, clock)
        return "open"

    acts: Sequence[tuple[str, Callable[[Desk, int, str, Work], str]]] = (
        ("claim", claim), ("give-back", give_back), ("end", end), ("reject", reject), ("hand-over", given_on),
    )  # fmt: skip
    return [listed, set_aside, release, *(on_task(name, act) for name, act in acts)]


async def _do(
    request: Request[Any, Any, Any],
    desks: Desks,
    once: Once,
    checker: Checker,
    clock: Clock,
    work: Callable[[Desk, str, Work], msgspec.Struct],
) -> Response[bytes]:
    """A change, under its idempotency key, in one transaction with it."""
    must_be_json(request)
    body = await request.body()
    official = _official(request, checker, body)
    given = _work(body)
    key = Key(f"official {official}", key_of(request), request.url.path, body)

    def answer() -> Answer:
        with desks.desk() as desk:
            return once.answer(
                desk.connection, key, clock.now(),
                lambda: Answer(200, JSON, msgspec.json.encode(work(desk, official, given))),
            )  # fmt: skip

    found = await asyncio.to_thread(answer)
    headers = {"Idempotency-Replayed": "true"} if found.repeated else {}
    return Response(found.content, status_code=found.status, media_type=found.media_type, headers=headers)


def _official(request: Request[Any, Any, Any], checker: Checker, body: bytes) -> str:
    """The official for whom a known workplace asks. Raises Failed."""
    request.scope["state"]["sender"] = checker.sender(request, body, also=(OFFICIAL.lower(),))
    names = request.headers.getall(OFFICIAL.lower(), [])
    if len(names) == 1 and names[0].strip() and len(names[0]) <= 200:
        return names[0].strip()
    raise Failed(
        400, "official", "It is not said which official acts", f"{OFFICIAL} stands once",
        "Name the official who is signed in", field=OFFICIAL,
    )  # fmt: skip


def _work(body: bytes) -> Work:
    try:
        return msgspec.json.decode(body, type=Work)
    except msgspec.MsgspecError as error:
        raise Failed(
            422, "body", "The body cannot be read", str(error), "See docs/api.md", field="body"
        ) from None


def _regions_at_the_desk(desk: Desk, official: str, clock: Clock) -> set[str] | None:
    """The regions whose cases set aside are the official's to see; None: all of them. Raises Refused.

    The office of such a post is `*`, a region's code, or anything that ends with `/` and the code.
    """
    today = legal_date(clock.now())
    posts = [
        post
        for post in Officials(desk.connection, clock).posts(official)
        if post.role == DESK and post.first_day <= today and (post.last_day is None or today <= post.last_day)
    ]
    if not posts:
        raise Refused(f"{official} has no post at the desk for cases set aside. Give one: role {DESK}.")
    regions = {post.office.rpartition("/")[2] for post in posts}
    return None if "*" in regions else regions


def _json(value: msgspec.Struct) -> Response[bytes]:
    return Response(msgspec.json.encode(value), media_type=JSON)
