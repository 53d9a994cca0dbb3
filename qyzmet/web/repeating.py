"""A form is carried out once, however often it is sent: each bears a random number of its page.

The second sending of the same form, a double click or a browser that sends again, gets the answer of the
first. A form that was refused changed nothing and may be corrected and sent again.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any

from litestar import Request
from markupsafe import Markup

from qyzmet.cases.rows import Connection
from qyzmet.web.forms import Form
from qyzmet.web.idempotency import Answer, Key, Once
from qyzmet.web.problem import Failed
from qyzmet.web.users import user_of

FIELD = "_once"
_NOT_COUNTED = frozenset({"_kept"})


def field() -> Markup:
    """A hidden field with a fresh number."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, secrets.token_urlsafe(16))


def once(
    keeper: Once,
    connection: Connection,
    now: datetime,
    request: Request[Any, Any, Any],
    form: Form,
    work: Callable[[], str],
) -> str:
    """What the work gives, or what it gave when this very form was sent before. One transaction.

    Raises Failed where the form was sent before with something else in it, and what the work raises.
    """
    number = form.text(FIELD, most=60) or secrets.token_urlsafe(16)
    body = repr(sorted(pair for pair in form.typed() if pair[0] not in _NOT_COUNTED)).encode()
    key = Key(f"page {user_of(request).id}", number, request.url.path[3:], body)
    try:
        answer = keeper.answer(connection, key, now, lambda: Answer(200, "text/plain", work().encode()))
    except Failed as failed:
        if not failed.problem.type.endswith(":idempotency-key-reused"):
            raise
        raise Failed(
            409, "form-sent", "This form was sent before", "it was carried out, with other contents",
            "Open the page again and look what has become of it",
        ) from None  # fmt: skip
    return answer.content.decode()
