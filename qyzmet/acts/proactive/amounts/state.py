"""The six state benefits: a coefficient times the MCI or the subsistence minimum, up to a whole tenge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from qyzmet.acts.proactive.amounts.result import Amount, Words, in_words, number, tenge
from qyzmet.acts.proactive.amounts.table import AsOf, base_of, entry
from qyzmet.law.act import LANGUAGES
from qyzmet.law.money import Tiyn, ceil_tenge, coefficient, times
from qyzmet.runtime.errors import BadValue, Refused

_SINCE = {"kk": "{short} {since} бастап", "ru": "{short} с {since}", "en": "{short} since {since}"}
_ROUNDED = {
    "kk": ", жоғары қарай дөңгелектенген: {sum}",
    "ru": ", округлено вверх до {sum}",
    "en": ", rounded up to {sum}",
}
_CHILDREN = {"kk": "балалар: {n}", "ru": "детей: {n}", "en": "children: {n}"}
_FOR_EACH = {
    "kk": "әр жетім балаға {each}; балалар: {n}, барлығы {sum}",
    "ru": "по {each} на каждого ребёнка-сироту; детей: {n}, всего {sum}",
    "en": "{each} for each full orphan; children: {n}, {sum} in all",
}
_SHARED = {
    "kk": "асыраудағылар: {n}; сома олардың арасында тең бөлінеді",
    "ru": "иждивенцев: {n}; сумма делится между ними поровну",
    "en": "dependants: {n}; the sum is shared equally among them",
}
_BURIAL_NOTE = (
    "For a participant of the war or a person with a disability of the war 36.6 MCI are named; that this "
    "holds under the Social Code is not confirmed, so such a case goes to an official."
)
_NO_AGE_NOTE = "No age was given: computed as for a person of 18 or older."


def large_family(benefit: str, as_of: AsOf, children: int) -> Amount:
    if children < 4:
        raise Refused(f"{benefit} is for four or more children living together, not for {children}.")
    values = _entered(benefit, as_of)
    if children < 8:
        return _multiple(benefit, as_of, values["by_children"][str(children)])
    return _multiple(benefit, as_of, values["per_child"], children, in_words(_CHILDREN, n=children))


def awarded_mother(benefit: str, as_of: AsOf, award: str) -> Amount:
    by_award = _entered(benefit, as_of)["by_award"]
    if award not in by_award:
        raise BadValue("award", "is not an award of this allowance", f"Use one of {', '.join(by_award)}.")
    return _multiple(benefit, as_of, by_award[award])


def burial(benefit: str, as_of: AsOf) -> Amount:
    """One-time, the same for everyone the order concerns but those of the war."""
    found = _multiple(benefit, as_of, _entered(benefit, as_of)["coefficient"])
    return replace(found, notes=(*found.notes, _BURIAL_NOTE))


def disability(
    benefit: str, as_of: AsOf, cause: str | None = None, group: int | None = None, age: int | None = None
) -> Amount:
    """By age, group and cause. A child's does not depend on the cause, below 7 not on the group either.

    Only causes whose coefficient is public are computed: the others go to an official.
    """
    if age is None and cause == "child":
        raise BadValue("age", f"is needed for a child in the amount of {benefit}", "Add age=….")
    if age is not None and age < 7:
        return _multiple(benefit, as_of, _of_disability(benefit, as_of, "under_7"))
    if group is None:
        raise BadValue("group", f"is needed for the amount of {benefit}", "Add group=1, 2 or 3.")
    if age is not None and age < 18:
        return _multiple(benefit, as_of, _of_disability(benefit, as_of, "child")[str(group)])
    if cause is None:
        raise BadValue("cause", f"is needed for the amount of {benefit}", "Add cause=….")
    if cause == "child":
        raise BadValue("cause", "is child only below the age of 18", "Check age and cause.")
    factor = _of_disability(benefit, as_of, cause)[str(group)]
    found = _multiple(benefit, as_of, factor)
    return found if age is not None else replace(found, notes=(*found.notes, _NO_AGE_NOTE))


def _of_disability(benefit: str, as_of: AsOf, kind: str) -> Any:
    by_kind = _entered(benefit, as_of)["by_kind"]
    if kind not in by_kind:
        raise Refused(
            f"the amount of {benefit} for {kind!r} on {as_of.on} goes to an official: its coefficient is not "
            f"confirmed by a public source. Confirmed for that day: {', '.join(by_kind)}."
        )
    return by_kind[kind]


def carer(benefit: str, as_of: AsOf) -> Amount:
    return _multiple(benefit, as_of, _entered(benefit, as_of)["coefficient"])


def survivors(benefit: str, as_of: AsOf, dependants: int = 1, full_orphan: bool = False) -> Amount:
    """For all dependants together; for full orphans a sum for each, and all of them together."""
    if dependants < 1:
        raise Refused(f"{benefit} is for one or more dependants, not for {dependants}.")
    found = _entered(benefit, as_of)
    if not full_orphan:
        whole = _multiple(benefit, as_of, found["by_dependants"][str(min(dependants, 6))])
        return _with_line(whole, in_words(_SHARED, n=dependants)) if dependants > 1 else whole
    each = _multiple(benefit, as_of, found["full_orphan"])
    each = replace(each, confirmed=False, notes=(*each.notes, found["full_orphan_note"]))
    if dependants == 1:
        return each
    total = Tiyn(each.amount_tiyn * dependants)
    words = in_words(_FOR_EACH, each=_of_tiyn(each.amount_tiyn), n=dependants, sum=_of_tiyn(total))
    return replace(_with_line(each, words), amount_tiyn=total)


def _entered(benefit: str, as_of: AsOf) -> Mapping[str, Any]:
    """The coefficients of the day. Raises Refused where they or the figure they multiply are not entered."""
    as_of.figure(base_of(benefit))
    return entry(benefit, as_of).values


def _with_line(found: Amount, line: Words) -> Amount:
    return replace(found, lines=(*found.lines, line))


def _of_tiyn(sum_: Tiyn) -> Words:
    return tenge(Decimal(sum_) / 100)


def _multiple(benefit: str, as_of: AsOf, factor: str, count: int = 1, counted: Words | None = None) -> Amount:
    """`factor` × base, for each of `count`, rounded up; with one worded line."""
    base, found = as_of.figure(base_of(benefit)), entry(benefit, as_of)
    exact = times(coefficient(factor) * count, base.value)
    rounded = ceil_tenge(exact)
    lines = {}
    for language in LANGUAGES:
        head = f"{counted[language]} × " if counted else ""
        since = _SINCE[language].format(short=base.short[language], since=base.since)
        line = f"{head}{number(factor)[language]} × {tenge(base.value)[language]} ({since})"
        line += f" = {tenge(exact)[language]}"
        if rounded != exact * 100:
            line += _ROUNDED[language].format(sum=_of_tiyn(rounded)[language])
        lines[language] = line
    sources = tuple(dict.fromkeys((*found.sources, base.source)))
    figure_note = f"{base.short['en']} since {base.since}: {base.note}" if base.note else ""
    notes = tuple(note for note in (figure_note, found.note) if note)
    return Amount(benefit, as_of.on, rounded, (lines,), sources, base.confirmed and not found.note, notes)
