"""A phone to play with: the SMS of any citizen of the synthetic country, and replies typed by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from qyzmet.web.permissions import needs
from qyzmet.web.phones import Phones
from qyzmet.web.rendering import language_of
from qyzmet.web.responses import redirect
from qyzmet.web.site import Context, Entry, SentForm
from qyzmet.web.translations import _

NAVIGATION = (Entry("/phones", _("Phones"), "phone.play"),)


def phone_handlers(context: Context) -> Sequence[HTTPRouteHandler]:
    all_of_them = Phones(context.config)

    @get("/phones", opt=needs("phone.play"), sync_to_thread=True)
    def phones(request: Request[Any, Any, Any]) -> Response[bytes]:
        return context.page(request, "phones.html", phones=all_of_them.latest())

    @get("/phones/{place:int}", opt=needs("phone.play"), sync_to_thread=True)
    def phone(request: Request[Any, Any, Any], place: FromPath[int]) -> Response[bytes]:
        number = all_of_them.number(place)
        part = "hx-request" in request.headers
        template = "phone_messages.html" if part else "phone.html"
        messages = all_of_them.messages(number)
        if part and request.query_params.get("seen") == str(len(messages)):
            return Response(b"", status_code=204)  # nothing new: a reader's voice is not set off again
        return context.page(request, template, place=place, number=number, messages=messages)

    @post("/phones/{place:int}", opt=needs("phone.play"), sync_to_thread=True)
    def reply(request: Request[Any, Any, Any], form: SentForm, place: FromPath[int]) -> Response[bytes]:
        text = form.text("text", most=600, required=True)
        all_of_them.reply(all_of_them.number(place), text)
        return redirect(f"/{language_of(request)}/phones/{place}")

    return [phones, phone, reply]
