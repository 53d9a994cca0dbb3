"""What the act brings to the pages and the API."""

from __future__ import annotations

from pathlib import Path

from qyzmet.web.ict import companies, determinations, search
from qyzmet.web.ict.api import api_handlers, described
from qyzmet.web.permissions import PUBLIC
from qyzmet.web.site import ActSite, Context, Entry
from qyzmet.web.translations import _

_HERE = Path(__file__).parent
ROLES = {
    "ict.company": {"kk": "Компания өкілі", "ru": "Представитель компании", "en": "Company's representative"},
    "ict.officer": {
        "kk": "Салық органының маманы (АКТ)",
        "ru": "Специалист налогового органа (ИКТ)",
        "en": "Tax officer (ICT)",
    },
}


def site(context: Context) -> ActSite:
    return ActSite(
        api=api_handlers(context),
        pages=[
            *search.handlers(context),
            *determinations.handlers(context),
            *companies.handlers(context),
        ],
        navigation=[
            Entry("/ict/search", _("Priority ICT activities"), PUBLIC),
            Entry("/ict/company", _("My company"), "ict.claim"),
            Entry("/ict/companies", _("Companies"), "ict.oversee"),
        ],
        roles=ROLES,
        permissions={
            "ict.claim": ("ict.company",),
            "ict.determinations": ("ict.company", "ict.officer", "auditor"),
            "ict.oversee": ("ict.officer", "auditor"),
            "ict.review": ("ict.officer",),
        },
        templates=_HERE / "templates",
        catalogue=_HERE / "locale",
        openapi=described(),
    )
