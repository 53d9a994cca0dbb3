"""The texts of the SMS: the five annexes as the act prescribes them, and our own where it has none.

The annexes are Kazakh only in the act (G-45). Texts marked "own" are not from the act (G-21).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from qyzmet.acts.proactive.banks import BY_SYSTEM
from qyzmet.acts.proactive.benefits import BENEFITS
from qyzmet.acts.proactive.clauses import ACT
from qyzmet.acts.proactive.messages_ru import IN_RUSSIAN
from qyzmet.law.act import carries_out
from qyzmet.people.vault import Identity

_CALL = "Барлық сұрақтар бойынша 1414 нөмірі бойынша Call-орталыққа хабарласа аласыз. Қоңырау шалу тегін."
_WAIT = "Сіздің жауабыңызды 3 жұмыс күні ішінде күтеміз."


def _dear(identity: Identity) -> str:
    """The opening of Annexes 2 to 5, with surname, name and patronymic."""
    parts = (identity.surname, identity.given, identity.patronymic)
    return f"Құрметті {' '.join(part for part in parts if part)}!"


def _benefit(values: Mapping[str, Any]) -> str:
    """The benefit's name; of both services of a joint dialogue (G-37) both."""
    codes = values.get("services") or [values["benefit"]]
    return " және ".join(BENEFITS[code].names["kk"] for code in codes)


def _bank(system: str) -> str:
    return BY_SYSTEM[system].names["kk"]


@carries_out(ACT["annex1"])
def annex_1(values: Mapping[str, Any], identity: Identity, language: str) -> str:
    return (
        "Құрметті Азамат!\n"
        f"Сіздің {_benefit(values)} алуға құқығыңыз бар. "
        "Қызметті алу үшін 3 жұмыс күні ішінде жауап беруді сұраймыз.\n"
        "Расталған жағдайда, Сіз дербес деректерді жинауға және өңдеуге келісім бересіз.\n"
        f"{_CALL}\n"
        "Келісім үшін жіберіңіз - 7#1, бас тарту үшін - 7#2"
    )


@carries_out(ACT["annex2"])
def annex_2(values: Mapping[str, Any], identity: Identity, language: str) -> str:
    code, (bank,) = values["code"], values["banks"]
    return (
        f"{_dear(identity)}\n"
        f"Сіздің банктік шотыңызға {_benefit(values)} аудару үшін {_bank(bank)}, "
        f"мәтінмен 1414 нөміріне SMS жіберіңіз {code}#3#1\n"
        f"Басқа банкті таңдау үшін 1414 нөміріне {code}#3#0 мәтінімен SMS жіберіңіз.\n"
        f"{_WAIT}\n{_CALL}"
    )


@carries_out(ACT["annex3"])
def annex_3(values: Mapping[str, Any], identity: Identity, language: str) -> str:
    code, banks = values["code"], values["banks"]
    lines = [
        f"- 1414 нөміріне мәтіні бар SMS жіберіңіз {code}#3#{number} таңдау үшін {_bank(bank)}"
        for number, bank in enumerate(banks, start=1)
    ]
    return (
        f"{_dear(identity)}\n"
        "Белгіленген соманы банктік шотыңызға аудару үшін төмендегі тізімнен банкті таңдаңыз:\n"
        + ";\n".join(lines)
        + f".\nБасқа банкті таңдау үшін 1414 нөміріне мәтіні бар SMS жіберіңіз {code}#3#0.\n"
        f"{_WAIT}\n{_CALL}"
    )


@carries_out(ACT["annex4"])
def annex_4(values: Mapping[str, Any], identity: Identity, language: str) -> str:
    banks = "\n".join(f"{number}. {_bank(bank)}" for number, bank in enumerate(values["banks"], start=1))
    return (
        f"{_dear(identity)}\n"
        "Тағайындалған соманы аудару үшін төмендегі тізімнен банктердің кез келген бөлімшесінде шот ашу "
        "қажет немесе төмендегі сілтемелерді пайдаланыңыз:\n"
        f"{banks}\n"
        "Банк сіздің шотыңыздың ашылғаны туралы бізге автоматты түрде хабарлайды.\n"
        "Біз банктен 3 жұмыс күні ішінде хабарлама күтеміз.\n"
        f"{_CALL}"
    )


@carries_out(ACT["annex5"])
def annex_5(values: Mapping[str, Any], identity: Identity, language: str) -> str:
    """The words between "немесе" and "арқылы" are missing in the act; G-56 supplies them."""
    return (
        f"{_dear(identity)}\n"
        "Қызмет көрсету мерзімі аяқталды.\n"
        f'Тағайындау мәселелері бойынша {_benefit(values)} Сіз "Азаматтарға арналған үкімет" мемлекеттік '
        'корпорациясының бөлімшесіне, "электрондық үкімет" порталы арқылы http://egov.kz '
        f"немесе {values['words']} арқылы жүгіне аласыз.\n"
        "Ең жақын филиалды анықтау үшін Telegram Bot: https://t.me/egovkzbot."
    )


def completion(values: Mapping[str, Any], identity: Identity, language: str) -> str:
    """Own text for §25 and parallels, which order an SMS and give no template."""
    return (
        f"{_dear(identity)}\n"
        f"{_benefit(values)} тағайындау үшін құжаттарды толықтыру қажет. "
        f"Оларды {values.get('days', 25)} жұмыс күні ішінде "
        "«Азаматтарға арналған үкімет» мемлекеттік корпорациясының бөлімшесіне тапсырыңыз.\n"
        f"{_CALL}"
    )


def decided(values: Mapping[str, Any], identity: Identity, language: str) -> str:
    """Own text for §28 and §47, which order an SMS and give no template."""
    result = "тағайындалды" if values["outcome"] == "appoint" else "тағайындаудан бас тартылды"
    return f"{_dear(identity)}\n{_benefit(values)}: {result}.\n{_CALL}"


#: What a review came to.
_REVIEWED = {
    "appoint": "тағайындалды",
    "refuse": "бұрынғы тағайындаудың күші жойылды",
    "stands": "бұрынғы шешім күшінде қалды",
}


def reviewed(values: Mapping[str, Any], identity: Identity, language: str) -> str:
    """Own text: the authorised body has decided anew; the reasons are in the decision."""
    return (
        f"{_dear(identity)}\n"
        f"{_benefit(values)}: шешім қайта қаралды, {_REVIEWED[values['outcome']]}. "
        "Негіздемесі шешімде көрсетілген.\n"
        f"{_CALL}"
    )


def paid_again(values: Mapping[str, Any], identity: Identity, language: str) -> str:
    """Own text: money that came back is ordered once more."""
    return f"{_dear(identity)}\n{_benefit(values)}: қайтарылған сома шотыңызға қайта жіберілді.\n{_CALL}"


def help_with(values: Mapping[str, Any], identity: Identity, language: str) -> str:
    """Own text: an answer to Annex 1, 2 or 3 could not be read (G-19). The question stays as it is."""
    if "code" not in values:
        codes = "Келісу үшін: 7#1\nБас тарту үшін: 7#2"
    else:
        code = values["code"]
        listed = [f"{_bank(bank)}: {code}#3#{number}" for number, bank in enumerate(values["banks"], start=1)]
        codes = "\n".join([*listed, f"Басқа банк: {code}#3#0"])
    return (
        "Жауабыңыз түсініксіз болды. 1414 нөміріне мына кодтардың бірін ғана, басқа сөзсіз жіберіңіз:\n"
        f"{codes}\n"
        "Жауап беру мерзімі бұрынғыша.\n"
        f"{_CALL}"
    )


Write = Callable[[Mapping[str, Any], Identity, str], str]
_KAZAKH: Mapping[str, Write] = {
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


def _template(name: str) -> Write:
    """The text in Kazakh, or in Russian for whom the reading G-45 and their own language want it."""

    def write(values: Mapping[str, Any], identity: Identity, language: str) -> str:
        if language == "person" and identity.language == "ru":
            return IN_RUSSIAN[name](values, identity)
        return _KAZAKH[name](values, identity, language)

    return write


TEMPLATES = {name: _template(name) for name in _KAZAKH}
