"""A phone to play with: the SMS of any citizen of the synthetic country, and replies typed by hand.

Only beside the twins: the page asks their outside world what lies on the phone. A phone is called by its
place in the list, since a number has no place in an address.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import httpx
from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from qyzmet.runtime.config import Config
from qyzmet.runtime.errors import PartnerAway, Refused, UnknownName
from qyzmet.web.permissions import needs
from qyzmet.web.rendering import language_of
from qyzmet.web.responses import redirect
from qyzmet.web.site import Context, Entry, SentForm
from qyzmet.web.translations import _

NAVIGATION = (Entry("/phones", _("Phones"), "phone.play"),)
MOST_PHONES = 200


def twins_of(config: Config | None) -> str:
    """The address of the twins, where the installation lives with them; else empty."""
    if config is None or not config.oidc_issuer.endswith("/openid"):
        return ""
    base = config.oidc_issuer.removesuffix("/openid")
    return base if base in config.partners.values() else ""


def phone_handlers(context: Context) -> Sequence[HTTPRouteHandler]:
    twins = twins_of(context.config)

    @get("/phones", opt=needs("phone.play"), sync_to_thread=True)
    def phones(request: Request[Any, Any, Any]) -> Response[bytes]:
        found = _ask(twins, "/control/phones", limit=str(MOST_PHONES))
        return context.page(request, "phones.html", phones=found)

    @get("/phones/{place:int}", opt=needs("phone.play"), sync_to_thread=True)
    def phone(request: Request[Any, Any, Any], place: FromPath[int]) -> Response[bytes]:
        number = _number(twins, place)
        messages = [
            {**each, "at": datetime.fromisoformat(each["at"])}
            for each in _ask(twins, f"/control/phones/{number}")
        ]
        part = "hx-request" in request.headers
        template = "phone_messages.html" if part else "phone.html"
        return context.page(request, template, place=place, number=number, messages=messages)

    @post("/phones/{place:int}", opt=needs("phone.play"), sync_to_thread=True)
    def reply(request: Request[Any, Any, Any], form: SentForm, place: FromPath[int]) -> Response[bytes]:
        text = form.text("text", most=600, required=True)
        number = _number(twins, place)
        _send(twins, f"/control/phones/{number}/reply", {"text": text})
        return redirect(f"/{language_of(request)}/phones/{place}")

    return [phones, phone, reply]


def _number(twins: str, place: int) -> str:
    known: list[str] = _ask(twins, "/control/phones", limit=str(MOST_PHONES))
    if not 0 <= place < len(known):
        raise UnknownName("phone", str(place), f"there are {len(known)}")
    return known[place]


def _ask(twins: str, path: str, **query: str) -> Any:
    return _call(twins, "GET", path, params=query)


def _send(twins: str, path: str, content: dict[str, str]) -> Any:
    return _call(twins, "POST", path, json=content)


def _call(twins: str, method: str, path: str, **more: Any) -> Any:
    if not twins:
        raise Refused(
            "There are no phones to play with here: they come with the twins (qyzmet serve --twins)."
        )
    try:
        answer = httpx.request(method, f"{twins}{path}", timeout=10, trust_env=False, **more)
        answer.raise_for_status()
        return answer.json()
    except httpx.HTTPError:
        raise PartnerAway("The twins do not answer. Start them again.") from None
