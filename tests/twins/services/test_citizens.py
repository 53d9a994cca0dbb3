"""Citizens read the annexes' SMS and answer them by their temperament."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from qyzmet.exchange.sms import Incoming, Outgoing
from qyzmet.exchange.systems import BANKS
from qyzmet.runtime.clock import KZ, HandClock
from qyzmet_twins.citizens import GARBAGE, Citizens, Reply
from qyzmet_twins.link import InProcessSms
from qyzmet_twins.reading import ChooseBank, Consent, OpenAccount, meaning_of
from qyzmet_twins.state import Opened
from qyzmet_twins.temperament import Answers, BankChoice, Temperament, drawn
from qyzmet_twins.tiny import TinyWorld

START = datetime(2024, 2, 12, 3, tzinfo=UTC)
PHONE = "+77010000001"

CONSENT = (
    "Құрметті Азамат!\nСіздің көпбалалы отбасыға жәрдемақы алуға құқығыңыз бар. Қызметті алу үшін 3 жұмыс "
    "күні ішінде жауап беруді сұраймыз.\nКелісім үшін жіберіңіз - 7#1, бас тарту үшін - 7#2"
)
ONE_BANK = (
    "Құрметті Серікқызы Айгүл Маратқызы!\nСіздің банктік шотыңызға көпбалалы отбасыға жәрдемақы аудару үшін "
    "Бірлік Банкі, мәтінмен 1414 нөміріне SMS жіберіңіз 41#3#1\n"
    "Басқа банкті таңдау үшін 1414 нөміріне 41#3#0 мәтінімен SMS жіберіңіз."
)
TWO_BANKS = (
    "- 1414 нөміріне мәтіні бар SMS жіберіңіз 41#3#1 таңдау үшін Бірлік Банкі;\n"
    "- 1414 нөміріне мәтіні бар SMS жіберіңіз 41#3#2 таңдау үшін Дала Банкі.\n"
    "Басқа банкті таңдау үшін 1414 нөміріне мәтіні бар SMS жіберіңіз 41#3#0."
)
OPEN_ACCOUNT = (
    "Құрметті Серікқызы Айгүл Маратқызы!\nТағайындалған соманы аудару үшін төмендегі тізімнен банктердің кез "
    "келген бөлімшесінде шот ашу қажет немесе төмендегі сілтемелерді пайдаланыңыз:\n"
    "1. Бірлік Банкі\n2. Дала Банкі\n3. Көкжиек Банкі\n"
    "Біз банктен 3 жұмыс күні ішінде хабарлама күтеміз."
)
SERVICE_OVER = "Құрметті Серікқызы Айгүл Маратқызы!\nҚызмет көрсету мерзімі аяқталды."


class Town:
    def __init__(self, temperament: Temperament | Answers | None = Answers.PROMPT, seed: int = 0) -> None:
        self.world, self.clock, self.opened = TinyWorld(), HandClock(START), Opened()
        self.who = self.world.person(phone=PHONE, temperament=temperament, accounts=["bank_a"])
        self.citizens = Citizens(self.world, self.clock, self.opened, seed=seed)

    def after(self, *texts: str, days: float = 10) -> list[Reply]:
        """The replies that come within so many days to these SMS."""
        for text in texts:
            self.citizens.receive(PHONE, text)
        self.clock.advance(timedelta(days=days))
        return self.citizens.due()


def test_what_a_citizen_reads() -> None:
    assert meaning_of(CONSENT) == Consent()
    assert meaning_of(ONE_BANK) == ChooseBank(("41#3#1",), "41#3#0")
    assert meaning_of(TWO_BANKS) == ChooseBank(("41#3#1", "41#3#2"), "41#3#0")
    assert meaning_of(OPEN_ACCOUNT) == OpenAccount((1, 2, 3))
    assert meaning_of(SERVICE_OVER) is None


def test_a_prompt_person_agrees_and_takes_the_first_bank_within_two_days() -> None:
    town = Town()
    assert [reply.text for reply in town.after(CONSENT, days=3)] == ["7#1"]
    assert [reply.text for reply in town.after(TWO_BANKS, days=3)] == ["41#3#1"]
    assert town.after(SERVICE_OVER) == []


def test_refusing_silent_and_puzzled_persons() -> None:
    assert [reply.text for reply in Town(Answers.REFUSES).after(CONSENT)] == ["7#2"]
    assert Town(Answers.REFUSES).after(ONE_BANK) == []
    assert Town(Answers.SILENT).after(CONSENT, ONE_BANK) == []
    garbage = Town(Answers.GARBAGE).after(CONSENT, ONE_BANK)
    assert len(garbage) == 2
    assert {reply.text for reply in garbage} <= set(GARBAGE)


def test_a_late_person_answers_after_five_to_nine_days() -> None:
    replies = Town(Answers.LATE).after(CONSENT)
    assert [reply.text for reply in replies] == ["7#1"]
    assert timedelta(days=5) <= replies[0].at - START <= timedelta(days=9)


def test_a_double_reply_is_two_messages_and_a_doubled_delivery_is_one() -> None:
    first, second = Town(Answers.DOUBLE).after(CONSENT)
    assert first.text == second.text == "7#1"
    assert first.id != second.id
    assert timedelta() < second.at - first.at < timedelta(minutes=2)


def test_odd_spellings_hold_the_code_and_differ_from_it() -> None:
    texts = set()
    for seed in range(30):
        texts |= {reply.text for reply in Town(Answers.ODD_SPELLING, seed).after(CONSENT, ONE_BANK)}
    assert len(texts) > 8
    assert all(re.sub(r"[\s.!«»]", "", text) in ("7#1", "41#3#1") for text in texts)
    assert "7#1" not in texts


def test_who_wants_another_bank_opens_an_account_there_and_then_accepts_it() -> None:
    town = Town(Temperament(bank=BankChoice.OTHER_BANK))
    assert [reply.text for reply in town.after(ONE_BANK)] == ["41#3#0"]
    assert town.after(OPEN_ACCOUNT) == []
    ibans = {bank: list(town.opened.ibans(town.who, bank, town.clock.now())) for bank in BANKS}
    found = [(bank, iban) for bank, found in ibans.items() for iban in found]
    assert len(found) == 1
    assert found[0][0] in ("bank_b", "bank_c")
    number = found[0][1]
    assert int(number[4:] + "2035" + number[2:4]) % 97 == 1
    assert [reply.text for reply in town.after(ONE_BANK)] == ["41#3#1"]


def test_an_account_is_opened_after_some_time_or_never() -> None:
    town = Town()
    town.citizens.receive(PHONE, OPEN_ACCOUNT)
    moment = town.citizens.next_moment()
    assert moment is not None
    assert START < moment < START + timedelta(days=11)
    assert not any(list(town.opened.ibans(town.who, bank, START)) for bank in BANKS)
    town.clock.set(moment)
    assert any(list(town.opened.ibans(town.who, bank, moment)) for bank in BANKS)
    assert town.citizens.next_moment() is None
    town = Town(Temperament(opens_account=False, bank=BankChoice.NEVER))
    assert town.after(OPEN_ACCOUNT, ONE_BANK) == []
    assert len(town.opened) == 0


def many(seed: int) -> list[tuple[str, str, datetime]]:
    """Two thousand persons as the seed draws them, asked for consent."""
    world, clock = TinyWorld(), HandClock(START)
    for number in range(2000):
        world.person(phone=f"+7702{number:07d}", temperament=None)
    citizens = Citizens(world, clock, Opened(), seed=seed)
    for number in range(2000):
        citizens.receive(f"+7702{number:07d}", CONSENT)
    clock.advance(timedelta(days=12))
    return [(reply.phone, reply.text, reply.at) for reply in citizens.due()]


def test_the_same_seed_brings_the_same_replies_and_most_come_by_day() -> None:
    one, two = many(1), many(1)
    assert one == two
    assert one != many(2)
    agreed = sum(text == "7#1" for _, text, _ in one)
    assert 1000 < agreed < 1300
    assert 1300 < len({phone for phone, _, _ in one}) < 1600
    hours = Counter(8 <= at.astimezone(KZ).hour < 22 for _, _, at in one)
    assert hours[True] > 0.95 * len(one)
    late = sum(at - START > timedelta(days=5) for _, _, at in one)
    assert 60 < late < 200


def test_the_operator_delivers_a_few_late_and_a_few_twice() -> None:
    world, clock = TinyWorld(), HandClock(START)
    citizens = Citizens(world, clock, Opened())
    for number in range(1500):
        phone = f"+7702{number:07d}"
        world.person(phone=phone)
        citizens.receive(phone, CONSENT)
    delivered: list[tuple[str, timedelta]] = []
    while (moment := citizens.next_moment()) is not None:
        clock.set(moment)
        delivered += [(reply.id, moment - reply.at) for reply in citizens.due()]
    twice = sum(count == 2 for count in Counter(key for key, _ in delivered).values())
    late = sum(delay >= timedelta(hours=1) for _, delay in delivered)
    assert 3 < twice < 40
    assert 3 < late < 40


def test_of_two_who_share_a_phone_the_one_named_opens_the_account() -> None:
    town = Town()
    other = town.world.person(phone=PHONE, surname="Ахметов", given="Ерлан", female=False)
    town.after(OPEN_ACCOUNT.replace("Серікқызы Айгүл", "Ахметов Ерлан"))
    opened = {iin: sum(bool(town.opened.ibans(iin, bank, town.clock.now())) for bank in BANKS)
              for iin in (town.who, other)}  # fmt: skip
    assert opened == {town.who: 0, other: 1}


def test_a_phone_keeps_its_texts_and_a_person_can_answer_by_hand() -> None:
    town = Town(Answers.SILENT)
    assert town.after(CONSENT, days=0) == []
    town.citizens.reply(PHONE, "7#2")
    assert [reply.text for reply in town.citizens.due()] == ["7#2"]
    assert [(line.direction, line.text) for line in town.citizens.history(PHONE)] == [
        ("received", CONSENT),
        ("sent", "7#2"),
    ]
    town.citizens.receive("+77079999999", CONSENT)
    assert town.citizens.phones() == [PHONE, "+77079999999"]


def test_a_link_without_smpp_hands_over_the_same_and_keeps_what_was_not_taken() -> None:
    town, got = Town(), list[Incoming]()
    link = InProcessSms(town.citizens, town.clock)
    results = link.send([Outgoing(id=5, phone=PHONE, text=CONSENT)])
    assert [(one.id, one.state) for one in results] == [(5, "sent")]
    town.clock.advance(timedelta(days=3))
    assert link.deliver() == 0

    def refuse(_: object) -> None:
        raise RuntimeError

    link.listen(refuse)
    with pytest.raises(RuntimeError):
        link.deliver()
    link.listen(got.extend)
    assert link.deliver() == 1
    assert link.deliver() == 0
    assert got[0].text == "7#1"
    link.close()


def test_temperaments_are_drawn_in_the_shares_that_are_set() -> None:
    counted = Counter(drawn(3, f"{number}").answers for number in range(4000))
    assert 0.40 < counted[Answers.PROMPT] / 4000 < 0.46
    assert 0.24 < counted[Answers.SILENT] / 4000 < 0.30
    assert set(counted) == set(Answers)
