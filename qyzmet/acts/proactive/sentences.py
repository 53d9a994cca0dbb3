"""What findings and facts say in English, in the other languages; `{}` is what is filled in."""

from __future__ import annotations

from collections.abc import Mapping


def _in(kk: str, ru: str) -> Mapping[str, str]:
    return {"kk": kk, "ru": ru}


SENTENCES: Mapping[str, Mapping[str, str]] = {
    "needed: {}": _in("қажет: {}", "необходимо: {}"),
    "the person is not identified in the ministry's system": _in(
        "тұлға министрлік жүйесінде анықталмаған", "лицо не идентифицировано в системе министерства"
    ),
    "the person is recorded as deceased": _in("тұлға қайтыс болған деп жазылған", "лицо значится умершим"),
    "the same benefit is already appointed": _in(
        "осы төлем тағайындалып қойған", "такая выплата уже назначена"
    ),
    "an application for the same benefit is pending": _in(
        "осы төлемге өтініш қаралуда", "заявление на такую выплату рассматривается"
    ),
    "the amount of {} is not computed and goes to an official: {}.": _in(
        "{} мөлшері есептелмейді, лауазымды адамға беріледі: {}.",
        "размер {} не рассчитывается и передаётся должностному лицу: {}.",
    ),
    "the amount of {} for {} on {} goes to an official: its coefficient is not confirmed by a public source. "
    "Confirmed for that day: {}.": _in(
        "{} мөлшері ({}, {}) лауазымды адамға беріледі: коэффициентін ашық дереккөз растамайды. "
        "Сол күнге расталғандары: {}.",
        "размер {} ({}, {}) передаётся должностному лицу: коэффициент не подтверждён открытым источником. "
        "Подтверждены на этот день: {}.",
    ),
    "{} is for four or more children living together, not for {}.": _in(
        "{} бірге тұратын төрт және одан көп балаға беріледі, {} балаға емес.",
        "{} даётся на четырёх и более совместно проживающих детей, а не на {}.",
    ),
    "{}: without income on which contributions were made nothing comes out.": _in(
        "{}: аударымдар жасалған табыссыз сома шықпайды.",
        "{}: без дохода, с которого делались отчисления, суммы нет.",
    ),
    "{}: the average income is not above {} of the minimum wage of {} tenge, so nothing comes out; it goes "
    "to an official.": _in(
        "{0}: орташа табыс ең төмен жалақының ({2} теңге) {1} үлесінен аспайды, сома шықпайды; лауазымды "
        "адамға беріледі.",
        "{}: средний доход не выше {} минимальной зарплаты ({} тенге), суммы нет; передаётся должностному "
        "лицу.",
    ),
    "{} needs at least {} months of participation, not {}.": _in(
        "{} үшін кемінде {} ай қатысу өтілі керек, {} ай емес.",
        "для {} нужно не менее {} месяцев участия, а не {}.",
    ),
    "{} is for one or more dependants, not for {}.": _in(
        "{} бір немесе одан көп асырауындағыға беріледі, {} емес.",
        "{} даётся на одного или более иждивенцев, а не на {}.",
    ),
    "no {} of {} is entered for {}. Enter it with its source.": _in(
        "{} ({}) {} күніне енгізілмеген. Дереккөзімен енгізіңіз.",
        "{} ({}) на {} не внесено. Внесите с источником.",
    ),
    "{}: is needed for the amount of {}. {}": _in(
        "{}: {} мөлшері үшін қажет. {}", "{}: нужно для размера {}. {}"
    ),
}
