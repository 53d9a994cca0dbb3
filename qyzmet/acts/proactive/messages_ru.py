"""Russian translations of ours of the SMS, for people whose language is Russian where G-45 allows it.

The act has the annexes in Kazakh only; these texts are not from the act. Codes are the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qyzmet.acts.proactive.banks import BY_SYSTEM
from qyzmet.acts.proactive.benefits import BENEFITS
from qyzmet.people.vault import Identity

_CALL = "По всем вопросам обращайтесь в Call-центр по номеру 1414. Звонок бесплатный."
_WAIT = "Ждём Ваш ответ в течение 3 рабочих дней."


def _dear(identity: Identity) -> str:
    parts = (identity.surname, identity.given, identity.patronymic)
    return f"Уважаемый(ая) {' '.join(part for part in parts if part)}!"


def _benefit(values: Mapping[str, Any]) -> str:
    codes = values.get("services") or [values["benefit"]]
    return "«" + "», «".join(BENEFITS[code].names["ru"] for code in codes) + "»"


def _bank(system: str) -> str:
    return BY_SYSTEM[system].names["ru"]


def annex_1(values: Mapping[str, Any], identity: Identity) -> str:
    return (
        "Уважаемый гражданин!\n"
        f"Вы имеете право на получение: {_benefit(values)}. "
        "Чтобы получить услугу, просим ответить в течение 3 рабочих дней.\n"
        "Подтверждая, Вы даёте согласие на сбор и обработку персональных данных.\n"
        f"{_CALL}\n"
        "Для согласия отправьте - 7#1, для отказа - 7#2"
    )


def annex_2(values: Mapping[str, Any], identity: Identity) -> str:
    code, (bank,) = values["code"], values["banks"]
    return (
        f"{_dear(identity)}\n"
        f"Чтобы {_benefit(values)} перечислялось на Ваш банковский счёт в {_bank(bank)}, "
        f"отправьте на номер 1414 SMS с текстом {code}#3#1\n"
        f"Чтобы выбрать другой банк, отправьте на номер 1414 SMS с текстом {code}#3#0.\n"
        f"{_WAIT}\n{_CALL}"
    )


def annex_3(values: Mapping[str, Any], identity: Identity) -> str:
    code, banks = values["code"], values["banks"]
    lines = [
        f"- чтобы выбрать {_bank(bank)}, отправьте на номер 1414 SMS с текстом {code}#3#{number}"
        for number, bank in enumerate(banks, start=1)
    ]
    return (
        f"{_dear(identity)}\n"
        "Выберите из списка банк, на счёт в котором перечислить назначенную сумму:\n"
        + ";\n".join(lines)
        + f".\nЧтобы выбрать другой банк, отправьте на номер 1414 SMS с текстом {code}#3#0.\n"
        f"{_WAIT}\n{_CALL}"
    )


def annex_4(values: Mapping[str, Any], identity: Identity) -> str:
    banks = "\n".join(f"{number}. {_bank(bank)}" for number, bank in enumerate(values["banks"], start=1))
    return (
        f"{_dear(identity)}\n"
        "Для перечисления назначенной суммы откройте счёт в любом отделении банков из списка или "
        "воспользуйтесь ссылками:\n"
        f"{banks}\n"
        "Банк сообщит нам об открытии Вашего счёта автоматически.\n"
        "Мы ждём сообщения банка в течение 3 рабочих дней.\n"
        f"{_CALL}"
    )


def annex_5(values: Mapping[str, Any], identity: Identity) -> str:
    return (
        f"{_dear(identity)}\n"
        "Срок оказания услуги истёк.\n"
        f"По вопросам назначения ({_benefit(values)}) Вы можете обратиться в отделение Государственной "
        "корпорации «Правительство для граждан», через портал «электронного правительства» http://egov.kz, "
        "через «eGov mobile» или мобильные приложения банков второго уровня.\n"
        "Ближайший филиал подскажет Telegram Bot: https://t.me/egovkzbot."
    )


def completion(values: Mapping[str, Any], identity: Identity) -> str:
    return (
        f"{_dear(identity)}\n"
        f"Для назначения ({_benefit(values)}) нужно дополнить документы. "
        f"Сдайте их в течение {values.get('days', 25)} рабочих дней в отделение Государственной корпорации "
        "«Правительство для граждан».\n"
        f"{_CALL}"
    )


def decided(values: Mapping[str, Any], identity: Identity) -> str:
    result = "назначено" if values["outcome"] == "appoint" else "в назначении отказано"
    return f"{_dear(identity)}\n{_benefit(values)}: {result}.\n{_CALL}"


_REVIEWED = {
    "appoint": "назначено",
    "refuse": "прежнее назначение отменено",
    "stands": "прежнее решение остаётся в силе",
}


def reviewed(values: Mapping[str, Any], identity: Identity) -> str:
    return (
        f"{_dear(identity)}\n{_benefit(values)}: решение пересмотрено, {_REVIEWED[values['outcome']]}. "
        f"Основания указаны в решении.\n{_CALL}"
    )


def paid_again(values: Mapping[str, Any], identity: Identity) -> str:
    return f"{_dear(identity)}\n{_benefit(values)}: вернувшаяся сумма снова направлена на Ваш счёт.\n{_CALL}"


def help_with(values: Mapping[str, Any], identity: Identity) -> str:
    if "code" not in values:
        codes = "Согласие: 7#1\nОтказ: 7#2"
    else:
        code = values["code"]
        listed = [f"{_bank(bank)}: {code}#3#{number}" for number, bank in enumerate(values["banks"], start=1)]
        codes = "\n".join([*listed, f"Другой банк: {code}#3#0"])
    return (
        "Ваш ответ не понят. Отправьте на номер 1414 только один из этих кодов, без других слов:\n"
        f"{codes}\n"
        "Срок ответа прежний.\n"
        f"{_CALL}"
    )


IN_RUSSIAN = {
    "help": help_with,
    "annex1": annex_1,
    "annex2": annex_2,
    "annex3": annex_3,
    "annex4": annex_4,
    "annex5": annex_5,
    "completion": completion,
    "decided": decided,
    "reviewed": reviewed,
    "paid_again": paid_again,
}
