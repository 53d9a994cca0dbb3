"""What the act brings to the pages and the API."""

from __future__ import annotations

from pathlib import Path

from qyzmet.web.driving import api, applicant, operators, watching
from qyzmet.web.permissions import PUBLIC
from qyzmet.web.site import ActSite, Context, Entry
from qyzmet.web.translations import _

_HERE = Path(__file__).parent
ROLES = {
    "driving.police": {
        "kk": "Әкімшілік полиция қызметкері",
        "ru": "Сотрудник административной полиции",
        "en": "Administrative police officer",
    },
    "driving.exams": {"kk": "Емтихан орталығы", "ru": "Экзаменационный центр", "en": "Exam centre operator"},
    "driving.psc": {"kk": "ХҚКО операторы", "ru": "Оператор ЦОН", "en": "PSC operator"},
    "driving.printing": {"kk": "Басып шығару орталығы", "ru": "Центр печати", "en": "Printing centre"},
    "driving.oversight": {
        "kk": "Әкімшілік полиция басқармасы",
        "ru": "Управление административной полиции",
        "en": "Administrative police directorate",
    },
}


def site(context: Context) -> ActSite:
    return ActSite(
        api=api.handlers(context),
        pages=[*applicant.handlers(context), *operators.handlers(context), *watching.handlers(context)],
        navigation=[
            Entry("/driving", _("Driving licence"), PUBLIC),
            Entry("/driving/police", _("Review"), operators.REVIEW),
            Entry("/driving/exams", _("Examinations"), "driving.examine"),
            Entry("/driving/psc", _("At the PSC"), "driving.serve"),
            Entry("/driving/printing", _("Printing"), "driving.print"),
            Entry("/driving/oversight", _("Oversight"), "driving.oversee"),
        ],
        roles=ROLES,
        permissions={
            "driving.own": ("citizen",),
            "driving.review": ("driving.police",),
            "driving.examine": ("driving.exams",),
            "driving.serve": ("driving.psc",),
            "driving.print": ("driving.printing",),
            "driving.oversee": ("driving.oversight", "auditor"),
        },
        templates=_HERE / "templates",
        catalogue=_HERE / "locale",
        openapi=api.described(),
    )
