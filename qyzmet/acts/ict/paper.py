"""A determination on paper: PDF/A in Kazakh, Russian or English, made from the data in the register."""

from __future__ import annotations

from pathlib import Path

from qyzmet.acts.ict.catalogue import activity
from qyzmet.acts.ict.clauses import ACT
from qyzmet.acts.ict.determined import Determination, Objected, Reviewed
from qyzmet.acts.ict.words import reason_in_words, result_in_words
from qyzmet.exchange.typesetting import pdf_a
from qyzmet.runtime.clock import KZ, legal_date

_TEMPLATE = Path(__file__).with_name("paper.typ")
_TITLES = {
    "kk": {
        "title": "№ {number} айқындау", "bin": "БСН", "item": "Тармақ", "activity": "Қызмет", "first": "Басталуы",
        "last": "Аяқталуы", "list": "Тізбе", "made": "Жасалды", "stands": "Күшіндегі нәтиже", "version": "Нұсқа",
        "reasons": "Негіздер", "later": "Содан бері не болды", "objection": "Қарсылық",
        "MATCH": "тармаққа жатады", "NO_MATCH": "тармаққа жатпайды", "MANUAL_REVIEW": "адам шешуі керек",
        "footer": "Акт салық мөлшерлемелері мен жеңілдіктерін бермейді; бұл құжат та оларды белгілемейді.",
    },
    "ru": {
        "title": "Определение № {number}", "bin": "БИН", "item": "Пункт", "activity": "Деятельность", "first": "С",
        "last": "По", "list": "Перечень", "made": "Сделано", "stands": "Действует", "version": "Версия",
        "reasons": "Основания", "later": "Что было потом", "objection": "Возражение",
        "MATCH": "относится к пункту", "NO_MATCH": "не относится к пункту", "MANUAL_REVIEW": "должен решить человек",
        "footer": "Акт не устанавливает ставок и льгот; этот документ тоже их не определяет.",
    },
    "en": {
        "title": "Determination {number}", "bin": "BIN", "item": "Item", "activity": "Activity", "first": "From",
        "last": "To", "list": "List", "made": "Made", "stands": "What stands", "version": "Version",
        "reasons": "Reasons", "later": "What happened since", "objection": "Objection",
        "MATCH": "falls under the item", "NO_MATCH": "does not fall under the item",
        "MANUAL_REVIEW": "a person must decide",
        "footer": "The act gives no tax rates or reliefs, and neither does this paper.",
    },
}  # fmt: skip


def paper(found: Determination, language: str) -> bytes:
    """The PDF/A-2b of what stands now; the same data always give the same bytes."""
    words, made = _TITLES[language], found.made
    claim, item = made.claim, activity(made.claim.item)
    rows = [
        (words["stands"], words[found.result]),
        (words["bin"], found.bin),
        (words["item"], f"{item.code} · {item.names[language]}"),
        (words["activity"], claim.description),
        (words["first"], claim.first.isoformat()),
        *([(words["last"], claim.last.isoformat())] if claim.last else []),
        (words["list"], made.order),
        (words["made"], f"{made.at.astimezone(KZ):%Y-%m-%d %H:%M}"),
        (words["version"], str(found.version)),
    ]
    later = [
        f"{legal_date(event.at)}: {words[event.result] if isinstance(event, Reviewed) else words['objection']}. "
        f"{event.text}"
        for event in found.events
        if isinstance(event, Objected | Reviewed)
    ]
    data = {
        "language": language, "act": f"{ACT.titles[language]}, {made.order}",
        "title": words["title"].format(number=found.number), "result": result_in_words(found.answer, language),
        "rows": rows, "reasons_title": words["reasons"],
        "reasons": [reason_in_words(reason, language) for reason in found.answer.reasons],
        "day": _day(found), "later_title": words["later"], "later": later, "footer": words["footer"],
    }  # fmt: skip
    return pdf_a(_TEMPLATE, data)


def _day(found: Determination) -> list[int]:
    last = legal_date(found.events[-1].at)
    return [last.year, last.month, last.day]


LANGUAGES = tuple(_TITLES)
