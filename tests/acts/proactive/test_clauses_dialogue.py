"""§15 to §22 and §38 to §45: consent, accounts, the bank SMS, monitoring, the new account."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from qyzmet.acts.proactive.table import BANKS_EVERY
from qyzmet.exchange import systems as s
from qyzmet_twins.faults import Fault
from tests.acts.proactive.conftest import AWARDED, CODE, LARGE, Pilot

BOTH = pytest.mark.parametrize("benefit", [LARGE, AWARDED])
BANKS = ["bank_a", "bank_b", "bank_c", "bank_d", "bank_e"]


def actors(pilot: Pilot, case: int) -> dict[str, str]:
    return {step: actor for header in pilot.headers(case) for step, _, _, actor in header["steps"]}


@pytest.mark.clause("proactive:§6", "proactive:§9", "proactive:§12", "proactive:§15", "proactive:§17",
                    "proactive:§18", "proactive:§23", "proactive:§46")  # fmt: skip
@BOTH
def test_the_system_that_acts_at_each_step(benefit: str, pilot: Pilot) -> None:
    """The column "System" of section 6.1, typed by hand."""
    _, case = pilot.chosen(benefit)
    if benefit == LARGE:
        pilot.decide(case, "appoint")
        own = {"identify_birth": "SDU", "composition": "SDU", "decide": "Authorised body"}
    else:
        own = {"identify_award": "SDU"}
    assert actors(pilot, case) == own | {
        "existing": "SDU",  # S1
        "confirm": "SDU",  # S3
        "list": "SDU",  # S2
        "mlsp_data": "E-Maket",  # S4
        "flc": "E-Maket",
        "eligible": "E-Maket",  # S5
        "number": "SDU",  # S7
        "consent_request": "EGP",  # S9
        "consent": "EGP",
        "consent_record": "SDU",  # S11
        "consented": "SDU",
        "accounts": "E-Maket",  # S12
        "ask_bank": "E-Maket",  # S13
        "application": "E-Maket",  # S17
        "register": "E-Maket",
        "draft": "E-Maket",
        "sign": "Authorised body" if benefit == LARGE else "E-Maket",  # S19
        "place": "E-Maket",
        "tell_appointed": "E-Maket",  # S22
        "inform_appointed": "E-Maket",
    }


@pytest.mark.clause("proactive:§15", "proactive:§38")
@BOTH
def test_15_38_the_request_is_made_through_pdac_once(benefit: str, pilot: Pilot) -> None:
    """PDAC that does not answer is asked again under the same key; the SMS waits for it."""
    mother = pilot.mother("bank_a")
    until = pilot.clock.now() + timedelta(hours=1)
    pilot.partners.faults.add(Fault(system="pdac", kind="silence", until=until))
    case = pilot.event(benefit, mother)
    assert (pilot.step(case), pilot.texts(mother)) == ("consent_request", [])
    for _ in range(9):
        pilot.after(minutes=10)
    assert (pilot.step(case), len(pilot.texts(mother))) == ("consent", 1)
    (request,) = pilot.services.requests.all()
    assert (request.item.key, request.item.iin, request.item.service) == (f"consent/{case}", mother, benefit)


@pytest.mark.clause("proactive:§16", "proactive:§17", "proactive:§39", "proactive:§40")
@BOTH
@pytest.mark.parametrize(("reply", "answer"), [("7#1", "agree"), ("7#2", "refuse")])
def test_16_17_39_40_pdac_keeps_the_answer_with_its_moment(
    reply: str, answer: str, benefit: str, pilot: Pilot
) -> None:
    """The moment is the operator's, not that of the delivery."""
    mother, case = pilot.start(benefit, "bank_a")
    pilot.after(hours=3)
    sent = pilot.clock.now() - timedelta(minutes=50)
    pilot.reply(mother, reply, sent)
    (request,), (record,) = pilot.services.requests.all(), pilot.services.consents.all()
    assert (record.item.request, record.item.answer, record.item.at) == (request.receipt, answer, sent)
    assert pilot.facts(case)[f"pdac.{answer}"] == record.receipt
    if answer == "refuse":
        assert pilot.ending(case) == "refused"
        assert pilot.templates(case) == ["annex1"]  # no SMS is stated for a refusal


@pytest.mark.clause("proactive:§18", "proactive:§41")
@BOTH
def test_18_41_every_integrated_bank_is_asked_after_consent(benefit: str, pilot: Pilot) -> None:
    mother, case = pilot.start(benefit, "bank_e")
    assert not [path for path, _ in pilot.partners.asked if path.startswith("/bank_")]
    pilot.agree(mother)
    asked = [item for item in pilot.partners.asked if item[0].startswith("/bank_")]
    paragraph = "§18" if benefit == LARGE else "§41"
    assert sorted(asked) == [(f"/{bank}/v1/accounts", paragraph) for bank in BANKS]
    assert pilot.facts(case)["banks"] == ["bank_e"]


@pytest.mark.clause("proactive:§18", "proactive:§19", "proactive:§41", "proactive:§42")
@BOTH
def test_18_41_a_silent_bank_is_asked_again_and_is_no_answer(benefit: str, pilot: Pilot) -> None:
    """G-47: four of five banks do not make up for the fifth; the three days start with the SMS."""
    mother, case = pilot.start(benefit, "bank_a")
    until = pilot.clock.now() + timedelta(days=2)
    pilot.partners.faults.add(Fault(system="bank_d", kind="error", until=until))
    pilot.agree(mother)
    for _ in range(30):
        pilot.after(hours=1)
    assert (pilot.step(case), pilot.status(case)) == ("accounts", "r")
    assert pilot.templates(case) == ["annex1"]
    pilot.world.account(mother, "bank_d")
    pilot.after(days=1)
    assert pilot.facts(case)["banks"] == ["bank_a", "bank_d"]
    assert pilot.templates(case) == ["annex1", "annex3"]


@pytest.mark.clause("proactive:§19.1", "proactive:§19.2", "proactive:§19.3", "proactive:§42.1",
                    "proactive:§42.2", "proactive:§42.3")  # fmt: skip
@BOTH
@pytest.mark.parametrize(
    ("accounts", "template", "banks"),
    [
        ({"bank_c": 1}, "annex2", ["bank_c"]),
        ({"bank_c": 3}, "annex2", ["bank_c"]),  # several accounts in one bank, G-13
        ({"bank_d": 1, "bank_b": 2}, "annex3", ["bank_b", "bank_d"]),
        (dict.fromkeys(BANKS, 1), "annex3", BANKS),
        ({}, "annex4", []),
    ],
)
def test_19_42_one_of_three_sms(
    accounts: dict[str, int], template: str, banks: list[str], benefit: str, pilot: Pilot
) -> None:
    mother = pilot.mother()
    for bank, count in accounts.items():
        for _ in range(count):
            pilot.world.account(mother, bank)
    case = pilot.event(benefit, mother)
    pilot.agree(mother)
    assert pilot.facts(case)["banks"] == banks
    paragraph = "§19" if benefit == LARGE else "§42"
    item = {"annex2": ".1", "annex3": ".2", "annex4": ".3"}[template]
    assert pilot.messages(case)[1:] == [(template, paragraph + item)]


@pytest.mark.clause("proactive:§18", "proactive:§19", "proactive:§41", "proactive:§42")
def test_18_41_what_is_no_account_of_that_bank_does_not_count(pilot: Pilot) -> None:
    """A wrong check digit, another bank's number, another country's: none is paid to."""
    other = pilot.world.account(pilot.mother(), "bank_b")
    wrong = other[:3] + str((int(other[3]) + 1) % 10) + other[4:]
    pilot.partners.instead["/bank_a/v1/accounts"] = lambda items: [
        s.Accounts(ref=item.ref, ibans=[other, wrong, "DE89370400440532013000", "", "KZ"]) for item in items
    ]
    _, case = pilot.consented(AWARDED, "bank_b")
    assert pilot.facts(case)["banks"] == ["bank_b"]


@pytest.mark.clause("proactive:§19", "proactive:§22", "proactive:§42", "proactive:§45")
@BOTH
def test_19_42_the_chosen_bank_is_paid(benefit: str, pilot: Pilot) -> None:
    mother, case = pilot.consented(benefit, *BANKS)
    pilot.reply(mother, f"{CODE[benefit]}#3#4")
    if benefit == LARGE:
        pilot.decide(case, "appoint")
    assert [placement.iban for placement in pilot.placed()] == list(pilot.world.accounts(mother, "bank_d"))


@pytest.mark.clause("proactive:§19.3", "proactive:§42.3", "proactive:annex4")
@BOTH
def test_19_42_another_bank_offers_those_without_an_account(benefit: str, pilot: Pilot) -> None:
    """`#3#0`: Annex 4 and a new search (G-14); who has an account in every bank is offered them all."""
    for held, offered in ((["bank_a", "bank_c"], 3), (BANKS, 5)):
        mother, case = pilot.consented(benefit, *held)
        pilot.reply(mother, f"{CODE[benefit]}#3#0")
        assert pilot.step(case) == "monitor"
        listed = [line for line in pilot.texts(mother)[-1].split("\n") if line[:1].isdigit()]
        assert len(listed) == offered


@pytest.mark.clause("proactive:§20", "proactive:§43", "proactive:annex5")
@BOTH
def test_20_43_silence_ends_the_process_with_annex_5(benefit: str, pilot: Pilot) -> None:
    mother, case = pilot.consented(benefit, "bank_a", "bank_b")
    pilot.silence()
    assert pilot.ending(case) == "no_account_answer"
    paragraph = "§20" if benefit == LARGE else "§43"
    assert pilot.messages(case)[-1] == ("annex5", paragraph)
    assert (paragraph, "silence") in pilot.findings(case)
    assert "Қызмет көрсету мерзімі аяқталды." in pilot.texts(mother)[-1]


@pytest.mark.clause("proactive:§21", "proactive:§44")
@BOTH
def test_21_44_the_banks_are_watched_from_time_to_time(benefit: str, pilot: Pilot) -> None:
    _, case = pilot.consented(benefit)
    paragraph = "§21" if benefit == LARGE else "§44"

    def asked() -> int:
        return sum(1 for path, clause in pilot.partners.asked if clause == paragraph)

    first = asked()
    assert first == len(BANKS)
    for _ in range(6):
        pilot.until(pilot.clock.now() + BANKS_EVERY / 2)
    assert asked() == 4 * len(BANKS)
    assert pilot.step(case) == "monitor"


@pytest.mark.clause("proactive:§21", "proactive:§44")
@BOTH
def test_21_44_an_account_that_was_there_before_is_not_the_opened_one(benefit: str, pilot: Pilot) -> None:
    mother, case = pilot.consented(benefit, "bank_a")
    pilot.reply(mother, f"{CODE[benefit]}#3#0")
    pilot.watch()
    assert pilot.step(case) == "monitor"
    pilot.world.account(mother, "bank_e")
    pilot.watch()
    assert (pilot.step(case), pilot.facts(case)["new_bank"]) == ("ask_new_account", "bank_e")
    assert "Арна Банкі" in pilot.texts(mother)[-1]


@pytest.mark.clause("proactive:§21", "proactive:§44")
def test_21_44_a_bank_that_is_away_is_watched_again_when_it_is_back(pilot: Pilot) -> None:
    mother, case = pilot.consented(AWARDED)
    until = pilot.clock.now() + 3 * BANKS_EVERY
    pilot.partners.faults.add(Fault(system="bank_b", kind="error", until=until))
    pilot.world.account(mother, "bank_b")
    pilot.watch()
    pilot.watch()
    assert pilot.step(case) == "monitor"
    pilot.watch()
    pilot.after(minutes=10)
    assert pilot.step(case) == "ask_new_account"


@pytest.mark.clause("proactive:§22", "proactive:§45", "proactive:annex2")
@BOTH
def test_22_45_the_opened_account_is_chosen_and_paid(benefit: str, pilot: Pilot) -> None:
    """Annex 2 names its bank; the answer #3#1 confirms it."""
    mother, case = pilot.consented(benefit, "bank_a")
    pilot.reply(mother, f"{CODE[benefit]}#3#0")
    iban = pilot.world.account(mother, "bank_b")
    pilot.watch()
    pilot.reply(mother, f"{CODE[benefit]}#3#2")  # Annex 2 offers no second bank
    assert pilot.step(case) == "ask_new_account"
    pilot.reply(mother, f"{CODE[benefit]}#3#1")
    if benefit == LARGE:
        pilot.decide(case, "appoint")
    assert pilot.facts(case)["bank"] == "bank_b"
    assert [placement.iban for placement in pilot.placed()] == [iban]


@pytest.mark.clause("proactive:§22", "proactive:§45")
def test_22_45_several_new_accounts_the_first_of_the_list(pilot: Pilot) -> None:
    mother, case = pilot.consented(AWARDED)
    for bank in ("bank_d", "bank_b"):
        pilot.world.account(mother, bank)
    pilot.watch()
    assert pilot.facts(case)["new_bank"] == "bank_b"
    assert pilot.facts(case)["banks"] == ["bank_b", "bank_d"]


@pytest.mark.clause("proactive:§22.part2", "proactive:§45.part2")
@BOTH
def test_22_45_part_2_silence_ends_the_process_without_annex_5(benefit: str, pilot: Pilot) -> None:
    mother, case = pilot.consented(benefit)
    pilot.world.account(mother, "bank_d")
    pilot.watch()
    before: list[Any] = pilot.texts(mother)
    pilot.silence()
    assert pilot.ending(case) == "no_new_account_answer"
    assert pilot.texts(mother) == before
    assert ("§22.part2" if benefit == LARGE else "§45.part2", "silence") in pilot.findings(case)
