"""The API for channels under /api/v1/driving: banks, driving-school associations, the portal, EgovMobile.

A channel signs its requests as a workplace does (docs/api.md). It sees the applications it brought and no
others, and of an ending only the act's notice (R-5): what was found stands on the applicant's own page. Steps 4 to 10
look alike to it, so that it cannot see by asking often at which of them the service ended.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from qyzmet.acts.driving import applications, booking, notices, progress
from qyzmet.people.identifiers import parse_iin
from qyzmet.runtime.errors import BadValue, UnknownName
from qyzmet.web.desks import Desk
from qyzmet.web.driving import common
from qyzmet.web.events import JSON, must_be_json
from qyzmet.web.idempotency import Answer, Key, key_of
from qyzmet.web.permissions import PUBLIC, needs
from qyzmet.web.problem import Failed, Problem
from qyzmet.web.site import Context

GATES = range(4, 11)
CHECKS = {"kk": "Тексеру жүріп жатыр", "ru": "Идут проверки", "en": "Checks are being made"}


class DrivingBring(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An application by a person whom the channel has authorised (step 3) where it says so.

    `service` FIRST or REPLACEMENT. There is no such thing as a branch among the channels.
    """

    iin: str
    service: str = "FIRST"
    authorised: bool = False
    channel: str = ""


class DrivingLines(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    category: str
    exam_language: str
    centre: str


class DrivingWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    slot: int
    waits: bool = False


class DrivingNothing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An empty object."""


class DrivingNotice(msgspec.Struct, frozen=True):
    code: str
    text: str


class DrivingState(msgspec.Struct, frozen=True):
    """What a channel may know. `step` is 4 for all of steps 4 to 10 and null after a notice.

    `link` is where the person goes on, given once (step 2).
    """

    application: int
    service: str
    step: int | None
    title: str
    ended: bool
    number: str | None = None
    notice: DrivingNotice | None = None
    link: str = ""
    ticket: str = ""


class DrivingSlot(msgspec.Struct, frozen=True):
    id: int
    kind: str
    centre: str
    starts_at: datetime
    ends_at: datetime
    seats: int
    free: int
    waiting: int
    commitment: str


class DrivingSlots(msgspec.Struct, frozen=True):
    slots: list[DrivingSlot]


def handlers(context: Context) -> list[HTTPRouteHandler]:
    def channel(request: Request[Any, Any, Any], body: bytes) -> str:
        assert context.workplaces is not None
        sender = context.workplaces.sender(request, body)
        request.scope["state"]["sender"] = sender
        applications.channel_of(sender)
        return sender

    def own(desk: Desk, sender: str, case: int) -> applications.Application:
        found = applications.application(desk.connection, case)
        if found.sender != sender:
            raise UnknownName("application", str(case), "a channel sees those it brought")
        return found

    def state(desk: Desk, case: int, language: str, *, link: str = "", ticket: str = "") -> DrivingState:
        of, found = (
            applications.application(desk.connection, case),
            applications.case_of(desk.connection, case),
        )
        procedure = common.procedure_of(desk, found)
        notice = notices.notice_of(found.step, language)
        number: int | None = progress.number_of(found.step, procedure)
        title = procedure.steps[found.step].title[language]
        if notice is not None:
            number, title = None, notice.text
        elif of.service == "FIRST" and number in GATES:
            number, title = GATES[0], CHECKS[language]
        return DrivingState(
            case, of.service, number, title,
            found.step in procedure.endings, found.value("application.number"),
            DrivingNotice(notice.code, notice.text) if notice else None, link, ticket,
        )  # fmt: skip

    async def do(
        request: Request[Any, Any, Any], kind: Any, work: Callable[[Desk, str, Any, str], Any]
    ) -> Response[bytes]:
        """A change, under its idempotency key, in one transaction with it."""
        must_be_json(request)
        body = await request.body()
        sender, language = channel(request, body), language_of(request)
        given = _decoded(body, kind)
        key = Key(f"channel {sender}", key_of(request), request.url.path, body)

        def answer() -> Answer:
            with context.desks.desk() as desk:
                return context.once.answer(
                    desk.connection, key, context.clock.now(),
                    lambda: Answer(200, JSON, msgspec.json.encode(work(desk, sender, given, language))),
                )  # fmt: skip

        found = await asyncio.to_thread(answer)
        headers = {"Idempotency-Replayed": "true"} if found.repeated else {}
        return Response(found.content, status_code=found.status, media_type=found.media_type, headers=headers)

    @post("/applications", opt=needs(PUBLIC), status_code=200)
    async def bring(request: Request[Any, Any, Any]) -> Response[bytes]:
        def work(desk: Desk, sender: str, given: DrivingBring, language: str) -> DrivingState:
            applications.must_be_taken(given.service, given.channel or applications.channel_of(sender))
            iin = parse_iin(given.iin).text
            (subject,) = desk.vault.subjects_for([iin])
            case, link = applications.bring(
                desk.connection, common.receiver(context, desk), common.policies_of(context, desk),
                service=given.service, channel=applications.channel_of(sender), sender=sender, subject=subject,
                iin=iin, authorised=given.authorised, now=context.clock.now(),
            )  # fmt: skip
            return state(desk, case, language, link=link and f"/{language}/driving/link/{link}")

        return await do(request, DrivingBring, work)

    @get("/applications/{case:int}", opt=needs(PUBLIC))
    async def read(request: Request[Any, Any, Any], case: FromPath[int]) -> Response[bytes]:
        sender, language = channel(request, b""), language_of(request)

        def work() -> DrivingState:
            with context.desks.desk() as desk:
                own(desk, sender, case)
                return state(desk, case, language)

        return _json(await asyncio.to_thread(work))

    @get("/slots", opt=needs(PUBLIC))
    async def slots(request: Request[Any, Any, Any]) -> Response[bytes]:
        channel(request, b"")
        kind, centre = request.query_params.get("kind", ""), request.query_params.get("centre", "")
        if kind not in booking.KINDS:
            raise BadValue("kind", "is theory or practice", "Correct it.")

        def work() -> DrivingSlots:
            with context.desks.desk() as desk:
                found = common.offered(desk.connection, kind, centre, context.clock.now())
            return DrivingSlots(
                [DrivingSlot(s.id, s.kind, s.centre, s.starts_at, s.ends_at, s.seats, s.free, s.waiting, s.commitment)
                 for s in found]
            )  # fmt: skip

        return _json(await asyncio.to_thread(work))

    def on_own(name: str, kind: Any, act: Callable[[Desk, int, Any], str | None]) -> HTTPRouteHandler:
        @post(
            f"/applications/{{case:int}}/{name}",
            opt=needs(PUBLIC),
            status_code=200,
            name=f"driving_api_{name}",
        )
        async def handler(request: Request[Any, Any, Any], case: FromPath[int]) -> Response[bytes]:
            def work(desk: Desk, sender: str, given: Any, language: str) -> DrivingState:
                own(desk, sender, case)
                ticket = act(desk, case, given)
                return state(desk, case, language, ticket=ticket or "")

            return await do(request, kind, work)

        return handler

    def fill_in(desk: Desk, case: int, given: DrivingLines) -> None:
        subject = applications.application(desk.connection, case).subject
        born = parse_iin(common.iin_of(desk, subject, "the age beside the category's least age")).birth_date
        applications.fill_in(desk.connection, case, msgspec.structs.asdict(given), born, context.clock.now())

    def wish(desk: Desk, case: int, given: DrivingWish) -> str:
        policies = common.policies_of(context, desk)
        return booking.wish(
            desk.connection, policies, case, given.slot, context.clock.now(), waits=given.waits
        )

    def confirm(desk: Desk, case: int, _: Any) -> None:
        booking.confirm(desk.connection, case, _kind(desk, case), context.clock.now())

    def cancel(desk: Desk, case: int, _: Any) -> None:
        policies = common.policies_of(context, desk)
        booking.cancel(desk.connection, policies, case, _kind(desk, case), context.clock.now())

    def pay(desk: Desk, case: int, _: Any) -> None:
        applications.pay(desk.connection, case, context.clock.now())

    return [
        bring, read, slots, on_own("form", DrivingLines, fill_in), on_own("wish", DrivingWish, wish),
        on_own("confirm", DrivingNothing, confirm), on_own("cancel", DrivingNothing, cancel),
        on_own("pay", DrivingNothing, pay),
    ]  # fmt: skip


def language_of(request: Request[Any, Any, Any]) -> str:
    """`Accept-Language`: kk, ru or en; Kazakh where it says nothing else."""
    wanted = request.headers.get("accept-language", "kk")[:2]
    return wanted if wanted in ("kk", "ru", "en") else "kk"


def _kind(desk: Desk, case: int) -> str:
    kind = applications.case_of(desk.connection, case).step.partition("_")[0]
    if kind not in booking.KINDS:
        raise UnknownName("examination", "at this step", "read the application's state")
    return kind


def _decoded(body: bytes, kind: Any) -> Any:
    try:
        return msgspec.json.decode(body or b"{}", type=kind)
    except msgspec.MsgspecError as error:
        raise Failed(
            422, "body", "The body cannot be read", str(error), "See docs/driving.md", field="body"
        ) from None


def _json(value: Any) -> Response[bytes]:
    return Response(msgspec.json.encode(value), media_type=JSON)


def described() -> Mapping[str, Any]:
    """The paths for the API's OpenAPI document."""
    types = (DrivingBring, DrivingLines, DrivingWish, DrivingNothing, DrivingState, DrivingSlots, Problem)
    schemas, components = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    bring, lines, wish, nothing, state, slots, problem = schemas
    case = {"name": "case", "in": "path", "required": True, "schema": {"type": "integer"}}

    def path(name: str, summary: str, answer: Any, body: Any = None, parameters: Any = ()) -> dict[str, Any]:
        told: dict[str, Any] = {
            "operationId": f"driving_{name}", "summary": summary, "parameters": list(parameters),
            "responses": {
                "200": {"description": "Done", "content": {"application/json": {"schema": answer}}},
                "4XX": {"description": "Refused", "content": {"application/problem+json": {"schema": problem}}},
            },
        }  # fmt: skip
        if body is None:
            return {"get": told}
        key = {
            "name": "Idempotency-Key",
            "in": "header",
            "required": True,
            "schema": {"type": "string", "minLength": 8},
        }
        told["parameters"].append(key)
        told["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
        return {"post": told}

    text = {"type": "string"}
    asked = [{"name": name, "in": "query", "required": True, "schema": text} for name in ("kind", "centre")]
    one = "/api/v1/driving/applications/{case}"
    return {
        "paths": {
            "/api/v1/driving/applications": path("bring", "Bring an application", state, bring),
            one: path("read", "Its state, as a channel may know it", state, None, [case]),
            f"{one}/form": path("form", "Fill in the lines (step 11)", state, lines, [case]),
            f"{one}/wish": path("wish", "Ask for a place", state, wish, [case]),
            f"{one}/confirm": path("confirm", "Confirm the held place", state, nothing, [case]),
            f"{one}/cancel": path("cancel", "Give the place back", state, nothing, [case]),
            f"{one}/pay": path("pay", "Pay the duty (step 15)", state, nothing, [case]),
            "/api/v1/driving/slots": path("slots", "Examinations that are offered", slots, None, asked),
        },
        "schemas": components,
    }
