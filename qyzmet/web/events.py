"""Registry events that are pushed: `POST /api/v1/events/{source}`, signed, in batches, each judged alone.

The answer is given when everything is durable; workers carry the cases on. Pushing and polling share
one intake, so an event that comes both ways counts once.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler

from qyzmet.cases.package import ActPackage, Feed
from qyzmet.cases.rows import Connection
from qyzmet.exchange.contract import MOST_ITEMS
from qyzmet.runtime.clock import Clock
from qyzmet.web import rows
from qyzmet.web.desks import Desk, Desks
from qyzmet.web.idempotency import Answer, Key, Once, key_of
from qyzmet.web.permissions import PUBLIC, needs
from qyzmet.web.problem import Failed, of_status
from qyzmet.web.rows import Batch, Row, Unreadable
from qyzmet.web.signatures import Checker

JSON = "application/json"
_PAGE = 100

_decode = msgspec.json.Decoder(Batch[msgspec.Raw]).decode


class Taken(msgspec.Struct, frozen=True):
    """How many rows came to which result, and each row."""

    counts: dict[str, int]
    rows: list[Row]


class RefusedRow(msgspec.Struct, frozen=True):
    """A row that was set aside: where it stood, in the request with which Idempotency-Key."""

    request: str
    row: int
    event: str
    at: str
    field: str
    rule: str
    remedy: str


class RefusedPage(msgspec.Struct, frozen=True):
    """`next` is the cursor of the page after this one; "" on the last."""

    rows: list[RefusedRow]
    next: str


def event_handlers(
    package: ActPackage, feed: Feed, desks: Desks, once: Once, checker: Checker, clock: Clock
) -> list[HTTPRouteHandler]:
    """The addresses of one source."""

    def take(key: Key) -> Answer:
        batch = _batch(key.body)
        with desks.desk() as desk:
            return once.answer(
                desk.connection, key, clock.now(), lambda: _take(desk, package, feed, key, batch, clock)
            )

    @post(f"/events/{feed.name}", status_code=200, opt=needs(PUBLIC))  # the signature says who sends
    async def push(request: Request[Any, Any, Any]) -> Response[bytes]:
        must_be_json(request)
        body = await request.body()
        _must_be_sender(request, checker, body, feed)
        key = Key(feed.name, key_of(request), request.url.path, body)
        answer = await asyncio.to_thread(take, key)
        counts = msgspec.json.decode(answer.content, type=Taken).counts
        set_aside = counts.get("refused", 0) + counts.get("outside_term", 0)
        request.scope["state"] |= {"taken": sum(counts.values()) - set_aside, "set_aside": set_aside}
        headers = {"Idempotency-Replayed": "true"} if answer.repeated else {}
        return Response(
            answer.content, status_code=answer.status, media_type=answer.media_type, headers=headers
        )

    def page(after: int) -> RefusedPage:
        with desks.desk() as desk:
            return _refused(desk.connection, feed.name, after)

    @get(f"/events/{feed.name}/refused", opt=needs(PUBLIC))
    async def refused(request: Request[Any, Any, Any]) -> Response[bytes]:
        _must_be_sender(request, checker, b"", feed)
        after = request.query_params.get("after", "0")
        if not (after.isascii() and after.isdigit() and len(after) < 19):
            raise Failed(
                422, "cursor", "The cursor is not one", "is what `next` of a page said",
                "Leave it out for the first page", field="after",
            )  # fmt: skip
        found = await asyncio.to_thread(page, int(after))
        return Response(msgspec.json.encode(found), media_type=JSON)

    return [push, refused]


def must_be_json(request: Request[Any, Any, Any]) -> None:
    """Raises Failed where the body is not announced as plain JSON."""
    kind, _, rest = request.headers.get("content-type", "").partition(";")
    charset = rest.strip().lower().removeprefix("charset=").strip('"')
    encoding = request.headers.get("content-encoding", "identity").lower()
    if kind.strip().lower() != JSON or charset not in ("", "utf-8") or encoding != "identity":
        raise of_status(415)


def _must_be_sender(request: Request[Any, Any, Any], checker: Checker, body: bytes, feed: Feed) -> None:
    sender = checker.sender(request, body)
    request.scope["state"]["sender"] = sender
    if sender != feed.name:
        raise Failed(
            403, "other-source", "This sender has nothing to do with this source",
            f"the keys of {sender} sign for {sender} alone", f"Send to /api/v1/events/{sender}",
        )  # fmt: skip


def _batch(body: bytes) -> list[msgspec.Raw]:
    try:
        body.decode()
        events = _decode(body).events
    except UnicodeDecodeError:
        raise _not_read("is JSON in UTF-8", "Encode the text as UTF-8, without a byte order mark") from None
    except (msgspec.MsgspecError, RecursionError):
        raise _not_read('is a JSON object {"events": [ … ]} and nothing else', "See docs/api.md") from None
    if not 1 <= len(events) <= MOST_ITEMS:
        raise Failed(
            422, "batch-size", "The batch has too few or too many rows",
            f"a batch has 1 to {MOST_ITEMS} events", "Send several batches, each under a key of its own",
            field="events",
        )  # fmt: skip
    return events


def _not_read(rule: str, remedy: str) -> Failed:
    return Failed(400, "bad-request", "The body cannot be read", f"the body {rule}", remedy, field="body")


def _take(
    desk: Desk, package: ActPackage, feed: Feed, key: Key, batch: Sequence[msgspec.Raw], clock: Clock
) -> Answer:
    """Inside the transaction of the key: all good rows are taken, all bad ones kept with their reason."""
    now = clock.now()
    law = desk.catalogue.law_of_act(package.act.code, now)
    results: dict[int, Row] = {}
    arrivals = {}
    for place, raw in enumerate(batch):
        try:
            arrivals[place] = rows.read(raw, feed, law)
        except Unreadable as error:
            results[place] = error.as_row(place)
    verdicts, _ = desk.intake.receive(package, feed.name, list(arrivals.values()))
    for place, verdict in zip(arrivals, verdicts, strict=True):
        results[place] = rows.told(place, verdict, package)
    ordered = [results[place] for place in range(len(batch))]
    bad = [row for row in ordered if row.result in ("refused", "outside_term")]
    with desk.connection.cursor() as cursor:
        cursor.executemany(
            """INSERT INTO refused_rows (source, request, place, event, at, field, rule, remedy)
               VALUES (%s, %s, %s, %s, %s, %s, %s, %s)""",
            [(feed.name, key.key, r.row, r.event, now, r.field, r.rule, r.remedy) for r in bad],
        )
    counts = dict(Counter[str](row.result for row in ordered))
    return Answer(200, JSON, msgspec.json.encode(Taken(counts, ordered)))


def _refused(connection: Connection, source: str, after: int) -> RefusedPage:
    with connection.transaction():
        found = connection.execute(
            """SELECT id, request, place, event, at, field, rule, remedy FROM refused_rows
               WHERE source = %s AND id > %s ORDER BY id LIMIT %s""",
            (source, after, _PAGE),
        ).fetchall()
    page = [
        RefusedRow(request, place, event, at.isoformat(), field, rule, remedy)
        for _, request, place, event, at, field, rule, remedy in found
    ]
    return RefusedPage(page, str(found[-1][0]) if len(found) == _PAGE else "")
