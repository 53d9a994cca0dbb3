"""What people typed: checked on the way in, kept where their session has ended meanwhile."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

from litestar import Request
from litestar.datastructures import UploadFile

from qyzmet.runtime.errors import BadValue
from qyzmet.web import csrf
from qyzmet.web.problem import Failed

#: Marks that turn the direction of writing.
_TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
MOST_CHARACTERS = 4000
MOST_FIELDS = 2000


class Form:
    """The fields of a form that came with the token of its session."""

    def __init__(
        self, pairs: Sequence[tuple[str, str]], files: Sequence[tuple[str, UploadFile]] = ()
    ) -> None:
        self.pairs, self._files = pairs, files

    def text(self, name: str, *, most: int = 200, required: bool = False) -> str:
        """One line or several, without white space at the ends. Raises BadValue."""
        value = next((value for key, value in self.pairs if key == name), "").strip()
        if len(value) > most:
            raise BadValue(name, f"has at most {most} characters", "Shorten it.")
        if any(not _printable(letter) for letter in value):
            raise BadValue(name, "has no control characters", "Type it anew instead of pasting it.")
        if required and not value:
            raise BadValue(name, "is not empty", "Fill it in.")
        return value

    def number(self, name: str, *, least: int = 0, most: int = 2**62) -> int:
        """A whole number. Raises BadValue."""
        value = self.text(name, most=20)
        if not (value.isascii() and value.lstrip("-").isdigit() and least <= int(value) <= most):
            raise BadValue(name, f"is a whole number from {least} to {most}", "Correct it.")
        return int(value)

    def choice(self, name: str, choices: Sequence[str]) -> str:
        """One of the choices. Raises BadValue."""
        value = self.text(name)
        if value not in choices:
            raise BadValue(name, "is one of the choices", "Choose one.")
        return value

    def many(self, name: str) -> list[str]:
        return [value for key, value in self.pairs if key == name]

    def file(self, name: str) -> UploadFile | None:
        """An uploaded file, or None; read it with `file.file.read()`."""
        return next((file for key, file in self._files if key == name and file.filename), None)

    def typed(self) -> Iterator[tuple[str, str]]:
        """What is worth keeping: everything but the token."""
        return ((key, value) for key, value in self.pairs if key != csrf.FIELD)


async def read_form(request: Request[Any, Any, Any]) -> Form:
    """Before every POST of a page: reads the form and checks its token. Raises Failed."""
    form = await typed_form(request)
    if not csrf.matches(request, form.text(csrf.FIELD)):
        raise Failed(
            403, "form-outdated", "This form is of an earlier session",
            "a form is sent within the session in which it was opened", "Look it over and send it again",
        )  # fmt: skip
    return form


async def typed_form(request: Request[Any, Any, Any]) -> Form:
    """The form as it came, for the handler and for error pages."""
    data = await request.form()
    pairs, files = [], []
    for key, value in data.multi_items():
        if isinstance(value, UploadFile):
            files.append((key, value))
        else:
            pairs.append((key, str(value)[:MOST_CHARACTERS]))
    form = Form(pairs[:MOST_FIELDS], files)
    request.scope["state"]["form"] = form
    return form


def form_of(request: Request[Any, Any, Any]) -> Form:
    """The form that `read_form` has read."""
    form: Form = request.scope["state"]["form"]
    return form


def _printable(letter: str) -> bool:
    """Letters, figures, signs, line breaks; what turns the direction of writing is no text of a form."""
    if letter in "\n\r\t":
        return True
    return unicodedata.category(letter) not in ("Cc", "Cs", "Cn", "Co") and letter not in _TURNING
