"""The sites and portals that reports of openness link to, over HTTP: pages by path, contracts by POST.

A page is in its language, bears its day and, where it is one, its recording; a page that is `wrong` is so
in the way its name says. Hostile paths for tests lie under `/hostile/`.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Lock, Thread
from typing import Any

import msgspec
import uvicorn
from litestar import Litestar, MediaType, Request, Response, get, post
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Stream

from qyzmet.exchange import assessment as portals
from qyzmet.exchange.contract import Operation, Question, Reply
from qyzmet_twins.openness import Openness, Page

TEXTS = {
    "kk": "Бірінші басшы халықпен кездесіп, аймақтағы өзекті мәселелерді талқылады және оларды шешу "
    "жөніндегі іс-қимыл жоспарын бекітті. Азаматтардың ұсыныстары мен өтініштері қаралды.",
    "ru": "Первый руководитель встретился с населением, обсудил насущные проблемы региона и утвердил план "
    "действий по их решению. Рассмотрены предложения и обращения граждан.",
}
_MEGABYTE = b"0" * (1 << 20)


class Sites:
    """Answers for a made-up year. `asked` counts requests by path; `down` paths answer 503."""

    def __init__(self, world: Openness, *, base: str) -> None:
        self.world, self.base = world, base.rstrip("/")
        self.asked: dict[str, int] = {}
        self.down: set[str] = set()
        self.changed: set[str] = set()
        self._lock = Lock()

    def app(self) -> Litestar:
        return Litestar(
            route_handlers=[
                self._hostile(),
                self._page(),
                self._contract(portals.DATASETS, self._dataset),
                self._contract(portals.QUESTIONS, self._question),
            ],
            openapi_config=None,
            logging_config=None,
        )

    def _page(self) -> HTTPRouteHandler:
        @get("/{path:path}", sync_to_thread=False)
        def page(path: FromPath[str]) -> Response[str]:
            with self._lock:
                self.asked[path] = self.asked.get(path, 0) + 1
            found = self.world.pages.get(path)
            if found is None:
                raise HTTPException("no such page", status_code=404)
            if path in self.down or found.wrong == "down":
                raise HTTPException("the site is down today", status_code=503)
            if found.wrong == "loop":
                return self._redirect(f"{self.base}{path}")
            if found.wrong == "outside":
                return self._redirect("http://elsewhere.example/")
            return Response(_html(found, path in self.changed), media_type=MediaType.HTML)

        return page

    def _hostile(self) -> HTTPRouteHandler:
        @get("/hostile/{what:str}", sync_to_thread=False)
        def hostile(what: FromPath[str]) -> Response[Any] | Stream:
            match what:
                case "endless":
                    return Stream(_endless, media_type="application/octet-stream")
                case "slow":
                    return Stream(_slow, media_type="text/html")
                case "inside":
                    return self._redirect("http://169.254.169.254/latest/meta-data/")
                case "ping":
                    return self._redirect(f"{self.base}/hostile/pong")
                case "pong":
                    return self._redirect(f"{self.base}/hostile/ping")
            raise HTTPException("no such trick", status_code=404)

        return hostile

    @staticmethod
    def _redirect(to: str) -> Response[str]:
        return Response("", status_code=302, headers={"location": to}, media_type=MediaType.TEXT)

    def _contract(self, operation: Operation[Any, Any], one: Callable[[Any], Any]) -> HTTPRouteHandler:
        decoder: msgspec.json.Decoder[Question[Any]] = msgspec.json.Decoder(
            Question[operation.asked]  # type: ignore[name-defined]
        )

        async def handler(request: Request[Any, Any, Any]) -> Response[bytes]:
            question = decoder.decode(await request.body())
            items: Sequence[Any] = [one(item) for item in question.items]
            reply = Reply(correlation=question.correlation, items=list(items))
            return Response(msgspec.json.encode(reply), media_type=MediaType.JSON)

        return post(operation.path, status_code=200)(handler)

    def _dataset(self, item: portals.ByLink) -> portals.DatasetState:
        known = self.world.datasets.get(item.link)
        if known is None:
            return portals.DatasetState(ref=item.ref, known=False)
        return msgspec.convert({"ref": item.ref, "known": True, **known}, portals.DatasetState)

    def _question(self, item: portals.ByRegistration) -> portals.QuestionState:
        known = self.world.questions.get(item.registration_number)
        if known is None:
            return portals.QuestionState(ref=item.ref, known=False)
        return portals.QuestionState(
            ref=item.ref,
            known=True,
            organisation=known["org"],
            language=known["language"],
            answered=known["answered"],
        )


def _html(page: Page, changed: bool) -> str:
    language = page.language
    if page.wrong == "other_language":
        language = "ru" if language == "kk" else "kk"
    day = "" if page.day is None else page.day.isoformat()
    if page.wrong == "other_day":
        day = "2019-05-05"
    recording = (
        '<video src="/recording.mp4"></video>' if page.recording and page.wrong != "no_recording" else ""
    )
    shown = f'<time datetime="{day}">{day}</time>' if day else ""
    more = "<p>…</p>" if changed else ""
    return (
        f"<!doctype html><html lang={language}><head><title>{page.title}</title></head><body><main>"
        f"<h1>{page.title}</h1>{shown}<p>{TEXTS[language]}</p>{recording}{more}</main></body></html>"
    )


async def _endless() -> AsyncIterator[bytes]:
    """5 GB of zeros, unless the other side hangs up."""
    for _ in range(5 << 10):
        yield _MEGABYTE


async def _slow() -> AsyncIterator[bytes]:
    """A page that drips for minutes."""
    for _ in range(600):
        yield b"<p>.</p>"
        await asyncio.sleep(0.2)


@contextmanager
def served(sites: Sites, port: int = 0) -> Iterator[str]:
    """The sites on a loopback port for as long as the block lasts; gives their base URL."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", port))
    listening.listen(100)
    sites.base = f"http://127.0.0.1:{listening.getsockname()[1]}"
    try:
        app = sites.app()
    except BaseException:
        listening.close()
        raise
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", ws="none")
    server = uvicorn.Server(config)
    thread = Thread(target=lambda: server.run(sockets=[listening]), daemon=True)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the sites did not start"
            time.sleep(0.005)
        yield sites.base
    finally:
        server.force_exit = server.should_exit = True
        thread.join()
        listening.close()
