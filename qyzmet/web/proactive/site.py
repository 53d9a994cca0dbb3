"""What the act brings to the pages and the API."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from qyzmet.web.operations import described, handlers
from qyzmet.web.proactive import money, reviewing
from qyzmet.web.proactive.api import operations
from qyzmet.web.site import ActSite, Context, Entry
from qyzmet.web.translations import _

_HERE = Path(__file__).parent


def site(context: Context) -> ActSite:
    offered = operations()
    below = [replace(each, path=each.path.removeprefix("/proactive")) for each in offered]
    return ActSite(
        api=handlers(context, below),
        pages=[*money.handlers(context), *reviewing.handlers(context)],
        navigation=[Entry("/proactive/payments", _("Payments"), "proactive.payments")],
        permissions={
            "proactive.payments": ("head", "auditor", "administrator", "analyst"),
            "proactive.settle": ("head",),
            "proactive.review": ("officer", "head"),
        },
        templates=_HERE / "templates",
        catalogue=_HERE / "locale",
        openapi=described(offered),
    )
