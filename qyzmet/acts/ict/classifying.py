"""Suggestions and shares as programs and people read them: plain data with reasons in words."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from qyzmet.acts.ict.catalogue import activity
from qyzmet.acts.ict.income import Judged, share
from qyzmet.acts.ict.incomefile import BadLine
from qyzmet.acts.ict.suggest import suggest
from qyzmet.acts.ict.words import asked, name_of, reason_in_words
from qyzmet.law.act import Period

_REASON = {
    "words": {"kk": "сәйкес келген сөздер: {}", "ru": "совпавшие слова: {}", "en": "words that matched: {}"},
    "actions": {
        "kk": "тармақ атаған әрекеттер: {}",
        "ru": "названные пунктом действия: {}",
        "en": "actions that the item names: {}",
    },
    "excluded": {"kk": "алып тасталған: {}", "ru": "исключено: {}", "en": "excluded: {}"},
    "check": {
        "kk": "тексеріңіз, алып тасталады: {}",
        "ru": "проверьте, исключаются: {}",
        "en": "check, excluded are: {}",
    },
}  # fmt: skip


def classified(text: str, language: str, most: int = 5) -> list[dict[str, Any]]:
    """The likely items of a description, best first, each with whether it is excluded and the reasons."""
    found = []
    for each in suggest(text, most):
        item = activity(each.item)
        exclusions = ", ".join(item.parts["exclusions"].get(language, ()))
        reasons = [_REASON["words"][language].format(", ".join(each.words))]
        if each.actions:
            names = ", ".join(name_of(code, language) for code in each.actions)
            reasons.append(_REASON["actions"][language].format(names))
        if exclusions:
            reasons.append(_REASON["excluded" if each.excluded else "check"][language].format(exclusions))
        found.append(
            {
                "item": each.item, "code": item.code, "clause": item.clause.place,
                "name": item.names[language],
                "excluded": bool(each.excluded), "reasons": reasons, "words": list(each.words),
                "actions": list(each.actions), "score": each.score,
            }
        )  # fmt: skip
    return found


def share_in_words(
    judged: Sequence[Judged],
    bad: Sequence[BadLine],
    year: int | None,
    language: str,
    member: Period | None = None,
) -> dict[str, Any]:
    """A file of income lines as an answer: bad and open lines, results, the share of the year."""
    answer: dict[str, Any] = {
        "lines": len(judged) + len(bad),
        "bad": [{"row": b.row, "field": b.field, "rule": b.rule, "remedy": b.remedy} for b in bad],
        "open": [_open(each, language) for each in judged if each.result in (None, "MANUAL_REVIEW")],
        "results": [
            {
                "row": each.line.row, "item": each.line.item, "result": each.result,
                "reasons": [reason_in_words(reason, language) for reason in each.answer.reasons],
            }
            for each in judged if each.answer and each.result
        ],
    }  # fmt: skip
    if judged and not bad:
        answer |= _share(judged, year or judged[0].line.first.year, member)
    return answer


def _open(each: Judged, language: str) -> dict[str, Any]:
    waits: dict[str, Any] = {
        "row": each.line.row,
        "result": each.result,
        "likely": list(each.likely),
        "ask": None,
    }
    if each.answer and each.answer.result is None:
        waits["ask"] = asked(each.answer, language)
    return waits


def tenge(tiyn: int) -> str:
    """An amount in tiyn as tenge with two decimals, for programs."""
    return str(Decimal(tiyn) / 100)


def _share(judged: Sequence[Judged], year: int, member: Period | None) -> dict[str, Any]:
    found = share(judged, year, member)
    return {
        "year": year, "all": tenge(found.all_tiyn), "priority": tenge(found.priority_tiyn),
        "undecided": tenge(found.open_tiyn), "percent": str(found.percent), "at_most": str(found.at_most),
        "met": found.met, "missing": tenge(found.missing_tiyn), "too_much": tenge(found.too_much_tiyn),
        "condition": found.condition.percent, "source": found.condition.source,
    }  # fmt: skip
