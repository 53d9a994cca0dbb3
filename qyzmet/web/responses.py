"""Answers of pages that are not pages: redirects and files; and every error as a page."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from litestar import Request, Response
from litestar.datastructures import Cookie

from qyzmet.web import forms, problem
from qyzmet.web.rendering import Renderer, language_of
from qyzmet.web.translations import LANGUAGES


def redirect(to: str, *cookies: Cookie) -> Response[bytes]:
    """To another page, by GET; `to` is an address of ours or of the sign-in provider."""
    return Response(
        b"", status_code=303, media_type="text/plain", headers={"Location": to}, cookies=list(cookies)
    )


def download(content: bytes, media_type: str, name: str) -> Response[bytes]:
    """A file to be kept; `name` has ASCII letters alone."""
    return Response(
        content, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


class Errors:
    """The exception handler: problems for programs, pages for people."""

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer

    def answer(self, request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
        parts = request.url.path.split("/")
        if parts[1] not in (*LANGUAGES, "", "signed-in") or not self._renderer.assets.files:
            return problem.answer(request, error)
        failed, cookies = problem.of_error(error), request.scope["state"].get("cookies", [])
        if failed.problem.status == 401:
            here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            then = here if request.method == "GET" else f"/{language_of(request)}"
            return redirect(f"/{language_of(request)}/sign-in?then={quote(then)}", *cookies)
        form = request.scope["state"].get("form")
        answer = self._renderer.answer(
            request, "error.html", failed.problem.status,
            {
                "problem": failed.problem,
                "typed": list(form.typed()) if isinstance(form, forms.Form) else [],
                "number": request.scope["state"].get("request", ""),
            },
        )  # fmt: skip
        for name, value in failed.headers.items():
            answer.headers[name] = value
        return answer
