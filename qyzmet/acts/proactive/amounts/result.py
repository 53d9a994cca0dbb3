"""What an amount is, and the words in which its arithmetic is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from qyzmet.law.act import LANGUAGES
from qyzmet.law.money import Tiyn, format_number, format_tenge

#: A text by language.
Words = Mapping[str, str]

ESTIMATE = {
    "kk": "Құқық бойынша есептелген болжамды мөлшер: бұйрықтың өзінде мөлшерлер жоқ.",
    "ru": "Расчётная оценка права на выплату: в самом приказе размеров нет.",
    "en": "An estimate of the entitlement: the order itself contains no sizes.",
}
#: For a day outside the act's term: the figures still tell what a benefit comes to.
NOT_IN_FORCE = {
    "kk": "Бұл күні бұйрық қолданыста емес ({first} – {last}): сома сол күнгі көрсеткіштермен есептелген.",
    "ru": "В этот день приказ не действует ({first} – {last}): сумма посчитана по показателям того дня.",
    "en": "That day the order is not in force ({first} to {last}); the sum follows its figures.",
}


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum in tiyn with its arithmetic: `lines` are worded steps by language, `sources` are addresses.

    `amount_tiyn` is what the person is paid. Where something is withheld from it, `gross_tiyn` is the
    sum before that and `withheld_tiyn` what is withheld; `months` is for how long it is paid, where
    that is limited. `confirmed` is False where a figure was worked out or read second-hand; `notes` say how.
    """

    benefit: str
    on: date
    amount_tiyn: Tiyn
    lines: tuple[Words, ...]
    sources: tuple[str, ...]
    confirmed: bool
    notes: tuple[str, ...] = ()
    gross_tiyn: Tiyn | None = None
    withheld_tiyn: Tiyn | None = None
    months: int | None = None


def in_words(pattern: Words, **values: Words | str | int) -> Words:
    """The pattern of each language with its values; those that are not by language are the same in all."""
    return {
        language: pattern[language].format(
            **{name: v if isinstance(v, str | int) else v[language] for name, v in values.items()}
        )
        for language in LANGUAGES
    }


def tenge(sum_: Decimal | int) -> Words:
    return {language: format_tenge(sum_, language) for language in LANGUAGES}


def number(value: Decimal | str) -> Words:
    return {language: format_number(Decimal(value), language, decimals=2) for language in LANGUAGES}
