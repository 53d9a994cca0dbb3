"""What the facts of a case are called when it is told: Kazakh, Russian, English."""

from __future__ import annotations

from collections.abc import Mapping


def _in(kk: str, ru: str, en: str) -> Mapping[str, str]:
    return {"kk": kk, "ru": ru, "en": en}


FACT_TITLES: Mapping[str, Mapping[str, str]] = {
    "amount": _in("Айлық сома, тиын", "Сумма в месяц, тиын", "Amount a month, tiyn"),
    "amount.lines": _in("Есептеу", "Расчёт", "Arithmetic"),
    "amount.sources": _in("Есептеу дереккөздері", "Источники расчёта", "Sources of the arithmetic"),
    "application": _in("Электрондық өтініш", "Электронное заявление", "Electronic application"),
    "application.number": _in("Өтініш нөмірі", "Номер заявления", "Number of the application"),
    "award": _in("Марапат", "Награда", "Award"),
    "award_day": _in("Марапатталған күні", "День награждения", "Day of the award"),
    "bank": _in("Таңдалған банк", "Выбранный банк", "Chosen bank"),
    "banks": _in("Шоты бар банктер", "Банки со счётом", "Banks with an account"),
    "benefit": _in("Қызмет", "Услуга", "Service"),
    "birth_day": _in("Баланың туған күні", "День рождения ребёнка", "Birthday of the child"),
    "birth_order": _in("Баланың реті", "Очерёдность ребёнка", "Which child it is"),
    "children": _in("Отбасындағы балалар саны", "Детей в семье", "Children in the family"),
    "confirmed": _in("Деректер расталды", "Данные подтверждены", "The data are confirmed"),
    "confirmed.reason": _in("Расталмау себебі", "Причина неподтверждения", "Why they are not confirmed"),
    "consent": _in("Келісімге жауап", "Ответ о согласии", "Answer on consent"),
    "decision": _in("Шешім", "Решение", "Decision"),
    "existing": _in("Бар өтініш пен макет", "Уже есть заявление или макет", "What exists already"),
    "family": _in("Отбасы құрамы", "Состав семьи", "Family composition"),
    "flc.reasons": _in(
        "Бақылаудан өтпеу себептері", "Причины непрохождения контроля", "Why the control was not passed"
    ),
    "mlsp.alive": _in("Тірі", "Жив(а)", "Alive"),
    "mlsp.appointed": _in("Тағайындалған", "Уже назначено", "Appointed already"),
    "mlsp.identified": _in("Анықталған", "Идентифицирован(а)", "Identified"),
    "mlsp.pending": _in("Қаралуда", "На рассмотрении", "Under consideration"),
    "new_bank": _in("Жаңа шоты бар банк", "Банк с новым счётом", "Bank with the new account"),
    "odk.receipt": _in("ОДҚ түбіртегі", "Квитанция ЦБД", "Receipt of ODK"),
    "other_bank_rounds": _in(
        "Басқа банк неше рет сұралды", "Сколько раз хотели другой банк", "How often another bank was wanted"
    ),
    "pdac.agree": _in("Келісім жазбасы", "Запись о согласии", "Record of the consent"),
    "pdac.refuse": _in("Бас тарту жазбасы", "Запись об отказе", "Record of the refusal"),
    "pdac.request": _in("Келісім сұрауы", "Запрос согласия", "Request for consent"),
    "relation": _in("Туыстығы", "Родство", "Relation"),
    "returned": _in("ЭІМ қайтарылды", "Макет возвращён", "The file was returned"),
    "status": _in("Мәртебесі", "Статус", "Status"),
}
