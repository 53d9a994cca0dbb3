"""Who acts and what is asked, in words: systems keep the short names by which the act calls them."""

from __future__ import annotations

from collections.abc import Mapping

from qyzmet.acts.proactive.banks import INTEGRATED


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
    "Labour Market AIS": _in("«Еңбек нарығы» ААЖ", "АИС «Рынок труда»", "Labour Market AIS"),
    "SMS gateway": _in("SMS шлюзі", "SMS-шлюз", "SMS gateway"),
    # roles and offices of tasks
    "authorised body": _in("уәкілетті орган", "уполномоченный орган", "authorised body"),
    "authorised_body": _in("уәкілетті орган", "уполномоченный орган", "authorised body"),
    "state_corporation": _in("Мемлекеттік корпорация", "Государственная корпорация", "State Corporation"),
    "desk": _in("оператор үстелі", "рабочее место оператора", "operator's desk"),
    "committee": _in("Комитет", "Комитет", "committee"),
    "fund": _in("Қор", "Фонд", "fund"),
    "branch": _in("филиал", "филиал", "branch"),
    # systems by the names of their contracts
    "attached_population_register": _in("БХТ", "РПН", "Attached Population Register"),
    "civil_registry": _in("АХАЖ", "ЗАГС", "Civil Registry"),
    "e_maket": _in("Е-макет", "Е-макет", "E-Maket"),
    "individuals_db": _in("«Жеке тұлғалар» МДҚ", "ГБД «Физические лица»", "State Database Individuals"),
    "kinship_service": _in("туыстық сервисі", "сервис родства", "kinship service"),
    "labour_market": _in("«Еңбек нарығы» ААЖ", "АИС «Рынок труда»", "Labour Market AIS"),
    "mlsp_is": _in("Еңбекмині АЖ", "ИС Минтруда", "MLSP IS"),
    "mobile_citizens_base": _in("МАБ", "БМГ", "Mobile Citizens Base"),
    "msi": _in("МӘС", "МСЭ", "MSI"),
    "national_education_database": _in("ҰБДҚ", "НОБД", "National Education Database"),
    "odk": _in("ОДҚ", "ЦБД", "ODK"),
    "pdac": _in("КДП", "КДП", "PDAC"),
    "sms": _in("SMS шлюзі", "SMS-шлюз", "SMS gateway"),
    "state_bodies": _in("мемлекеттік органдар", "государственные органы", "state bodies"),
    # what facts hold
    "mother": _in("анасы", "мать", "mother"),
    "father": _in("әкесі", "отец", "father"),
    "adoptive_parent": _in("асырап алушы", "усыновитель", "adoptive parent"),
    "guardian": _in("қамқоршы", "опекун", "guardian"),
    "refuse": _in("бас тарту", "отказ", "refuses"),
    "answer": _in("жауап", "ответ", "answer"),
    "at": _in("уақыты", "время", "at"),
    "bank": _in("банк", "банк", "bank"),
    "form": _in("нысаны", "форма", "form"),
    "kind": _in("түрі", "вид", "kind"),
    "number": _in("нөмірі", "номер", "number"),
    "proactive": _in("проактивті", "проактивная", "proactive"),
    "ELIGIBLE": _in("«Тиісті»", "«Соответствует»", "ELIGIBLE"),
    "NOT ELIGIBLE": _in("«Тиісті емес»", "«Не соответствует»", "NOT ELIGIBLE"),
    "ALTYN_ALQA": _in("«Алтын алқа»", "«Алтын алқа»", "Altyn Alqa"),
    "KUMIS_ALQA": _in("«Күміс алқа»", "«Күміс алқа»", "Kumis Alqa"),
    "BATYR_ANA": _in("«Батыр ана»", "«Мать-героиня»", "Batyr Ana"),
    "ANA_DANQY_1": _in(
        "I дәрежелі «Ана даңқы»", "«Материнская слава» I степени", "Ana Danqy, first degree"
    ),
    "ANA_DANQY_2": _in(
        "II дәрежелі «Ана даңқы»", "«Материнская слава» II степени", "Ana Danqy, second degree"
    ),
    **{bank.system: bank.names for bank in INTEGRATED},
}  # fmt: skip
