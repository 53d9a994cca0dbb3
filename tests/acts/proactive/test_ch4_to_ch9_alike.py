"""What chapters 4 to 9 say alike, each in its own paragraph: from the list to the account (S2 to S16).

The numbers stand as section 6.1 of the specification has them; chapter 8 has one column for each service.
Every way is walked by the seven benefits side by side, in one world.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from qyzmet.acts.proactive.procedure import PROCEDURES
from qyzmet.exchange import systems as s
from qyzmet_twins.services import Knobs
from tests.acts.proactive.conftest import MakePilot, Pilot
from tests.acts.proactive.stories import ALLOWANCE, CODES, PAYMENT, SEVEN, consented, happens, start

#: Step, outcome, and the paragraph in chapters 4, 5, 6, 7, 8 and 9.
Row = tuple[str, str, str, str, str, str, str, str]

CONFIRMED: Row = ("confirm", "confirmed", "§55", "§74", "§95", "§118", "§139", "§164")
UNCONFIRMED: Row = ("confirm", "not_confirmed", "§55", "§74", "§95", "§118", "§139", "§164")
LISTED: Row = ("list", "handed_over", "§54", "§73", "§94", "§117", "§138", "§163")
DATA: Row = ("mlsp_data", "received", "§56", "§75", "§96", "§119", "§140", "§165")
PASSED: Row = ("flc", "passed", "§56", "§75", "§96", "§119", "§140", "§165")
NEGATIVE: Row = ("flc", "negative", "§56", "§75", "§96", "§119", "§140", "§165")
ELIGIBLE: Row = ("eligible", "told", "§57", "§76", "§97", "§120", "§141", "§166")
NUMBER: Row = ("number", "found", "§59", "§78", "§99", "§122", "§143", "§168")
ABSENT: Row = ("number", "absent", "§59", "§78", "§99", "§122", "§143", "§168")
REQUESTED: Row = ("consent_request", "registered", "§62", "§81", "§102", "§125", "§146", "§171")
AGREED: Row = ("consent", "agree", "§62", "§81", "§102", "§125", "§146", "§171")
DENIED: Row = ("consent", "refuse", "§62", "§81", "§102", "§125", "§146", "§171")
SILENT: Row = ("consent", "silence", "§62", "§81", "§102", "§125", "§146", "§171")
NO_ANSWER: Row = ("consent_silence", "end", "§62", "§81", "§102", "§125", "§146", "§171")
ANNEX_5_TOO: Row = ("consent_silence", "annex5", "§62", "§81", "§102", "§125", "§146", "§171")
OVER_WITHOUT_CONSENT: Row = ("over_without_consent", "sent", "§67", "§86", "§107", "§130", "§151", "§176")
REFUSAL: Row = ("refusal", "recorded", "§63", "§82", "§103", "§126", "§147", "§172")
RECORDED: Row = ("consent_record", "recorded", "§64", "§83", "§104", "§127", "§148", "§173")
CONSENTED: Row = ("consented", "handed_over", "§64", "§83", "§104", "§127", "§148", "§173")
ONE_BANK: Row = ("accounts", "one_bank", "§65", "§84", "§105", "§128", "§149", "§174")
SEVERAL: Row = ("accounts", "several_banks", "§65", "§84", "§105", "§128", "§149", "§174")
NO_ACCOUNT: Row = ("accounts", "no_account", "§65", "§84", "§105", "§128", "§149", "§174")
BANK_SILENCE: Row = ("ask_bank", "silence", "§66.1", "§85.1", "§106.1", "§129.1", "§150.1", "§175.1")
BANK_REFUSED: Row = ("ask_bank", "consent.refuse", "§66.1", "§85.1", "§106.1", "§129.1", "§150.1", "§175.1")
BANKS_CHOSEN: Row = ("ask_banks", "chosen", "§66.2", "§85.2", "§106.2", "§129.2", "§150.2", "§175.2")
BANKS_OTHER: Row = ("ask_banks", "other_bank", "§66.2", "§85.2", "§106.2", "§129.2", "§150.2", "§175.2")
OTHER: Row = ("other_bank", "ask_to_open", "§66", "§85", "§106", "§129", "§150", "§175")
TO_OPEN: Row = ("ask_to_open", "sent", "§66.3", "§85.3", "§106.3", "§129.3", "§150.3", "§175.3")
OPENED: Row = ("monitor", "found", "§68", "§87", "§108", "§131", "§152", "§177")
NOT_OPENED: Row = ("monitor", "none", "§68", "§87", "§108", "§131", "§152", "§177")
MONITOR_REFUSED: Row = ("monitor", "consent.refuse", "§68", "§87", "§108", "§131", "§152", "§177")
NONE_OPENED: Row = ("none_opened", "annex5", "§67", "§86", "§107", "§130", "§151", "§176")
OVER: Row = ("service_over", "sent", "§67", "§86", "§107", "§130", "§151", "§176")
NEW_CHOSEN: Row = ("ask_new_account", "chosen", "§69", "§88", "§109", "§132", "§153", "§178")
NEW_SILENCE: Row = ("ask_new_account", "silence", "§69", "§88", "§109", "§132", "§153", "§178")
NEW_ENDS: Row = (
    "new_account_silence", "end",
    "§69.part2", "§88.part2", "§109.part2", "§132.part2", "§153.part2", "§178.part2",
)  # fmt: skip

TO_NUMBER = [CONFIRMED, LISTED, DATA, PASSED, ELIGIBLE]
TO_CONSENT = [*TO_NUMBER, NUMBER, REQUESTED]
TO_ACCOUNTS = [*TO_CONSENT, AGREED, RECORDED, CONSENTED]
TO_MONITOR = [*TO_ACCOUNTS, NO_ACCOUNT, TO_OPEN]

Drive = Callable[[Pilot], dict[str, tuple[str, int]]]


@dataclass(frozen=True)
class Way:
    """What happens to all seven, the path from the list on, and the ending with its paragraphs."""

    drive: Drive
    path: list[Row]
    ending: str
    paragraphs: tuple[str, str, str, str, str, str]
    sms: list[str]
    policies: dict[str, Any] = field(default_factory=dict)


def without_confirmation(pilot: Pilot) -> dict[str, tuple[str, int]]:
    pilot.services.knobs = Knobs(1, 0, 0, 0)
    return {benefit: start(pilot, benefit, "bank_a") for benefit in SEVEN}


def unidentified(pilot: Pilot) -> dict[str, tuple[str, int]]:
    pilot.services.knobs = Knobs(0, 1, 0, 0)
    return {benefit: start(pilot, benefit, "bank_a") for benefit in SEVEN}


def without_number(pilot: Pilot) -> dict[str, tuple[str, int]]:
    people = {benefit: pilot.mother("bank_a", phone=None) for benefit in SEVEN}
    return {benefit: (who, happens(pilot, benefit, who)) for benefit, who in people.items()}


def replies(*banks: str, consent: str = "7#1", after: tuple[str, ...] = ()) -> Drive:
    """`#` alone begins with the service code; `open` opens an account, `silence` lets the time pass."""

    def drive(pilot: Pilot) -> dict[str, tuple[str, int]]:
        found = {benefit: start(pilot, benefit, *banks) for benefit in SEVEN}
        for said in (consent, *after):
            for benefit, (who, _) in found.items():
                if said.startswith("open "):
                    pilot.world.account(who, said.removeprefix("open "))
                elif said != "silence":
                    pilot.reply(who, CODES[benefit] + said if said.startswith("#") else said)
            if said == "silence":
                pilot.silence()
            elif said.startswith("open "):
                pilot.watch()
        return found

    return drive


SHUT = ("§53", "§72", "§93", "§116", "§137", "§162")
ENDS_NEW = ("§69.part2", "§88.part2", "§109.part2", "§132.part2", "§153.part2", "§178.part2")
IDENTIFY = ("§48", "§72", "§93", "§116", "§137", "§162")
REFUSED = ("§63", "§82", "§103", "§126", "§147", "§172")
ASKED = ("§62", "§81", "§102", "§125", "§146", "§171")
TIME_OVER = ("§67", "§86", "§107", "§130", "§151", "§176")

WAYS = {
    "not confirmed": Way(without_confirmation, [UNCONFIRMED], "left_out", IDENTIFY, []),
    "control negative": Way(unidentified, [CONFIRMED, LISTED, DATA, NEGATIVE], "not_eligible",
                            ("§58", "§77", "§98", "§121", "§142", "§167"), []),
    "no number": Way(without_number, [*TO_NUMBER, ABSENT], "no_number",
                     ("§60", "§79", "§100", "§123", "§144", "§169"), []),
    "refuses": Way(replies(consent="7#2"), [*TO_CONSENT, DENIED, REFUSAL], "refused", REFUSED, ["annex1"]),
    "silence on consent": Way(replies(consent="silence"), [*TO_CONSENT, SILENT, NO_ANSWER], "no_consent",
                              ASKED, ["annex1"]),
    "silence on consent, Annex 5": Way(
        replies(consent="silence"), [*TO_CONSENT, SILENT, ANNEX_5_TOO, OVER_WITHOUT_CONSENT], "no_consent",
        ASKED, ["annex1", "annex5"], {"G_08": "end_with_annex5"}),
    "one bank, silence": Way(
        replies("bank_a", after=("silence",)), [*TO_ACCOUNTS, ONE_BANK, BANK_SILENCE, OVER],
        "no_account_answer", TIME_OVER, ["annex1", "annex2", "annex5"]),
    "one bank, 7#2": Way(
        replies("bank_a", after=("7#2",)), [*TO_ACCOUNTS, ONE_BANK, BANK_REFUSED, REFUSAL],
        "refused", REFUSED, ["annex1", "annex2"]),
    "several banks, another, none opened": Way(
        replies("bank_a", "bank_c", after=("#3#0", "silence")),
        [*TO_ACCOUNTS, SEVERAL, BANKS_OTHER, OTHER, TO_OPEN, NOT_OPENED, NONE_OPENED, OVER],
        "no_account_answer", TIME_OVER, ["annex1", "annex3", "annex4", "annex5"]),
    "monitoring, 7#2": Way(
        replies(after=("7#2",)), [*TO_MONITOR, MONITOR_REFUSED, REFUSAL], "refused", REFUSED,
        ["annex1", "annex4"]),
    "new account, silence": Way(
        replies(after=("open bank_d", "silence")), [*TO_MONITOR, OPENED, NEW_SILENCE, NEW_ENDS],
        "no_new_account_answer", ENDS_NEW, ["annex1", "annex4", "annex2"]),
}  # fmt: skip


def column(benefit: str) -> int:
    """The place of the benefit's chapter in a row of paragraphs."""
    places = {
        benefit: place for place, benefit in enumerate(benefit for benefit in SEVEN if benefit != PAYMENT)
    }
    return places[ALLOWANCE if benefit == PAYMENT else benefit]


def typed(path: list[Row], benefit: str) -> list[tuple[str, str, str]]:
    rows = [(row[0], row[1], row[2 + column(benefit)]) for row in path]
    if benefit in (ALLOWANCE, PAYMENT) and ELIGIBLE in path:  # one dialogue or two, §150(2)
        rows.insert(path.index(ELIGIBLE) + 1, ("joint", "alone", "§150.2"))
    return rows


@pytest.mark.clause(
    "proactive:§54", "proactive:§55", "proactive:§56", "proactive:§57", "proactive:§58", "proactive:§59",
    "proactive:§60", "proactive:§62", "proactive:§63", "proactive:§64", "proactive:§65", "proactive:§66",
    "proactive:§66.1", "proactive:§66.2", "proactive:§66.3", "proactive:§67", "proactive:§68",
    "proactive:§69", "proactive:§69.part2",
    "proactive:§73", "proactive:§74", "proactive:§75", "proactive:§76", "proactive:§77", "proactive:§78",
    "proactive:§79", "proactive:§81", "proactive:§82", "proactive:§83", "proactive:§84", "proactive:§85",
    "proactive:§85.1", "proactive:§85.2", "proactive:§85.3", "proactive:§86", "proactive:§87",
    "proactive:§88", "proactive:§88.part2",
    "proactive:§94", "proactive:§95", "proactive:§96", "proactive:§97", "proactive:§98", "proactive:§99",
    "proactive:§100", "proactive:§102", "proactive:§103", "proactive:§104", "proactive:§105",
    "proactive:§106", "proactive:§106.1", "proactive:§106.2", "proactive:§106.3", "proactive:§107",
    "proactive:§108", "proactive:§109", "proactive:§109.part2",
    "proactive:§117", "proactive:§118", "proactive:§119", "proactive:§120", "proactive:§121",
    "proactive:§122", "proactive:§123", "proactive:§125", "proactive:§126", "proactive:§127",
    "proactive:§128", "proactive:§129", "proactive:§129.1", "proactive:§129.2", "proactive:§129.3",
    "proactive:§130", "proactive:§131", "proactive:§132", "proactive:§132.part2",
    "proactive:§138", "proactive:§139", "proactive:§140", "proactive:§141", "proactive:§142",
    "proactive:§143", "proactive:§144", "proactive:§146", "proactive:§147", "proactive:§148",
    "proactive:§149", "proactive:§150", "proactive:§150.1", "proactive:§150.2", "proactive:§150.3",
    "proactive:§151", "proactive:§152", "proactive:§153", "proactive:§153.part2",
    "proactive:§163", "proactive:§164", "proactive:§165", "proactive:§166", "proactive:§167",
    "proactive:§168", "proactive:§169", "proactive:§171", "proactive:§172", "proactive:§173",
    "proactive:§174", "proactive:§175", "proactive:§175.1", "proactive:§175.2", "proactive:§175.3",
    "proactive:§176", "proactive:§177", "proactive:§178", "proactive:§178.part2",
)  # fmt: skip
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_the_seven_go_the_way_of_their_chapters(way: Way, make_pilot: MakePilot) -> None:
    pilot = make_pilot(**way.policies)
    for benefit, (_, case) in way.drive(pilot).items():
        path = pilot.path(case)
        steps = [row[0] for row in path]
        assert path[steps.index("confirm") :] == typed(way.path, benefit), benefit
        assert pilot.ending(case) == way.ending, benefit
        assert pilot.templates(case) == way.sms, benefit
        ending = PROCEDURES[benefit].steps[way.ending]
        assert ending.clause.id == f"proactive:{way.paragraphs[column(benefit)]}", benefit
    assert pilot.placed() == []


@pytest.mark.clause(
    "proactive:§66.2", "proactive:§85.2", "proactive:§106.2", "proactive:§129.2", "proactive:§150.2",
    "proactive:§175.2", "proactive:§69", "proactive:§88", "proactive:§109", "proactive:§132",
    "proactive:§153", "proactive:§178",
)  # fmt: skip
def test_a_bank_of_several_and_a_new_account_are_chosen(make_pilot: MakePilot) -> None:
    """Annex 2 goes out for the new account in all chapters, §132 and §178 included (G-18)."""
    pilot = make_pilot()
    for benefit in SEVEN:
        who, several = consented(pilot, benefit, "bank_a", "bank_c")
        pilot.reply(who, f"{CODES[benefit]}#3#2")
        assert pilot.facts(several)["bank"] == "bank_c", benefit
        assert typed([BANKS_CHOSEN], benefit)[0] in pilot.path(several), benefit
        other, new = consented(pilot, benefit)
        pilot.world.account(other, "bank_e")
        pilot.watch()
        assert pilot.messages(new)[-1] == ("annex2", typed([NEW_CHOSEN], benefit)[0][2]), benefit
        pilot.reply(other, f"{CODES[benefit]}#3#1")
        assert typed([OPENED, NEW_CHOSEN], benefit)[1] in pilot.path(new), benefit
        assert pilot.facts(new)["bank"] == "bank_e", benefit


@pytest.mark.clause(
    "proactive:§53", "proactive:§54", "proactive:§72", "proactive:§73", "proactive:§93", "proactive:§94",
    "proactive:§116", "proactive:§117", "proactive:§137", "proactive:§138", "proactive:§162",
    "proactive:§163",
)  # fmt: skip
def test_an_existing_application_or_case_file_ends_it_without_an_sms(make_pilot: MakePilot) -> None:
    """Left out of the list, SDU ends with an internal reason (G-04); E-Maket is not asked."""
    pilot = make_pilot()
    for benefit in SEVEN:
        who, case = start(pilot, benefit, "bank_a", exists=True)
        assert pilot.ending(case) == "left_out", benefit
        assert pilot.path(case)[-1] == ("existing", "found", SHUT[column(benefit)])
        assert pilot.facts(case)["existing"] == ["application in E-Maket", "application in ODK"]
        assert pilot.texts(who) == []
    asked = {path for path, _ in pilot.partners.asked}
    assert s.MLSP_DATA.path not in asked


NAMED = {
    "BURIAL_PAYMENT": "жерлеуге арналған біржолғы төлем",
    "DISABILITY_ALLOWANCE": "мүгедектігі бойынша мемлекеттік әлеуметтік жәрдемақы",
    "WORK_CAPACITY_LOSS_PAYMENT": "еңбекке қабілеттіліктен айырылу жағдайы бойынша әлеуметтік төлем",
    "DISABLED_CHILD_CARER_ALLOWANCE": "мүгедектігі бар баланы тәрбиелеушіге берілетін жәрдемақы",
    "SURVIVOR_ALLOWANCE": "асыраушысынан айырылу жағдайы бойынша мемлекеттік әлеуметтік жәрдемақы",
    "SURVIVOR_PAYMENT": "асыраушысынан айырылу жағдайы бойынша әлеуметтік төлем",
    "JOB_LOSS_PAYMENT": "жұмысынан айырылу жағдайы бойынша әлеуметтік төлем",
}


@pytest.mark.clause(
    "proactive:§66", "proactive:§67", "proactive:§85", "proactive:§86", "proactive:§106", "proactive:§107",
    "proactive:§129", "proactive:§130", "proactive:§150", "proactive:§151", "proactive:§175",
    "proactive:§176",
)  # fmt: skip
def test_annexes_1_2_and_5_name_the_service_of_the_chapter(make_pilot: MakePilot) -> None:
    """Also where the act has only "(or) social payments" (T-13) or speaks of an allowance (T-14)."""
    pilot = make_pilot()
    people = [consented(pilot, benefit, "bank_a")[0] for benefit in SEVEN]
    pilot.silence()
    for benefit, who in zip(SEVEN, people, strict=True):
        first, second, fifth = pilot.texts(who)
        assert all(NAMED[benefit] in text for text in (first, second, fifth)), benefit
        assert f"{CODES[benefit]}#3#1" in second


@pytest.mark.clause("proactive:§70", "proactive:§89", "proactive:§110", "proactive:§133", "proactive:§154",
                    "proactive:§179")  # fmt: skip
def test_no_application_is_formed_before_consent_and_account(make_pilot: MakePilot) -> None:
    pilot = make_pilot()
    for benefit in SEVEN:
        who, case = consented(pilot, benefit, "bank_a")
        assert "application" not in pilot.facts(case)
        pilot.reply(who, f"{CODES[benefit]}#3#1")
        assert pilot.facts(case)["application"] == {"bank": "bank_a", "form": "proactive"}, benefit


@pytest.mark.clause("proactive:§61", "proactive:§80", "proactive:§101", "proactive:§124", "proactive:§145",
                    "proactive:§170")  # fmt: skip
def test_the_status_has_one_form_in_all_chapters(pilot: Pilot) -> None:
    """The Regulation is not attached (G-01): the status, or none and the reasons."""
    assert {pilot.facts(start(pilot, benefit)[1])["status"] for benefit in SEVEN} == {"ELIGIBLE"}
