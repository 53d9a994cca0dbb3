"""The first page, in which everyone finds what they may do; and addresses without a language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from qyzmet.web.assets import Assets
from qyzmet.web.permissions import PUBLIC, needs
from qyzmet.web.problem import of_status
from qyzmet.web.responses import redirect
from qyzmet.web.site import Context
from qyzmet.web.translations import LANGUAGES

_FOR_GOOD = "public, max-age=31536000, immutable"


def home_handlers(context: Context) -> Sequence[HTTPRouteHandler]:
    @get("/", opt=needs(PUBLIC), sync_to_thread=False)
    def home(request: Request[Any, Any, Any]) -> Response[bytes]:
        return context.page(request, "home.html", acts=[p.act for p in context.packages.values()])

    return [home]


def outer_handlers(assets: Assets) -> Sequence[HTTPRouteHandler]:
    """What lies outside of a language."""

    @get("/", opt=needs(PUBLIC), sync_to_thread=False)
    def root() -> Response[bytes]:
        return redirect(f"/{LANGUAGES[0]}")

    @get("/static/{name:str}", opt=needs(PUBLIC), sync_to_thread=False)
    def static(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
        asset = assets.files.get(name)
        if asset is None:
            raise of_status(404)
        headers = {"Cache-Control": _FOR_GOOD, "Vary": "Accept-Encoding"}
        packed = bool(asset.packed) and "gzip" in request.headers.get("accept-encoding", "")
        if packed:
            headers["Content-Encoding"] = "gzip"
        return Response(
            asset.packed if packed else asset.content, media_type=asset.media_type, headers=headers
        )

    return [root, static]
