"""The page to which the QR code of a paper leads: whether there is such a decision, without a name in it.

Whoever holds a paper has the digest of its decision. The page says what was decided under this digest, so
that a paper which says otherwise is found out; beside it lies what a receipt is verified with offline.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from qyzmet.cases import papers
from qyzmet.cases.drawing.words import in_language
from qyzmet.exchange import receipt_verifier
from qyzmet.exchange.heads import HEADS
from qyzmet.people.regions import REGIONS
from qyzmet.runtime.errors import UnknownName
from qyzmet.web.documents import keys_of
from qyzmet.web.permissions import PUBLIC, needs
from qyzmet.web.rendering import language_of
from qyzmet.web.responses import download, redirect
from qyzmet.web.site import Context
from qyzmet.web.translations import LANGUAGES
from qyzmet.web.views import table_of

VERIFIER = "receipt_verifier.py"
ROOTS = "root.crt"


def verify_handlers(context: Context) -> Sequence[HTTPRouteHandler]:
    @get("/verify/{digest:str}", opt=needs(PUBLIC), sync_to_thread=True)
    def verify(request: Request[Any, Any, Any], digest: FromPath[str]) -> Response[bytes]:
        language = language_of(request)
        with context.desks.desk() as desk:
            found = papers.verified(desk.connection, desk.catalogue, digest.lower())
            table = table_of(desk.catalogue, found.procedure) if found else None
        package = context.packages.get(found.act) if found else None
        return context.page(
            request, "verify.html", status=200 if found else 404, found=found, digest=digest[:100],
            act=package.act.titles.get(language, "") if package else "",
            title=in_language(table.title, language, table.code) if table else "",
            region=REGIONS.get(found.region, {}).get(language, found.region) if found else "",
        )  # fmt: skip

    return [verify]


def published_handlers(context: Context) -> Sequence[HTTPRouteHandler]:
    """Outside of a language: the address of QR codes, and what an outsider verifies receipts with."""

    @get("/verify/{digest:str}", opt=needs(PUBLIC), sync_to_thread=True)
    def there(digest: FromPath[str]) -> Response[bytes]:
        if digest == VERIFIER:
            return download(Path(receipt_verifier.__file__).read_bytes(), "text/x-python", VERIFIER)
        if digest == ROOTS:
            return download(_roots(context), "application/x-pem-file", ROOTS)
        if digest == HEADS:
            return download(_heads(context), "application/json", HEADS)
        return redirect(f"/{LANGUAGES[0]}/verify/{digest}" if digest.isalnum() else f"/{LANGUAGES[0]}")

    return [there]


def _roots(context: Context) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding

    if context.papers.roots is None:
        raise UnknownName("file", ROOTS, "no root certificates are set here")
    return b"".join(root.public_bytes(Encoding.PEM) for root in context.papers.roots())


def _heads(context: Context) -> bytes:
    """Who signs for which office; where the keys lie is left out."""
    path = keys_of(context.config) / HEADS if context.config else None
    if path is None or not path.exists():
        raise UnknownName("file", HEADS, "there is no list of heads here")
    rows = json.loads(path.read_text("utf-8"))
    public = [{name: value for name, value in row.items() if name != "file"} for row in rows]
    return json.dumps(public, ensure_ascii=False, indent=1).encode()
