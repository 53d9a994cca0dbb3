"""The texts of the SMS, typed by hand from the annexes of the act, and how many parts they travel in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from qyzmet.acts.proactive.messages import TEMPLATES
from qyzmet.acts.proactive.messages_ru import IN_RUSSIAN
from qyzmet.exchange.smstext import in_parts
from qyzmet.people.vault import Identity
from tests.acts.proactive.conftest import AWARDED, LARGE, MakePilot, Pilot

LARGE_NAME = "көпбалалы отбасыға жәрдемақы"
AWARDED_NAME = "көпбалалы аналарға мемлекеттік жәрдемақы"
NAME = {LARGE: LARGE_NAME, AWARDED: AWARDED_NAME}
MOTHER = Identity(surname="Серікқызы", given="Айгүл", patronymic="Маратқызы")
BANKS = ["Бірлік Банкі", "Дала Банкі", "Көкжиек Банкі", "Самал Банкі", "Арна Банкі"]
SYSTEMS = ["bank_a", "bank_b", "bank_c", "bank_d", "bank_e"]

ANNEX_1 = """\
Құрметті Азамат!
Сіздің {benefit} алуға құқығыңыз бар. Қызметті алу үшін 3 жұмыс күні ішінде жауап беруді сұраймыз.
Расталған жағдайда, Сіз дербес деректерді жинауға және өңдеуге келісім бересіз.
Барлық сұрақтар бойынша 1414 нөмірі бойынша Call-орталыққа хабарласа аласыз. Қоңырау шалу тегін.
Келісім үшін жіберіңіз - 7#1, бас тарту үшін - 7#2"""

ANNEX_2 = """\
Құрметті Серікқызы Айгүл Маратқызы!
Сіздің банктік шотыңызға {benefit} аудару үшін {bank}, мәтінмен 1414 нөміріне SMS жіберіңіз {code}#3#1
Басқа банкті таңдау үшін 1414 нөміріне {code}#3#0 мәтінімен SMS жіберіңіз.
Сіздің жауабыңызды 3 жұмыс күні ішінде күтеміз.
Барлық сұрақтар бойынша 1414 нөмірі бойынша Call-орталыққа хабарласа аласыз. Қоңырау шалу тегін."""

ANNEX_3_TWO = """\
Құрметті Серікқызы Айгүл Маратқызы!
Белгіленген соманы банктік шотыңызға аудару үшін төмендегі тізімнен банкті таңдаңыз:
- 1414 нөміріне мәтіні бар SMS жіберіңіз 41#3#1 таңдау үшін Бірлік Банкі;
- 1414 нөміріне мәтіні бар SMS жіберіңіз 41#3#2 таңдау үшін Дала Банкі.
Басқа банкті таңдау үшін 1414 нөміріне мәтіні бар SMS жіберіңіз 41#3#0.
Сіздің жауабыңызды 3 жұмыс күні ішінде күтеміз.
Барлық сұрақтар бойынша 1414 нөмірі бойынша Call-орталыққа хабарласа аласыз. Қоңырау шалу тегін."""

ANNEX_3_THREE = """\
Құрметті Серікқызы Айгүл Маратқызы!
Белгіленген соманы банктік шотыңызға аудару үшін төмендегі тізімнен банкті таңдаңыз:
- 1414 нөміріне мәтіні бар SMS жіберіңіз 41#3#1 таңдау үшін Бірлік Банкі;
- 1414 нөміріне мәтіні бар SMS жіберіңіз 41#3#2 таңдау үшін Көкжиек Банкі;
- 1414 нөміріне мәтіні бар SMS жіберіңіз 41#3#3 таңдау үшін Арна Банкі.
Басқа банкті таңдау үшін 1414 нөміріне мәтіні бар SMS жіберіңіз 41#3#0.
Сіздің жауабыңызды 3 жұмыс күні ішінде күтеміз.
Барлық сұрақтар бойынша 1414 нөмірі бойынша Call-орталыққа хабарласа аласыз. Қоңырау шалу тегін."""

ANNEX_3_FIVE = """\
Құрметті Серікқызы Айгүл Маратқызы!
Белгіленген соманы банктік шотыңызға аудару үшін төмендегі тізімнен банкті таңдаңыз:
- 1414 нөміріне мәтіні бар SMS жіберіңіз 41#3#1 таңдау үшін Бірлік Банкі;
- 1414 нөміріне мәтіні бар SMS жіберіңіз 41#3#2 таңдау үшін Дала Банкі;
- 1414 нөміріне мәтіні бар SMS жіберіңіз 41#3#3 таңдау үшін Көкжиек Банкі;
- 1414 нөміріне мәтіні бар SMS жіберіңіз 41#3#4 таңдау үшін Самал Банкі;
- 1414 нөміріне мәтіні бар SMS жіберіңіз 41#3#5 таңдау үшін Арна Банкі.
Басқа банкті таңдау үшін 1414 нөміріне мәтіні бар SMS жіберіңіз 41#3#0.
Сіздің жауабыңызды 3 жұмыс күні ішінде күтеміз.
Барлық сұрақтар бойынша 1414 нөмірі бойынша Call-орталыққа хабарласа аласыз. Қоңырау шалу тегін."""

ANNEX_4 = """\
Құрметті Серікқызы Айгүл Маратқызы!
Тағайындалған соманы аудару үшін төмендегі тізімнен банктердің кез келген бөлімшесінде шот ашу қажет \
немесе төмендегі сілтемелерді пайдаланыңыз:
1. Бірлік Банкі
2. Дала Банкі
3. Көкжиек Банкі
4. Самал Банкі
5. Арна Банкі
Банк сіздің шотыңыздың ашылғаны туралы бізге автоматты түрде хабарлайды.
Біз банктен 3 жұмыс күні ішінде хабарлама күтеміз.
Барлық сұрақтар бойынша 1414 нөмірі бойынша Call-орталыққа хабарласа аласыз. Қоңырау шалу тегін."""

# After "немесе" words are missing in the act; those of the reading G-56 stand there.
ANNEX_5 = """\
Құрметті Серікқызы Айгүл Маратқызы!
Қызмет көрсету мерзімі аяқталды.
Тағайындау мәселелері бойынша {benefit} Сіз "Азаматтарға арналған үкімет" мемлекеттік корпорациясының \
бөлімшесіне, "электрондық үкімет" порталы арқылы http://egov.kz немесе "eGov mobile" және екінші \
деңгейдегі банктердің мобильді қосымшалары арқылы жүгіне аласыз.
Ең жақын филиалды анықтау үшін Telegram Bot: https://t.me/egovkzbot."""

# Our own texts: §25, §28 and §47 order an SMS and the act gives no template (G-21).
COMPLETION = """\
Құрметті Серікқызы Айгүл Маратқызы!
көпбалалы отбасыға жәрдемақы тағайындау үшін құжаттарды толықтыру қажет. Оларды 25 жұмыс күні ішінде \
«Азаматтарға арналған үкімет» мемлекеттік корпорациясының бөлімшесіне тапсырыңыз.
Барлық сұрақтар бойынша 1414 нөмірі бойынша Call-орталыққа хабарласа аласыз. Қоңырау шалу тегін."""

DECIDED = """\
Құрметті Серікқызы Айгүл Маратқызы!
{benefit}: {result}.
Барлық сұрақтар бойынша 1414 нөмірі бойынша Call-орталыққа хабарласа аласыз. Қоңырау шалу тегін."""
APPOINTED, REFUSED = "тағайындалды", "тағайындаудан бас тартылды"


def written(template: str, identity: Identity = MOTHER, **values: Any) -> str:
    return TEMPLATES[template]({"benefit": LARGE, "code": "41", **values}, identity, "kk")


@pytest.mark.clause("proactive:annex1", "proactive:§15", "proactive:§38")
@pytest.mark.parametrize("benefit", [LARGE, AWARDED])
def test_annex_1(benefit: str) -> None:
    """It is addressed to "Азамат": no name stands in it."""
    assert written("annex1", benefit=benefit) == ANNEX_1.format(benefit=NAME[benefit])


@pytest.mark.clause(
    "proactive:annex2", "proactive:§19.1", "proactive:§42.1", "proactive:§22", "proactive:§45"
)
@pytest.mark.parametrize(("system", "bank"), list(zip(SYSTEMS, BANKS, strict=True)))
@pytest.mark.parametrize(("benefit", "code"), [(LARGE, "41"), (AWARDED, "42")])
def test_annex_2(benefit: str, code: str, system: str, bank: str) -> None:
    found = written("annex2", benefit=benefit, code=code, banks=[system])
    assert found == ANNEX_2.format(benefit=NAME[benefit], bank=bank, code=code)


@pytest.mark.clause("proactive:annex3", "proactive:§19.2", "proactive:§42.2")
@pytest.mark.parametrize(
    ("banks", "text"),
    [
        (["bank_a", "bank_b"], ANNEX_3_TWO),
        (["bank_a", "bank_c", "bank_e"], ANNEX_3_THREE),
        (SYSTEMS, ANNEX_3_FIVE),
    ],
)
def test_annex_3(banks: list[str], text: str) -> None:
    """One line per bank in the order shown, G-15."""
    assert written("annex3", banks=banks) == text


@pytest.mark.clause("proactive:annex4", "proactive:§19.3", "proactive:§42.3")
def test_annex_4() -> None:
    assert written("annex4", banks=SYSTEMS) == ANNEX_4


@pytest.mark.clause("proactive:annex5", "proactive:§20", "proactive:§43")
@pytest.mark.parametrize("benefit", [LARGE, AWARDED])
def test_annex_5(benefit: str) -> None:
    words = '"eGov mobile" және екінші деңгейдегі банктердің мобильді қосымшалары'
    assert written("annex5", benefit=benefit, words=words) == ANNEX_5.format(benefit=NAME[benefit])


@pytest.mark.clause("proactive:§25", "proactive:§28", "proactive:§47")
def test_our_own_texts() -> None:
    assert written("completion") == COMPLETION
    for benefit in (LARGE, AWARDED):
        for outcome, result in (("appoint", APPOINTED), ("refuse", REFUSED)):
            expected = DECIDED.format(benefit=NAME[benefit], result=result)
            assert written("decided", benefit=benefit, outcome=outcome) == expected


@pytest.mark.clause("proactive:annex2", "proactive:annex4", "proactive:annex5")
@pytest.mark.parametrize(
    ("identity", "greeting"),
    [
        (MOTHER, "Құрметті Серікқызы Айгүл Маратқызы!"),
        (Identity(surname="Ким", given="Анна"), "Құрметті Ким Анна!"),  # many people have no patronymic
        (Identity(given="Айша"), "Құрметті Айша!"),
    ],
)
def test_the_greeting_has_the_parts_of_the_name_that_there_are(identity: Identity, greeting: str) -> None:
    for template, values in (("annex2", {"banks": ["bank_a"]}), ("annex4", {"banks": ["bank_a"]})):
        assert written(template, identity, **values).split("\n")[0] == greeting


SHORT: list[tuple[str, Mapping[str, Any], int]] = [
    ("annex1", {}, 6),
    ("annex2", {"banks": ["bank_a"]}, 6),
    ("annex3", {"banks": SYSTEMS[:2]}, 8),
    ("annex4", {"banks": SYSTEMS}, 8),
    ("annex5", {"words": '"eGov mobile" және екінші деңгейдегі банктердің мобильді қосымшалары'}, 7),
]


@pytest.mark.clause(
    "proactive:annex1", "proactive:annex2", "proactive:annex3", "proactive:annex4", "proactive:annex5"
)
@pytest.mark.parametrize(("template", "values", "parts"), SHORT)
def test_parts(template: str, values: Mapping[str, Any], parts: int) -> None:
    """Kazakh letters need UCS-2, 67 to a part; the annexes take six parts at least and nine at most."""
    text = written(template, **values)
    split = in_parts(text, 1)
    assert len(split) == parts == -(-len(text) // 67)
    assert 6 <= parts <= 9
    assert b"".join(part[6:] for part in split).decode("utf-16-be") == text


@pytest.mark.clause(
    "proactive:annex1", "proactive:annex2", "proactive:annex3", "proactive:annex4", "proactive:annex5",
    "proactive:§25", "proactive:§28", "proactive:§47",
)  # fmt: skip
def test_what_the_mothers_read(make_pilot: MakePilot) -> None:
    """The same texts as they arrive on the phones, in their order."""
    pilot: Pilot = make_pilot()
    one, one_case = pilot.chosen(LARGE, "bank_b")
    pilot.decide(one_case, "return")
    two, _ = pilot.consented(LARGE, "bank_a", "bank_b")
    pilot.reply(two, "41#3#0")
    none, _ = pilot.consented(AWARDED)
    chosen, _ = pilot.chosen(AWARDED, "bank_e")
    pilot.silence()
    pilot.decide(one_case, "refuse")
    annex_1, awarded_1 = (ANNEX_1.format(benefit=NAME[benefit]) for benefit in (LARGE, AWARDED))
    other_banks = ANNEX_4.replace("1. Бірлік Банкі\n2. Дала Банкі\n3. Көк", "1. Көк")
    other_banks = other_banks.replace("4. Самал", "2. Самал").replace("5. Арна", "3. Арна")
    assert pilot.texts(one) == [
        annex_1,
        ANNEX_2.format(benefit=LARGE_NAME, bank="Дала Банкі", code="41"),
        COMPLETION,
        DECIDED.format(benefit=LARGE_NAME, result=REFUSED),
    ]
    assert pilot.texts(two) == [annex_1, ANNEX_3_TWO, other_banks, ANNEX_5.format(benefit=LARGE_NAME)]
    assert pilot.texts(none) == [awarded_1, ANNEX_4, ANNEX_5.format(benefit=AWARDED_NAME)]
    assert pilot.texts(chosen) == [
        awarded_1,
        ANNEX_2.format(benefit=AWARDED_NAME, bank="Арна Банкі", code="42"),
        DECIDED.format(benefit=AWARDED_NAME, result=APPOINTED),
    ]


@pytest.mark.clause(
    "proactive:annex1", "proactive:annex2", "proactive:annex3", "proactive:annex4", "proactive:annex5"
)
@pytest.mark.parametrize(
    ("reading", "language", "russian"),
    [("kk", "kk", False), ("kk", "ru", False), ("person", "kk", False), ("person", "ru", True)],
)
def test_g_45_the_language_of_the_sms(
    reading: str, language: Any, russian: bool, make_pilot: MakePilot
) -> None:
    """In the act they are Kazakh; by the reading `person` those whose language is Russian get our words."""
    pilot: Pilot = make_pilot(G_45=reading)
    mother = pilot.mother("bank_a", language=language)
    case = pilot.award(mother)
    pilot.agree(mother)
    pilot.reply(mother, "what?")  # one helping SMS
    pilot.reply(mother, "42#3#1")
    assert pilot.ending(case) == "appointed"  # the codes are the same
    assert pilot.templates(case)[:2] == ["annex1", "annex2"]
    texts = pilot.texts(mother)
    assert len(texts) == 4
    assert [any(word in text for word in ("Уважаем", "Ваш ответ не понят")) for text in texts] == [
        russian
    ] * 4
    assert "7#1" in texts[0]
    assert "42#3#1" in texts[1]


@pytest.mark.parametrize("template", sorted(IN_RUSSIAN))
def test_every_text_has_its_russian_words_with_the_same_codes(template: str) -> None:
    import re

    identity = Identity(surname="Ким", given="Анна", language="ru")
    for values in (
        {"benefit": LARGE, "code": "41", "banks": SYSTEMS[:1], "words": "x", "outcome": "appoint"},
        {"benefit": LARGE, "services": [LARGE, AWARDED], "code": "41", "banks": SYSTEMS[:1], "words": "x",
         "outcome": "refuse"},
    ):  # fmt: skip
        kazakh, own = (TEMPLATES[template](values, identity, language) for language in ("kk", "person"))
        assert kazakh != own
        assert re.findall(r"\d+#\d(?:#\d)?", kazakh) == re.findall(r"\d+#\d(?:#\d)?", own)
