"""The order of 20 February 2026 No 119 and its form ЦМПМ 1: every paragraph and every column.

`order` is the order itself, `form` the approved form, `annex` the explanation on filling it in.
"""

from __future__ import annotations

from datetime import date

from qyzmet.law.act import Clause, LegalAct, Period

#: The day of registration; the order is in force later, by policy `published` (order clause 4).
REGISTERED = date(2026, 2, 24)

ACT = LegalAct(
    code="mining",
    titles={
        "kk": "Мемлекеттік кірістер органына ұсынылатын цифрлық майнинг пулы цифрлық майнинг жөніндегі қызметті "
        "жүзеге асыратын тұлғалар арасында бөлген цифрлық активтер туралы мәліметтер нысанын бекіту туралы",
        "ru": "Об утверждении формы сведений о цифровых активах, распределённых цифровым майнинговым пулом между "
        "лицами, осуществляющими деятельность по цифровому майнингу, представляемых в орган государственных доходов",
        "en": "On approval of the form of information on digital assets distributed by a digital mining pool among "
        "persons carrying on digital mining activity, submitted to the state revenue authority",
    },
    source="Order of the Minister of Finance of 20 February 2026 No 119, registered on 24 February 2026 No 38031",
    in_force=Period(REGISTERED),
    about="Mining pools: monthly reports checked, taken in, summed up",
)


def _enter(place: str, title: str, no_code_because: str | None = None) -> Clause:
    return ACT.clause(place, title, no_code_because=no_code_because)


_enter("order.1", "The form is approved")
_enter("order.2", "The order of 27 June 2023 No 709 loses force")
_enter("order.3", "What the State Revenue Committee shall ensure", "its three parts are below")
_enter("order.3.1", "Registration with the Ministry of Justice", "addressed to the Committee")
_enter("order.3.2", "Placing on the Ministry's internet resource", "addressed to the Committee")
_enter("order.3.3", "Information to the Legal Service Department", "addressed to the Committee")
_enter("order.4", "In force when sixty calendar days have passed after the day of first official publication")

_enter("form.1", "Submitted to the state revenue authorities")
_enter("form.2", "Name of the administrative form")
_enter("form.3", "Index of the form: ЦМПМ 1")
_enter("form.4", "Periodicity: every month")
_enter("form.5", "Reporting period: month and year")
_enter("form.6", "Circle of persons: digital mining pool")
_enter("form.7", "Deadline: not later than the 25th of the month after the reporting month")
_enter("form.8", "Identification number of the pool (IIN or BIN)")
_enter("form.9", "Collected in electronic form")
_enter("form.10", "Note: the explanation is in the annex")
_enter("form.11", "Requisites: name, address, telephone, e-mail")
_enter("form.12", "Executor: names, signature, telephone")
_enter("form.13", "Head or acting head: names, signature")

_enter("annex§1.part1", "Submitted through www.Qoldau.kz by an API service")
_enter("annex§1.part2", "Automated: no official is designated, no notice is needed")
_enter("annex§2", "Sent every month, not later than the 25th of the next")
_enter("annex§3", "The form shows fifteen columns")
for _number, _title in enumerate(
    (
        "Number in order",
        "IIN or BIN of the miner",
        "Name of the miner",
        "Number of the licence",
        "Day of issue of the licence",
        "Details of the crypto-wallet",
        "Day of distribution",
        "Name of the asset distributed",
        "Amount of the asset distributed",
        "Combined sum of the transfer",
        "Day of transfer",
        "Commission: name of the asset",
        "Commission: quantity of the asset",
        "Commission: name of the currency",
        "Commission: quantity of the currency",
    ),
    start=1,
):
    _enter(f"annex§3.col{_number}", _title)
