"""The API for automatic filing, under /api/v1/mining: the act's only way in (annex§1, part 1).

A pool signs each request with its own key; `keyid` is its code. A pool with test keys works in the sandbox: the
same code, the same checks, receipts marked `test`, counted nowhere.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
from litestar import MediaType, Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from qyzmet.acts.mining import filing as life
from qyzmet.acts.mining.deadlines import parse_month
from qyzmet.acts.mining.form import workbook
from qyzmet.acts.mining.found import findings_told, told
from qyzmet.acts.mining.header import Profile, parse_profile
from qyzmet.acts.mining.mending import returned
from qyzmet.acts.mining.pools import Pool
from qyzmet.acts.mining.receipts import Receipts
from qyzmet.acts.mining.schema import Rows, form_schema, rows_as_csv
from qyzmet.acts.mining.wallets import check_wallet
from qyzmet.law.act import LANGUAGES
from qyzmet.runtime.errors import BadValue
from qyzmet.web.idempotency import Answer, Key, key_of
from qyzmet.web.mining.desk import MiningDesk, PoolKeys, mining_desk, policies_of, read_json
from qyzmet.web.permissions import PUBLIC, needs
from qyzmet.web.problem import of_status
from qyzmet.web.responses import download
from qyzmet.web.signatures import Checker
from qyzmet.web.site import Context

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
_PAGE = 1000


class Opened(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A report to be filed. `control` are totals of the file's own: rows, and amounts by asset."""

    month: str
    nil: bool = False
    mends: str = ""
    file_name: str = ""
    control: dict[str, Any] = {}


_OPENED, _ROWS = msgspec.json.Decoder(Opened), msgspec.json.Decoder(Rows)
Work = Callable[[MiningDesk, Pool, bytes], Any]


def api_handlers(context: Context) -> list[HTTPRouteHandler]:
    def shown(desk: MiningDesk, pool: Pool) -> Pool:
        return pool

    async def asked(request: Request[Any, Any, Any], work: Callable[[MiningDesk, Pool], Any]) -> Any:
        """A GET: who sends it is shown by the signature."""

        def do() -> Any:
            with mining_desk(context) as desk:
                return work(desk, _sender(request, desk, context, b""))

        return await asyncio.to_thread(do)

    async def sent(
        request: Request[Any, Any, Any], kind: str, work: Work, status: int = 200
    ) -> Response[bytes]:
        """A POST: its answer is kept under its Idempotency-Key."""
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != kind:
            raise of_status(415)
        body = await request.body()

        def do() -> Answer:
            with mining_desk(context) as desk:
                pool = _sender(request, desk, context, body)
                key = Key(f"mining/{pool.code}", key_of(request), request.url.path, body)

                def act() -> Answer:
                    return Answer(status, "application/json", msgspec.json.encode(work(desk, pool, body)))

                return context.once.answer(desk.connection, key, context.clock.now(), act)

        answer = await asyncio.to_thread(do)
        headers = {"Idempotency-Replayed": "true"} if answer.repeated else {}
        return Response(
            answer.content, status_code=answer.status, media_type=answer.media_type, headers=headers
        )

    @get("/schema.json", opt=needs(PUBLIC), sync_to_thread=False)
    def schema() -> Response[bytes]:
        return _json(form_schema(policies_of(context)))

    @get("/keys.json", opt=needs(PUBLIC), sync_to_thread=False)
    def keys() -> Response[bytes]:
        return _json(Receipts(context.keys).public())

    @get("/form.xlsx", opt=needs(PUBLIC), sync_to_thread=True)
    def form() -> Response[bytes]:
        return download(workbook(policies_of(context)), XLSX, "cmpm-1.xlsx")

    @get("/wallet", opt=needs(PUBLIC), sync_to_thread=False)
    def wallet(request: Request[Any, Any, Any]) -> Response[bytes]:
        coin, address = (request.query_params.get(name, "")[:200] for name in ("coin", "address"))
        return _json(msgspec.to_builtins(check_wallet(coin, address)))

    @get("/reports", opt=needs(PUBLIC))
    async def reports(request: Request[Any, Any, Any]) -> Response[bytes]:
        month = request.query_params.get("month", "")

        def work(desk: MiningDesk, pool: Pool) -> Any:
            found = desk.filing.of_pool(pool, parse_month(month) if month else None)
            return {"reports": [told(each, pool) for each in found]}

        return _json(await asked(request, work))

    @post("/reports", status_code=201, opt=needs(PUBLIC))
    async def opened(request: Request[Any, Any, Any]) -> Response[bytes]:
        def work(desk: MiningDesk, pool: Pool, body: bytes) -> Any:
            about: Opened = read_json(_OPENED, body)
            draft = desk.filing.open(
                pool, parse_month(about.month), channel="api", nil=about.nil, mends=about.mends,
                file_name=about.file_name, control=about.control,
            )  # fmt: skip
            return told(draft, pool)

        return await sent(request, "application/json", work, 201)

    @post("/reports/{report:str}/pieces/{number:int}", status_code=200, opt=needs(PUBLIC))
    async def piece(
        request: Request[Any, Any, Any], report: FromPath[str], number: FromPath[int]
    ) -> Response[bytes]:
        def work(desk: MiningDesk, pool: Pool, body: bytes) -> Any:
            desk.filing.put(desk.filing.one(report, pool), number, body)
            return {"report": report, "piece": number, "bytes": len(body)}

        return await sent(request, "application/octet-stream", work)

    @post("/reports/{report:str}/rows/{number:int}", status_code=200, opt=needs(PUBLIC))
    async def rows(
        request: Request[Any, Any, Any], report: FromPath[str], number: FromPath[int]
    ) -> Response[bytes]:
        def work(desk: MiningDesk, pool: Pool, body: bytes) -> Any:
            given: Rows = read_json(_ROWS, body)
            try:
                content = rows_as_csv(given.rows, header=number == 1)
            except ValueError as error:
                raise BadValue(
                    str(error)[:100], "is no field of the form", "See /api/v1/mining/schema.json."
                ) from None
            desk.filing.put(desk.filing.one(report, pool), number, content)
            return {"report": report, "piece": number, "rows": len(given.rows)}

        return await sent(request, "application/json", work)

    @post("/reports/{report:str}/submit", status_code=200, opt=needs(PUBLIC))
    async def submit(request: Request[Any, Any, Any], report: FromPath[str]) -> Response[bytes]:
        def work(desk: MiningDesk, pool: Pool, body: bytes) -> Any:
            received = desk.filing.submit(desk.filing.one(report, pool))
            if received.bytes <= life.AT_ONCE:
                received = desk.filing.decide(received)
            return told(received, pool)

        return await sent(request, "application/json", work)

    @get("/reports/{report:str}", opt=needs(PUBLIC))
    async def one(request: Request[Any, Any, Any], report: FromPath[str]) -> Response[bytes]:
        def work(desk: MiningDesk, pool: Pool) -> Any:
            found = desk.filing.one(report, pool)
            return told(found, pool, desk.filing.done(found))

        return _json(await asked(request, work))

    @get("/reports/{report:str}/findings", opt=needs(PUBLIC))
    async def findings(request: Request[Any, Any, Any], report: FromPath[str]) -> Response[bytes]:
        language, after = request.query_params.get("language", "en"), request.query_params.get("after", "0")
        if language not in LANGUAGES:
            raise BadValue("language", f"is one of {', '.join(LANGUAGES)}", "Correct it.")
        if not (after.isascii() and after.isdigit() and len(after) < 19):
            raise BadValue("after", "is what `next` of a page said", "Leave it out for the first page.")

        def work(desk: MiningDesk, pool: Pool) -> Any:
            number = desk.filing.one(report, pool).id
            page = list(
                findings_told(desk.connection, number, language, desk.policies, after=int(after), most=_PAGE)
            )
            return {"findings": page, "next": page[-1]["id"] if len(page) == _PAGE else None}

        return _json(await asked(request, work))

    @get("/reports/{report:str}/returned.csv", opt=needs(PUBLIC))
    async def back(request: Request[Any, Any, Any], report: FromPath[str]) -> Response[bytes]:
        language = request.query_params.get("language", "en")
        if language not in LANGUAGES:
            raise BadValue("language", f"is one of {', '.join(LANGUAGES)}", "Correct it.")

        def work(desk: MiningDesk, pool: Pool) -> bytes:
            return b"".join(returned(desk.connection, desk.filing.one(report, pool).id, language))

        return download(await asked(request, work), CSV, "returned.csv")

    @get("/obligations", opt=needs(PUBLIC))
    async def obligations(request: Request[Any, Any, Any]) -> Response[bytes]:
        def work(desk: MiningDesk, pool: Pool) -> Any:
            return {"obligations": msgspec.to_builtins(desk.obligations.of_pool(pool))}

        return _json(await asked(request, work))

    @get("/profile", opt=needs(PUBLIC))
    async def profile(request: Request[Any, Any, Any]) -> Response[bytes]:
        return _json(msgspec.to_builtins((await asked(request, shown)).profile))

    @post("/profile", status_code=200, opt=needs(PUBLIC))
    async def new_profile(request: Request[Any, Any, Any]) -> Response[bytes]:
        def work(desk: MiningDesk, pool: Pool, body: bytes) -> Any:
            known: Profile = parse_profile(body)
            return msgspec.to_builtins(desk.pools.change(pool.code, known).profile)

        return await sent(request, "application/json", work)

    return [
        schema, keys, form, wallet, reports, opened, piece, rows, submit, one, findings, back, obligations, profile,
        new_profile,
    ]  # fmt: skip


def _sender(request: Request[Any, Any, Any], desk: MiningDesk, context: Context, body: bytes) -> Pool:
    """The pool that signed the request. Raises Failed."""
    code = Checker(PoolKeys(desk.pools), context.clock).sender(request, body)
    request.scope["state"]["sender"] = code
    return desk.pools.by_code(code)


def _json(value: Any) -> Response[bytes]:
    return Response(msgspec.json.encode(value), media_type=MediaType.JSON)
