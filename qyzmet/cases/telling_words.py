"""The words in which a case is told: Kazakh, Russian, English."""

from __future__ import annotations

from collections.abc import Mapping


def _in(kk: str, ru: str, en: str) -> Mapping[str, str]:
    return {"kk": kk, "ru": ru, "en": en}


WORDS: Mapping[str, Mapping[str, str]] = {
    "opened": _in(
        "Іс {event} оқиғасы бойынша ашылды; {as_of} күнгі құқық қолданылады.",
        "Дело открыто по событию {event}; применяется право на {as_of}.",
        "The case was opened for event {event}; the law of {as_of} applies.",
    ),
    "step": _in("{title} → {next}", "{title} → {next}", "{title}: {outcome} → {next}"),
    "learnt": _in(
        "{name}: {value} (дереккөз: {source})",
        "{name}: {value} (источник: {source})",
        "{name}: {value} (source: {source})",
    ),
    "found": _in(
        "{clause} бойынша қорытынды: {outcome}; негізі: {facts}",
        "Вывод по {clause}: {outcome}; основание: {facts}",
        "Finding under {clause}: {outcome}; it rests on: {facts}",
    ),
    "erased": _in(
        "Бұл жерде белгілі болған деректер адамның кілтімен бірге жойылды.",
        "Что здесь стало известно, уничтожено вместе с ключом лица.",
        "What became known here was destroyed with the person's key.",
    ),
    "sms.d": _in(
        "SMS операторға берілді ({parts} бөлік)",
        "SMS передано оператору (частей: {parts})",
        "SMS handed to the operator (parts: {parts})",
    ),
    "sms.h": _in(
        "SMS осы телефондағы алдыңғы сұраққа жауап күтуде",
        "SMS ждёт: на этом телефоне открыт прежний вопрос",
        "SMS waits: an earlier question is open on this phone",
    ),
    "sms.r": _in("SMS жіберуге дайын", "SMS готово к отправке", "SMS is ready to be sent"),
    "sms.s": _in("SMS жіберілуде", "SMS отправляется", "SMS is being sent"),
    "sms.f": _in("SMS жіберілмеді", "SMS не отправлено", "SMS could not be sent"),
    "sms.u": _in(
        "SMS жеткені белгісіз: байланыс үзілді",
        "Неизвестно, ушло ли SMS: связь прервалась",
        "It is not known whether the SMS went out: the link broke",
    ),
    "sms.x": _in(
        "SMS енді қажет емес, жіберілмеді",
        "SMS больше не нужно, не отправлено",
        "SMS was no longer wanted and did not go out",
    ),
    "helps": _in(
        "жауап түсініксіз болды, көмекші хабар",
        "ответ не понят, подсказка",
        "the answer could not be read, a help",
    ),
    "reply": _in("SMS жауап: {text} ({note})", "Ответное SMS: {text} ({note})", "SMS reply: {text} ({note})"),
    "answers": _in("ашық сұраққа жауап", "ответ на открытый вопрос", "answers the open question"),
    "after the question closed": _in(
        "сұрақ жабылғаннан кейін", "после закрытия вопроса", "after the question was closed"
    ),
    "the number has changed hands": _in(
        "нөмір басқа адамға өтті", "номер перешёл к другому человеку", "the number has changed hands"
    ),
    "no question": _in("сұрақ болған жоқ", "вопроса не было", "there was no question"),
    "task": _in(
        "Тапсырма ашылды: {role}, {office}",
        "Открыта задача: {role}, {office}",
        "A task opened: {role}, {office}",
    ),
    "done": _in(
        "{official} тапсырманы орындады: {outcome}",
        "Задачу выполнил(а) {official}: {outcome}",
        "{official} ended the task: {outcome}",
    ),
    "released": _in(
        "{official} істі жұмысқа қайтарды",
        "Дело вернул(а) в работу {official}",
        "{official} put the case back to work",
    ),
    "handed_over": _in(
        "{official} тапсырманы {holder} қолынан алды, енді: {to}",
        "{official} забрал(а) задачу у {holder}, теперь она у: {to}",
        "{official} took the task back from {holder}; it is now with: {to}",
    ),
    "all of the office": _in("бөлімнің бәрі", "всех сотрудников отдела", "all of the office"),
    "deadline": _in("Мерзім: {title}", "Срок: {title}", "A time limit: {title}"),
    "recounted": _in(
        "Бұл есеп енді басқаша шығады: күнтізбе содан бері өзгерді ({version}).",
        "Теперь счёт выходит иначе: календарь с тех пор изменился ({version}).",
        "The count comes out otherwise now: the calendar changed since then ({version}).",
    ),
    "overdue": _in("Мерзім өтті: {title}", "Срок прошёл: {title}", "The time is over: {title}"),
    "decision": _in(
        "Шешім: {outcome}, {amount}. Қол қойған: {signer}.",
        "Решение: {outcome}, {amount}. Подписал(а): {signer}.",
        "Decision: {outcome}, {amount}. Signed by {signer}.",
    ),
    "document": _in(
        "Құжаттың SHA-256: {digest}", "SHA-256 документа: {digest}", "SHA-256 of the document: {digest}"
    ),
    "payment": _in(
        "Төлеуге қойылды: {amount}, кілті {key}, түбіртегі {receipt}.",
        "Поставлено на выплату: {amount}, ключ {key}, квитанция {receipt}.",
        "Placed for payment: {amount}, key {key}, receipt {receipt}.",
    ),
    "aside": _in(
        "Іс адамдардың қарауына қалдырылды: {trouble}",
        "Дело отложено для людей: {trouble}",
        "The case was set aside for people: {trouble}",
    ),
    "ended": _in("Іс аяқталды: {title}.", "Дело завершено: {title}.", "The case ended: {title}."),
    "waits": _in("Іс осы қадамда: {title}.", "Дело на шаге: {title}.", "The case is at: {title}."),
    "until": _in("Мерзімі: {until}", "Срок: {until}", "Until {until}"),
    "unreadable": _in("мәтіні жойылған", "текст уничтожен", "the text is destroyed"),
    "recipient": _in("Алушы", "Получатель", "Recipient"),
    "appoint": _in("тағайындау", "назначить", "appoint"),
    "refuse": _in("бас тарту", "отказать", "refuse"),
    "stands": _in("бұрынғы шешім күшінде", "прежнее решение в силе", "the decision before stands"),
    "status.r": _in("орындалуда", "выполняется", "running"),
    "status.w": _in("күтуде", "ожидает", "waiting"),
    "status.p": _in("бақылауда", "под наблюдением", "watching"),
    "status.e": _in("аяқталды", "завершено", "ended"),
    "status.a": _in("адамдарға қалдырылды", "отложено для людей", "set aside for people"),
    "true": _in("иә", "да", "yes"),
    "false": _in("жоқ", "нет", "no"),
    "none": _in("белгісіз", "неизвестно", "not known"),
}  # fmt: skip


#: What the kernel keeps in English of troubles and signers; `{}` is filled in.
SENTENCES: Mapping[str, Mapping[str, str]] = {
    "{} was not answered {} times": _in(
        "{} қадамына {} рет жауап болмады", "на шаге {} не ответили {} раз", "{} was not answered {} times"
    ),
    "the message of step {} could not be sent: {}": _in(
        "{} қадамының хабарламасы жіберілмеді: {}",
        "сообщение шага {} не удалось отправить: {}",
        "the message of step {} could not be sent: {}",
    ),
    "{}, head of {} ({}), certificate {}": _in(
        "{}, басшы, {} ({}), сертификат {}",
        "{}, руководитель, {} ({}), сертификат {}",
        "{}, head of {} ({}), certificate {}",
    ),
    "{} in {}, line {}": _in("{}: {}, {}-жол", "{}: {}, строка {}", "{} in {}, line {}"),
}


def word(name: str, language: str) -> str:
    """A word of the table; what is none, or a sentence with places for values, stands for itself."""
    words = WORDS.get(name)
    return name if words is None or "{" in words[language] else words[language]


def say(name: str, language: str, /, **values: object) -> str:
    """The sentence of this name; a name that is not in the table stands for itself."""
    words = WORDS.get(name)
    return name if words is None else words[language].format(**values)
