"""What the act brings to the pages and the API."""

from __future__ import annotations

from pathlib import Path

from qyzmet.web.mining import officers, pools
from qyzmet.web.mining.api import api_handlers
from qyzmet.web.mining.described import described
from qyzmet.web.site import ActSite, Context, Entry
from qyzmet.web.translations import _

_HERE = Path(__file__).parent
ROLES = {
    "mining.pool": {
        "kk": "Майнинг пулының өкілі",
        "ru": "Представитель майнингового пула",
        "en": "Mining pool",
    },
    "mining.officer": {
        "kk": "Салық органының маманы (майнинг)",
        "ru": "Специалист налогового органа (майнинг)",
        "en": "Revenue officer (mining)",
    },
}


def site(context: Context) -> ActSite:
    return ActSite(
        api=api_handlers(context),
        pages=[*pools.handlers(context), *officers.handlers(context)],
        navigation=[
            Entry("/mining/reports", _("Mining reports"), "mining.file"),
            Entry("/mining/profile", _("Pool's profile"), "mining.file"),
            Entry("/mining/overview", _("Mining"), "mining.see"),
            Entry("/mining/obligations", _("Who has filed"), "mining.see"),
        ],
        roles=ROLES,
        permissions={
            "mining.file": ("mining.pool",),
            "mining.see": ("mining.officer", "auditor"),
            "mining.export": ("mining.officer",),
        },
        templates=_HERE / "templates",
        catalogue=_HERE / "locale",
        openapi=described(),
    )
