"""The published results on paper: PDF/A in Kazakh, Russian or English with bars."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from qyzmet.acts.assessment import events as e
from qyzmet.acts.assessment.clauses import ACT
from qyzmet.acts.assessment.forms import row
from qyzmet.acts.assessment.life import Life, lost_in_all
from qyzmet.acts.assessment.publishing import HEADINGS
from qyzmet.acts.assessment.words import number_said
from qyzmet.exchange.typesetting import pdf_a

_TEMPLATE = Path(__file__).with_name("resultpaper.typ")

_TITLES = {
    "kk": ("«Ашық диалог» бойынша нәтижелер, {period}", "Балл қай жерде жоғалды"),
    "ru": ("Результаты по критерию «Открытый диалог», {period}", "Где потеряны баллы"),
    "en": ("Results on open dialogue, {period}", "Where points were lost"),
}


def result_paper(life: Life, scored: e.Scored, language: str) -> bytes:
    """The same results always give the same bytes."""
    title, lost_title = _TITLES[language]
    heads, day = HEADINGS[language], scored.at.date()
    lost = sorted(lost_in_all(scored.scores).items(), key=lambda pair: (-pair[1], pair[0]))
    most = max((points for _, points in lost), default=Decimal(1)) or Decimal(1)
    data = {
        "language": language, "act": ACT.titles[language], "day": [day.year, day.month, day.day],
        "title": title.format(period=life.code), "heads": [heads[0], heads[1], heads[3]],
        "places": [
            {
                "rank": each.rank, "name": life.body(each.body).name(language),
                "result": number_said(each.result, language),
                "width": int(100 * max(each.result, Decimal(0)) / each.most) if each.most else 0,
            }
            for each in scored.scores
        ],
        "lost_title": lost_title,
        "lost": [
            {
                "name": _name(name, language), "points": number_said(points, language),
                "width": int(100 * points / most),
            }
            for name, points in lost
        ],
    }  # fmt: skip
    return pdf_a(_TEMPLATE, data)


def _name(place: str, language: str) -> str:
    return row(f"annex10.table6.{place}").label(language)
