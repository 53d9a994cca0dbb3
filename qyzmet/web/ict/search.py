"""For everybody: which items a description may fall under, and each item with its parts."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from qyzmet.acts.ict.catalogue import PARTS, activities, activity, directions
from qyzmet.acts.ict.classifying import classified
from qyzmet.acts.ict.suggest import LONGEST
from qyzmet.acts.ict.words import name_of
from qyzmet.runtime.errors import BadValue
from qyzmet.web.permissions import PUBLIC, needs
from qyzmet.web.rendering import language_of
from qyzmet.web.site import Context

#: An address has room for so much; longer descriptions go through the API or the command.
MOST_IN_ADDRESS = 2000


def handlers(context: Context) -> list[HTTPRouteHandler]:
    @get("/search", opt=needs(PUBLIC), sync_to_thread=True)
    def search(request: Request[Any, Any, Any]) -> Response[bytes]:
        text = request.query_params.get("text", "").strip()
        must_be_text(text, MOST_IN_ADDRESS)
        found = classified(text, language_of(request)) if text else []
        return context.page(request, "ict/search.html", text=text, found=found, items=activities())

    @get("/items/{number:int}", opt=needs(PUBLIC), sync_to_thread=True)
    def item(request: Request[Any, Any, Any], number: FromPath[int]) -> Response[bytes]:
        found, language = activity(number), language_of(request)
        return context.page(
            request, "ict/item.html", item=found, text=found.texts[language],
            parts={part: found.parts[part].get(language, ()) for part in PARTS},
            actions=[name_of(code, language) for code in found.actions],
            stages=[name_of(code, language) for code in found.stages],
            directions=_directions(language) if number == 17 else {},
        )  # fmt: skip

    return [search, item]


def _directions(language: str) -> dict[str, str]:
    return {code: names[language] for code, names in directions().items()}


def must_be_text(text: str, most: int = LONGEST) -> None:
    """Raises BadValue for a description that is too long or holds control characters."""
    if len(text) > most:
        raise BadValue("description", f"has at most {most:,} characters", "Shorten it to what is done.")
    if any(ord(letter) < 32 and letter not in "\t\r\n" for letter in text):
        raise BadValue("description", "has no control characters", "Type it anew instead of pasting it.")
