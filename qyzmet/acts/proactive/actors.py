"""Who acts and what is asked, in words: systems keep the short names by which the act calls them."""

from __future__ import annotations

from collections.abc import Mapping


def _in(kk: str, ru: str, en: str) -> Mapping[str, str]:
    return {"kk": kk, "ru": ru, "en": en}


ACTORS: Mapping[str, Mapping[str, str]] = {
    "Authorised body": _in("Уәкілетті орган", "Уполномоченный орган", "Authorised body"),
    "State Corporation": _in("Мемлекеттік корпорация", "Государственная корпорация", "State Corporation"),
    "Recipient": _in("Алушы", "Получатель", "Recipient"),
    "recipient": _in("алушы", "получатель", "recipient"),
    "official": _in("лауазымды адам", "должностное лицо", "official"),
    "E-Maket": _in("Е-макет", "Е-макет", "E-Maket"),
    "E-Maket and ODK": _in("Е-макет және ОДҚ", "Е-макет и ЦБД", "E-Maket and ODK"),
    "EGP": _in("ЭҮП", "ПЭП", "EGP"),
    "ODK": _in("ОДҚ", "ЦБД", "ODK"),
    "PDAC": _in("КДП", "КДП", "PDAC"),
    "MSI": _in("МӘС", "МСЭ", "MSI"),
    "MLSP IS": _in("Еңбекмині АЖ", "ИС Минтруда", "MLSP IS"),
    "state bodies": _in("мемлекеттік органдар", "государственные органы", "state bodies"),
    "banks": _in("банктер", "банки", "banks"),
    "kinship service": _in("туыстық сервисі", "сервис родства", "kinship service"),
    "State Database Individuals": _in(
        "«Жеке тұлғалар» МДҚ", "ГБД «Физические лица»", "State Database Individuals"
    ),
    "National Education Database": _in(
        "Ұлттық білім беру дерекқоры", "Национальная образовательная база данных",
        "National Education Database",
    ),
    "Attached Population Register": _in(
        "Бекітілген халық тіркелімі", "Регистр прикреплённого населения", "Attached Population Register"
    ),
    "Civil Registry IS": _in("АХАЖ АЖ", "ИС ЗАГС", "Civil Registry IS"),
}  # fmt: skip
