"""What the act brings to the pages and the API."""

from __future__ import annotations

from pathlib import Path

from qyzmet.web.assessment import bodies, keeping, public
from qyzmet.web.assessment.api import api_handlers, described
from qyzmet.web.permissions import PUBLIC
from qyzmet.web.site import ActSite, Context, Entry
from qyzmet.web.translations import _

_HERE = Path(__file__).parent
ROLES = {
    "assessment.body": {
        "kk": "Мемлекеттік орган өкілі (бағалау)",
        "ru": "Представитель госоргана (оценка)",
        "en": "State body's representative (assessment)",
    },
    "assessment.assessor": {"kk": "Бағалаушы", "ru": "Оценщик", "en": "Assessor"},
    "assessment.board": {
        "kk": "Апелляциялық комиссия",
        "ru": "Апелляционная комиссия",
        "en": "Appeals board",
    },
    "assessment.keeper": {
        "kk": "Бағалауды жүргізуші",
        "ru": "Ведущий оценки",
        "en": "Keeper of the assessment",
    },
}
_STAFF = ("assessment.assessor", "assessment.board", "assessment.keeper", "auditor")


def site(context: Context) -> ActSite:
    return ActSite(
        api=api_handlers(context),
        pages=[*public.handlers(context), *bodies.handlers(context), *keeping.handlers(context)],
        navigation=[
            Entry("/assessment/results", _("Openness of state bodies"), PUBLIC),
            Entry("/assessment/mine", _("My body's assessment"), "assessment.report"),
            Entry("/assessment/periods", _("Periods"), "assessment.see"),
        ],
        roles=ROLES,
        permissions={
            "assessment.report": ("assessment.body",),
            "assessment.see": _STAFF,
            "assessment.decide": ("assessment.assessor",),
            "assessment.answer": ("assessment.board",),
            "assessment.keep": ("assessment.keeper",),
        },
        templates=_HERE / "templates",
        catalogue=_HERE / "locale",
        openapi=described(),
    )
