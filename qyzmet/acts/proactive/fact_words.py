"""What the facts of a case are called when it is told: Kazakh, Russian, English."""

from __future__ import annotations

from collections.abc import Mapping


def _in(kk: str, ru: str, en: str) -> Mapping[str, str]:
    return {"kk": kk, "ru": ru, "en": en}


FACT_TITLES: Mapping[str, Mapping[str, str]] = {
    "age": _in("Жасы", "Возраст", "Age"),
    "amount": _in("Айлық сома, тиын", "Сумма в месяц, тиын", "Amount a month, tiyn"),
    "amount.lines": _in("Есептеу", "Расчёт", "Arithmetic"),
    "amount.refused": _in(
        "Мөлшер неге есептелмеді", "Почему размер не рассчитан", "Why no amount was computed"
    ),
    "amount.source": _in("Мөлшердің дереккөзі", "Источник размера", "Source of the amount"),
    "amount.sources": _in("Есептеу дереккөздері", "Источники расчёта", "Sources of the arithmetic"),
    "application": _in("Электрондық өтініш", "Электронное заявление", "Electronic application"),
    "application.number": _in("Өтініш нөмірі", "Номер заявления", "Number of the application"),
    "award": _in("Марапат", "Награда", "Award"),
    "award_day": _in("Марапатталған күні", "День награждения", "Day of the award"),
    "average_income": _in(
        "Орташа айлық табыс, теңге", "Среднемесячный доход, тенге", "Average monthly income, tenge"
    ),
    "bank": _in("Таңдалған банк", "Выбранный банк", "Chosen bank"),
    "banks": _in("Шоты бар банктер", "Банки со счётом", "Banks with an account"),
    "benefit": _in("Қызмет", "Услуга", "Service"),
    "birth_day": _in("Баланың туған күні", "День рождения ребёнка", "Birthday of the child"),
    "birth_order": _in("Баланың реті", "Очерёдность ребёнка", "Which child it is"),
    "cause": _in("Мүгедектік себебі", "Причина инвалидности", "Cause of disability"),
    "causes": _in("Мүгедектік себептері", "Причины инвалидности", "Causes of disability"),
    "children": _in("Отбасындағы балалар саны", "Детей в семье", "Children in the family"),
    "confirmed": _in("Деректер расталды", "Данные подтверждены", "The data are confirmed"),
    "confirmed.reason": _in("Расталмау себебі", "Причина неподтверждения", "Why they are not confirmed"),
    "consent": _in("Келісімге жауап", "Ответ о согласии", "Answer on consent"),
    "death_day": _in("Қайтыс болған күні", "День смерти", "Day of death"),
    "deceased": _in("Қайтыс болған адам (бүркеншік)", "Умерший (псевдоним)", "The deceased (pseudonym)"),
    "decision": _in("Шешім", "Решение", "Decision"),
    "dependants": _in("Асырауындағылар барлығы", "Иждивенцев всего", "Dependants in all"),
    "dependants_before": _in(
        "Басқа алушылардың асырауындағылар",
        "Иждивенцев до этого получателя",
        "Dependants of recipients before",
    ),
    "dependants_own": _in(
        "Осы алушының асырауындағылар", "Иждивенцев у получателя", "Dependants of this recipient"
    ),
    "established": _in(
        "Мүгедектік белгіленген күн", "День установления инвалидности", "Day disability was established"
    ),
    "existing": _in("Бар өтініш пен макет", "Уже есть заявление или макет", "What exists already"),
    "family": _in("Отбасы құрамы", "Состав семьи", "Family composition"),
    "found_by": _in("Кім арқылы табылды", "Через кого найден", "Found through"),
    "full_orphan": _in("Тұлдыр жетім", "Круглый сирота", "Full orphan"),
    "group": _in("Мүгедектік тобы", "Группа инвалидности", "Group of disability"),
    "loss_degree": _in(
        "Еңбекке қабілеттілікті жоғалту дәрежесі, %",
        "Степень утраты трудоспособности, %",
        "Degree of loss, %",
    ),
    "orphanage": _in("Интернатта тұрады", "Живёт в интернате", "Lives in an orphanage"),
    "participation_months": _in("Қатысу өтілі, ай", "Стаж участия, месяцев", "Participation, months"),
    "pensions": _in("Қайтыс болған адамның төлемдері", "Выплаты умершему", "What was paid to the deceased"),
    "registered": _in(
        "Жұмыссыз болып тіркелген күні", "День регистрации безработным", "Day of registration as unemployed"
    ),
    "route": _in("Шешім жолы", "Путь решения", "Way of the decision"),
    "services": _in("Диалогтағы қызметтер", "Услуги в диалоге", "Services in the dialogue"),
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
    "payment.reference": _in("Төлем тапсырмасы", "Платёжное поручение", "Payment order"),
    "payment.state": _in("Төлемнің жай-күйі", "Состояние выплаты", "State of the payment"),
    "payment.ordered": _in("Тапсырылған, тиын", "Заказано, тиын", "Ordered, tiyn"),
    "payment.paid": _in("Төленген, тиын", "Выплачено, тиын", "Paid, tiyn"),
    "payment.returned": _in("Қайтарылған, тиын", "Возвращено, тиын", "Returned, tiyn"),
    "payment.due": _in("Қайта төленетін, тиын", "К повторной выплате, тиын", "To be paid again, tiyn"),
    "payment.over": _in("Артық төленген, тиын", "Излишне выплачено, тиын", "Overpaid, tiyn"),
    "payment.explained": _in("Не болды", "Что произошло", "What happened"),
    "payment.closed": _in("Шот жабық", "Счёт закрыт", "The account is closed"),
    "payment.decided_in": _in("Шешім шығарылған іс", "Дело с решением", "Case of the decision"),
    "payment.note": _in(
        "Лауазымды адамның түсіндірмесі", "Пояснение должностного лица", "The official's explanation"
    ),
    "review.of": _in("Қайта қаралатын іс", "Пересматриваемое дело", "Case under review"),
    "review.last": _in("Соңғы шешім шығарылған іс", "Дело с последним решением", "Case of the last decision"),
    "review.last_hash": _in(
        "Соңғы шешімнің SHA-256", "SHA-256 последнего решения", "SHA-256 of the last decision"
    ),
    "review.last_outcome": _in("Соңғы шешім", "Последнее решение", "Last decision"),
    "review.last_amount": _in("Бұрынғы сома, тиын", "Прежняя сумма, тиын", "Sum before, tiyn"),
    "review.kind": _in("Кім сұрады", "Кто просит", "Who asks"),
    "review.because": _in("Неге қайта қаралады", "Почему пересматривается", "Why it is reviewed"),
    "review.told": _in(
        "Бұрынғы шешім хабарланған күн", "День сообщения прежнего решения", "Day the decision was told"
    ),
    "review.late": _in("Мерзімі өткен", "Срок пропущен", "Out of time"),
    "review.ordered": _in("Бұрын тапсырылған, тиын", "Заказано ранее, тиын", "Ordered before, tiyn"),
    "review.more": _in("Қосымша төленеді, тиын", "К доплате, тиын", "Still to be paid, tiyn"),
    "review.overpaid": _in("Артық төленген, тиын", "Излишне выплачено, тиын", "Overpaid, tiyn"),
    "review.reason": _in("Жаңа шешімнің негізі", "Основание нового решения", "Reason of the new decision"),
}
