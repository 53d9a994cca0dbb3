"""The payments of the State Social Insurance Fund, from income, participation and degree of loss.

What is published of them comes out whole, so no published figure tells how a part of a tenge is
rounded. It is not rounded to tenge here: each sum is taken to the nearest tiyn, and a note says so.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from itertools import chain

from qyzmet.acts.proactive.amounts.result import Amount, Words, in_words, number, tenge
from qyzmet.acts.proactive.amounts.table import AsOf, Entry, entry, participation_needed
from qyzmet.law.figures import Figure
from qyzmet.law.money import Tiyn
from qyzmet.runtime.errors import Refused

_CAPPED = {
    "kk": "орташа айлық табыс {income} емес, {most} мөлшерінде ескеріледі: {times} × {wage} ({short})",
    "ru": "средний доход {income} учтён в пределах {most}: {times} × {wage} ({short})",
    "en": "the average income of {income} is taken into account up to {most}: {times} × {wage} ({short})",
}
_PARTICIPATION = {
    "kk": "қатысу өтілі: {months} ай, коэффициент {factor}",
    "ru": "стаж участия: {months} мес., коэффициент {factor}",
    "en": "participation: {months} months, coefficient {factor}",
}
_BY_LOSS_OF_JOB = {
    "kk": "{income} × {rate} × {factor} = {gross}: ұстап қалғанға дейінгі төлем",
    "ru": "{income} × {rate} × {factor} = {gross}: выплата до удержания",
    "en": "{income} × {rate} × {factor} = {gross}: the payment before what is withheld",
}
_BY_LOSS_OF_CAPACITY = {
    "kk": "({income} − {share} × {wage}) × {rate} × {factor} × {degree} = {gross}: "
    "ұстап қалғанға дейінгі төлем",
    "ru": "({income} − {share} × {wage}) × {rate} × {factor} × {degree} = {gross}: выплата до удержания",
    "en": "({income} − {share} × {wage}) × {rate} × {factor} × {degree} = {gross}: "
    "the payment before what is withheld",
}
_WITHHELD = {
    "kk": "міндетті зейнетақы жарнасы ұсталады: {part} × {gross} = {sum}",
    "ru": "удержан обязательный пенсионный взнос: {part} × {gross} = {sum}",
    "en": "mandatory pension contribution, withheld: {part} × {gross} = {sum}",
}
_PAID = {
    "kk": "айына төленеді: {sum}; бұл төлем мөлшері",
    "ru": "выплачивается в месяц: {sum}; это и есть размер",
    "en": "paid a month: {sum}; this is the amount",
}
_MONTHS = {
    "kk": "төлем мерзімі, ай: {months}",
    "ru": "срок выплаты, месяцев: {months}",
    "en": "months of payment: {months}",
}
_ROUNDING_NOTE = "Taken to the nearest tiyn: no published figure tells how the Fund rounds a part of a tenge."
_CENT = Decimal("0.01")


def job_loss(benefit: str, as_of: AsOf, average_income: Decimal, participation_months: int) -> Amount:
    """Income × rate × coefficient of participation; nothing is taken off for the minimum wage."""
    _must_have_participated(benefit, as_of, participation_months)
    own, common, wage = entry(benefit, as_of), entry("FUND", as_of), as_of.figure("MIN_WAGE")
    if not average_income:
        raise Refused(f"{benefit}: without income on which contributions were made nothing comes out.")
    income, lines = _income(average_income, common, wage)
    factor = participation_factor(participation_months, common)
    exact = income * Decimal(own.values["rate"]) * factor
    worded = in_words(
        _BY_LOSS_OF_JOB, income=tenge(income), rate=number(own.values["rate"]), factor=number(factor),
        gross=tenge(_to_tiyn(exact)),
    )  # fmt: skip
    lines += (in_words(_PARTICIPATION, months=participation_months, factor=number(factor)), worded)
    months, note = _months_of_payment(participation_months, own)
    return _paid(benefit, as_of, exact, lines, own, common, wage, months, note)


def capacity_loss(
    benefit: str, as_of: AsOf, average_income: Decimal, participation_months: int, loss_degree: Decimal
) -> Amount:
    """(income − half the minimum wage) × rate × coefficient of participation × degree of loss."""
    _must_have_participated(benefit, as_of, participation_months)
    own, common, wage = entry(benefit, as_of), entry("FUND", as_of), as_of.figure("MIN_WAGE")
    income, lines = _income(average_income, common, wage)
    over = income - Decimal(own.values["wage_share"]) * wage.value
    if over <= 0:
        raise Refused(
            f"{benefit}: the average income is not above {own.values['wage_share']} of the minimum wage of "
            f"{wage.value} tenge, so nothing comes out; it goes to an official."
        )
    factor = participation_factor(participation_months, common)
    exact = over * Decimal(own.values["rate"]) * factor * loss_degree
    worded = in_words(
        _BY_LOSS_OF_CAPACITY, income=tenge(income), share=number(own.values["wage_share"]),
        wage=tenge(wage.value), rate=number(own.values["rate"]), factor=number(factor),
        degree=number(loss_degree), gross=tenge(_to_tiyn(exact)),
    )  # fmt: skip
    lines += (in_words(_PARTICIPATION, months=participation_months, factor=number(factor)), worded)
    return _paid(benefit, as_of, exact, lines, own, common, wage, None, "")


def participation_factor(months: int, common: Entry) -> Decimal:
    """The coefficient of participation: a ladder up to 60 months, then a little for each further year."""
    ladder = common.values["participation"]
    for below, factor in ladder["below_months"].items():
        if months < int(below):
            return Decimal(factor)
    years = (months - int(ladder["full_months"])) // 12
    return min(
        Decimal(ladder["full"]) + years * Decimal(ladder["each_further_year"]), Decimal(ladder["most"])
    )


def _must_have_participated(benefit: str, as_of: AsOf, months: int) -> None:
    needed = participation_needed(benefit, as_of.on)
    if months < needed:
        raise Refused(f"{benefit} needs at least {needed} months of participation, not {months}.")


def _income(average: Decimal, common: Entry, wage: Figure) -> tuple[Decimal, tuple[Words, ...]]:
    """The income taken into account: up to so many minimum wages."""
    most = Decimal(int(common.values["income_at_most_wages"]) * wage.value)
    if average <= most:
        return average, ()
    words = in_words(
        _CAPPED, income=tenge(average), most=tenge(most), times=common.values["income_at_most_wages"],
        wage=tenge(wage.value), short=wage.short,
    )  # fmt: skip
    return most, (words,)


def _months_of_payment(participation: int, own: Entry) -> tuple[int, str]:
    """For how many months it is paid, and a note where that step of the ladder was worked out."""
    ladder = own.values["months_of_payment"]
    reached = max(int(least) for least in ladder if participation >= int(least))
    note = own.values["months_note"] if reached >= own.values["months_note_from"] else ""
    return ladder[str(reached)], note


def _paid(
    benefit: str, as_of: AsOf, exact: Decimal, lines: tuple[Words, ...], own: Entry, common: Entry,
    wage: Figure, months: int | None, note: str,
) -> Amount:  # fmt: skip
    """What is left after the pension contribution."""
    part = Decimal(common.values["pension_contribution"])
    gross = _to_tiyn(exact)
    withheld = _to_tiyn(gross * part)
    paid = gross - withheld
    lines += (
        in_words(_WITHHELD, part=number(part), gross=tenge(gross), sum=tenge(withheld)),
        in_words(_PAID, sum=tenge(paid)),
    )
    if months is not None:
        lines += (in_words(_MONTHS, months=months),)
    figure_note = f"{wage.short['en']} since {wage.since}: {wage.note}" if wage.note else ""
    rounding = _ROUNDING_NOTE if exact % 1 or gross * part % 1 else ""
    notes = tuple(said for said in (figure_note, own.note, common.note, note, rounding) if said)
    return Amount(
        benefit,
        as_of.on,
        _tiyn(paid),
        lines,
        tuple(dict.fromkeys(chain(own.sources, common.sources, (wage.source,)))),
        wage.confirmed and not notes,
        notes,
        _tiyn(gross),
        _tiyn(withheld),
        months,
    )


def _to_tiyn(sum_: Decimal) -> Decimal:
    return sum_.quantize(_CENT, ROUND_HALF_UP)


def _tiyn(sum_: Decimal) -> Tiyn:
    return Tiyn(int(sum_ * 100))
