"""A signed decision to read: PDF/A-2b in Kazakh or Russian; its QR code leads to the page that verifies it.

The paper is made from the decision as data whenever somebody wants it, so that there is nothing to keep and
the same decision always gives the same bytes. A dossier is the decision with everything that happened.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import segno

from qyzmet.exchange.typesetting import pdf_a
from qyzmet.law.money import format_tiyn
from qyzmet.runtime.clock import KZ
from qyzmet.runtime.errors import BadValue

_TEMPLATE = Path(__file__).with_name("decision.typ")
LANGUAGES = ("kk", "ru")
_WORDS = {
    "kk": {
        "title": "Шешім", "dossier": "Іс құжаттары", "case": "Іс", "benefit": "Қызмет",
        "appoint": "Тағайындалды", "refuse": "Тағайындаудан бас тартылды", "recipient": "Алушы",
        "stands": "Шешім күшінде қалды",
        "pseudonym": "жүйедегі нөмірі {number}", "amount": "Сомасы", "law_on": "Құқық қай күнгі заң бойынша",
        "law": "Құқықтық акт",
        "decided_at": "Шешім қабылданған уақыт", "authority": "Уәкілетті орган", "official": "Шешкен",
        "clauses": "Қолданылған тармақтар", "facts": "Шешім сүйенген мәліметтер", "learnt": "алынған уақыты",
        "arithmetic": "Есептеу", "figures": "Көрсеткіштер көзі", "signer": "Қол қойған",
        "policies": "Оқу нұсқасы", "yes": "иә", "no": "жоқ",
        "check": "Осы шешімнің түпнұсқалығын мына бетте тексеруге болады:",
        "footer": "Қағаз электрондық шешімнен жасалды; заңды күші электрондық қолтаңбасы бар деректерде.",
    },
    "ru": {
        "title": "Решение", "dossier": "Материалы дела", "case": "Дело", "benefit": "Услуга",
        "appoint": "Назначено", "refuse": "В назначении отказано", "recipient": "Получатель",
        "stands": "Решение оставлено в силе",
        "pseudonym": "номер в системе {number}", "amount": "Сумма", "law_on": "По праву какого дня",
        "law": "Правовой акт",
        "decided_at": "Время решения", "authority": "Уполномоченный орган", "official": "Решил",
        "clauses": "Применённые пункты", "facts": "Сведения, на которых основано решение",
        "learnt": "получено", "arithmetic": "Расчёт", "figures": "Источники показателей",
        "signer": "Подписал", "policies": "Версия прочтений", "yes": "да", "no": "нет",
        "check": "Подлинность этого решения можно проверить на странице:",
        "footer": "Бумага сделана из электронного решения; юридическую силу имеют подписанные данные.",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Names:
    """What codes of the decision are called in the paper's language; one that is missing stands as it is.

    `person` is left empty where whoever reads must not see it.
    """

    act: str = ""
    benefit: str = ""
    authority: str = ""
    person: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)  #: of facts, as the reader says them
    arithmetic: Sequence[str] = ()


#: A part of a dossier: its heading, and lines of moment, sentence and details.
Part = tuple[str, Sequence[tuple[str, str, Sequence[str]]]]


def paper(
    document: bytes,
    signer: str,
    language: str,
    site: str,
    names: Names | None = None,
    dossier: Sequence[Part] = (),
) -> bytes:
    """The PDF of a decision, or of its whole dossier; `site` is the address of the pages, without a slash.

    The address in it holds the decision's digest and nothing personal. Raises BadValue for a language in
    which no paper is written.
    """
    if language not in LANGUAGES:
        raise BadValue(
            "language", f"{language!r} is not one of kk, ru", "A decision is written in these two."
        )
    words, names = _WORDS[language], names or Names()
    said = json.loads(document)
    digest = sha256(document).hexdigest()
    link = f"{site}/verify/{digest}"
    decided = datetime.fromisoformat(said["decided_at"]).astimezone(KZ)
    arithmetic = names.arithmetic or said.get("arithmetic", ())
    rows = [
        (words["case"], str(said["case"])),
        (words["benefit"], names.benefit or said["benefit"]),
        (words["recipient"], names.person or words["pseudonym"].format(number=said.get("recipient", ""))),
        (words["amount"], format_tiyn(said["amount_tiyn"], language)),
        (words["arithmetic"], "\n".join(str(line) for line in arithmetic)),
        (words["law"], _law(said.get("law", {}))),
        (words["law_on"], said["law_on"]),
        (words["decided_at"], f"{decided:%Y-%m-%d %H:%M:%S} (Asia/Almaty)"),
        (words["authority"], names.authority or said["authority"]),
        (words["official"], said.get("official") or ""),
        (words["clauses"], ", ".join(said["clauses"])),
        (words["policies"], str(said.get("policies", {}).get("version", ""))),
        (words["figures"], "\n".join(said.get("figures", ()))),
        (words["signer"], signer),
    ]
    data = {
        "language": language, "act": names.act, "title": words["dossier"] if dossier else words["title"],
        "day": [decided.year, decided.month, decided.day], "result": words[said["outcome"]],
        "rows": [row for row in rows if row[1]], "facts_title": words["facts"],
        "facts": [
            (names.facts.get(name, name), _fact(fact, words, names.values.get(name)))
            for name, fact in said["facts"].items()
        ],
        "parts": [{"title": title, "lines": lines} for title, lines in dossier],
        "qr": _qr(link), "link": link, "digest": digest, "check": words["check"], "footer": words["footer"],
    }  # fmt: skip
    return pdf_a(_TEMPLATE, data)


def _law(law: Mapping[str, Any]) -> str:
    """The act by its order and numbers, with the days on which it was in force."""
    first, last = law.get("in_force", ("", ""))
    return f"{law['source']} ({first} – {last or '…'})" if law else ""


def _fact(fact: Mapping[str, Any], words: Mapping[str, str], said: str | None) -> str:
    learnt = datetime.fromisoformat(fact["learnt"]).astimezone(KZ)
    value, since = said or _value(fact["value"], words), f"{learnt:%Y-%m-%d %H:%M:%S}"
    return f"{value} · {fact['source']}, {words['learnt']} {since}"


def _value(value: Any, words: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return words["yes" if value else "no"]
    if isinstance(value, list):
        return ", ".join(_value(each, words) for each in value) or "—"
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_value(each, words)}" for name, each in value.items())
    return "—" if value is None else str(value)


@lru_cache(maxsize=64)
def _qr(link: str) -> str:
    out = io.BytesIO()
    segno.make(link, error="m").save(out, kind="svg", xmldecl=False, border=1)
    return out.getvalue().decode()
