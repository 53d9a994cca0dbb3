"""Every way through both benefits, typed by hand from the act and compared with what the ledger says.

A row reads: step, outcome, the paragraph in chapter 2, the paragraph in chapter 3. The rows follow the
text of the act and not the program's table; section 6.1 gives the order of the steps, 6.3 the endings.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from qyzmet.acts.proactive import decisions
from qyzmet.acts.proactive.procedure import PROCEDURES
from qyzmet.runtime.errors import Refused
from qyzmet_twins.services import Knobs
from tests.acts.proactive.conftest import AWARDED, CODE, LARGE, MakePilot, Pilot

Row = tuple[str, str, str, str]

# --- the act, in pieces -----------------------------------------------------------------------------

# §6: birth, kinship, composition. §29: award.
BORN: list[Row] = [("identify_birth", "identified", "§6", ""), ("composition", "large", "§6", "")]
AWARD: list[Row] = [("identify_award", "identified", "", "§29")]
NOTHING_EXISTS: list[Row] = [("existing", "nothing", "§6", "§29")]
# §8 and §7, §31 and §30: data confirmed, then one list (G-03). §9 to §11, §32 to §34: the control.
LISTED: list[Row] = [("confirm", "confirmed", "§8", "§31"), ("list", "handed_over", "§7", "§30")]
PASSED: list[Row] = [
    ("mlsp_data", "received", "§9", "§32"),
    ("flc", "passed", "§9", "§32"),
    ("eligible", "told", "§10", "§33"),
]
# §12 to §17, §35 to §40: number and consent.
ASKED: list[Row] = [("number", "found", "§12", "§35"), ("consent_request", "registered", "§15", "§38")]
AGREED: list[Row] = [
    ("consent", "agree", "§15", "§38"),
    ("consent_record", "recorded", "§17", "§40"),
    ("consented", "handed_over", "§17", "§40"),
]
REFUSAL: list[Row] = [("refusal", "recorded", "§16", "§39")]
# §18 to §22, §41 to §45: the account.
ONE_BANK: list[Row] = [("accounts", "one_bank", "§18", "§41")]
SEVERAL: list[Row] = [("accounts", "several_banks", "§18", "§41")]
NO_ACCOUNT: list[Row] = [("accounts", "no_account", "§18", "§41")]
CHOSEN: list[Row] = [("ask_bank", "chosen", "§19.1", "§42.1")]
TO_OPEN: list[Row] = [("ask_to_open", "sent", "§19.3", "§42.3")]
OPENED: list[Row] = [("monitor", "found", "§21", "§44")]
ANNEX_5: list[Row] = [("service_over", "sent", "§20", "§43")]
ANOTHER: list[Row] = [("other_bank", "ask_to_open", "§19", "§42")]
# §23, §46: application, registration, draft decision with the case file.
DRAFTED: list[Row] = [
    ("application", "formed", "§23.1", "§46.1"),
    ("register", "registered", "§23.2", "§46.2"),
    ("draft", "drafted", "§23.3", "§46.3"),
]
# §24 to §28: the authorised body. §46(4), §46(5), §47: E-Maket.
APPOINTED: list[Row] = [
    ("sign", "signed", "§24", "§46.4"),
    ("place", "placed", "§27", "§46.5"),
    ("tell_appointed", "sent", "§28", "§47"),
    ("inform_appointed", "informed", "§28", "§47"),
]
DECIDED: list[Row] = [("decide", "appoint", "§24", "")]
RETURNED: list[Row] = [
    ("decide", "return", "§24", ""),
    ("return_file", "returned", "§25", ""),
    ("tell_return", "sent", "§25", ""),
]
REFUSED: list[Row] = [("sign_refusal", "signed", "§24", ""), ("tell_refused", "sent", "§28", "")]

FOUND = {LARGE: BORN, AWARDED: AWARD}


def to_list(benefit: str) -> list[Row]:
    """S1 to S5: found, listed, eligible."""
    return FOUND[benefit] + NOTHING_EXISTS + LISTED + PASSED


def to_accounts(benefit: str) -> list[Row]:
    """S1 to S11: consent is given."""
    return to_list(benefit) + ASKED + AGREED


def to_decision(benefit: str) -> list[Row]:
    """S1 to S17 by the shortest way: one bank, chosen; in chapter 3 E-Maket decides at once."""
    return to_accounts(benefit) + ONE_BANK + CHOSEN + DRAFTED


def rest(benefit: str) -> list[Row]:
    """From the draft to the appointment."""
    return (DECIDED if benefit == LARGE else []) + APPOINTED


# --- how each way comes about -----------------------------------------------------------------------


@dataclass(frozen=True)
class Way:
    """A way through the act: what happens, the whole path, the ending with its paragraphs, the SMS."""

    name: str
    drive: Callable[[Pilot, str], int]
    path: Callable[[str], list[Row]]
    ending: str
    paragraphs: tuple[str, str]
    sms: list[str]
    benefits: tuple[str, ...] = (LARGE, AWARDED)
    policies: dict[str, Any] = field(default_factory=dict)
    no_figure: bool = False


def no_relatives(pilot: Pilot, benefit: str) -> int:
    return pilot.birth(None)


def not_large(pilot: Pilot, benefit: str) -> int:
    return pilot.birth(pilot.mother("bank_a"), order=4, siblings=[])


def dead(pilot: Pilot, benefit: str) -> int:
    return pilot.award(pilot.mother("bank_a", alive=False))


def exists(pilot: Pilot, benefit: str) -> int:
    mother = pilot.mother("bank_a")
    pilot.world.already(mother, benefit)
    return pilot.event(benefit, mother)


def unconfirmed(pilot: Pilot, benefit: str) -> int:
    pilot.services.knobs = Knobs(1, 0, 0, 0)
    return pilot.start(benefit, "bank_a")[1]


def pending(pilot: Pilot, benefit: str) -> int:
    pilot.services.knobs = Knobs(0, 0, 1, 0)
    return pilot.start(benefit, "bank_a")[1]


def no_number(pilot: Pilot, benefit: str) -> int:
    return pilot.start(benefit, "bank_a", phone=None)[1]


def silent_on_consent(pilot: Pilot, benefit: str) -> int:
    case = pilot.start(benefit, "bank_a")[1]
    pilot.silence()
    return case


def refuses(pilot: Pilot, benefit: str) -> int:
    mother, case = pilot.start(benefit, "bank_a")
    pilot.reply(mother, "7#2")
    return case


def then(*banks: str, replies: tuple[str, ...] = ()) -> Callable[[Pilot, str], int]:
    """Consent with accounts in these banks, then these replies (`#` alone begins with the service code);
    `open` opens an account, `silence` lets the time pass.
    """

    def drive(pilot: Pilot, benefit: str) -> int:
        mother, case = pilot.consented(benefit, *banks)
        for reply in replies:
            if reply == "silence":
                pilot.silence()
            elif reply.startswith("open "):
                pilot.world.account(mother, reply.removeprefix("open "))
                pilot.watch()
            else:
                pilot.reply(mother, CODE[benefit] + reply if reply.startswith("#") else reply)
        return case

    return drive


def officials(*acts: str) -> Callable[[Pilot, str], int]:
    """The account is chosen, then officials act: an outcome of the open task, or `days N`, or 7#2."""

    def drive(pilot: Pilot, benefit: str) -> int:
        mother, case = pilot.chosen(benefit)
        for act in acts:
            if act.startswith("days "):
                pilot.after(days=int(act.removeprefix("days ")))
            elif act == "7#2":
                pilot.reply(mother, act)
            else:
                pilot.decide(case, act)
        return case

    return drive


def withdraws_before_annex_4(pilot: Pilot, benefit: str) -> int:
    mother, case = pilot.start(benefit)
    pilot.link.down = True
    pilot.agree(mother)
    pilot.reply(mother, "7#2")
    return case


def withdraws_before_the_notice(pilot: Pilot, benefit: str) -> int:
    mother, case = pilot.chosen(benefit)
    pilot.link.down = True
    pilot.decide(case, "return")
    pilot.reply(mother, "7#2")
    return case


def withdraws_before_the_signature(pilot: Pilot, benefit: str) -> int:
    mother, case = pilot.chosen(benefit)
    pilot.reply(mother, "7#2")
    pilot.after(minutes=10)
    return case


def enters_the_amount(pilot: Pilot, benefit: str) -> int:
    """No public figure is known for the amount: an official enters one with its source."""
    _, case = pilot.chosen(benefit)
    outcome = "appoint" if benefit == LARGE else "entered"
    pilot.decide(case, outcome, amount=1_500_000, amount_source="letter of the ministry")
    return case


LARGE_ONLY, AWARDED_ONLY = (LARGE,), (AWARDED,)

WAYS = [
    # S1 to S3: SDU's own checks (G-04), no SMS
    Way("no relatives", no_relatives, lambda b: [("identify_birth", "nobody", "§6", "")],
        "left_out", ("§6", ""), [], LARGE_ONLY),
    Way("too few children", not_large, lambda b: [*BORN[:1], ("composition", "not_large", "§6", "")],
        "left_out", ("§6", ""), [], LARGE_ONLY),
    Way("awarded, since dead", dead, lambda b: [("identify_award", "nobody", "", "§29")],
        "left_out", ("", "§29"), [], AWARDED_ONLY),
    Way("exists", exists, lambda b: FOUND[b] + [("existing", "found", "§6", "§29")],
        "left_out", ("§6", "§29"), []),
    Way("not confirmed", unconfirmed,
        lambda b: FOUND[b] + NOTHING_EXISTS + [("confirm", "not_confirmed", "§8", "§31")],
        "left_out", ("§6", "§29"), []),
    # S4 to S6: the control is negative
    Way("control negative", pending,
        lambda b: FOUND[b] + NOTHING_EXISTS + LISTED + [
            ("mlsp_data", "received", "§9", "§32"), ("flc", "negative", "§9", "§32")],
        "not_eligible", ("§11", "§34"), []),
    # S7, S8: no number (G-07)
    Way("no number", no_number, lambda b: [*to_list(b), ("number", "absent", "§12", "§35")],
        "no_number", ("§13", "§36"), []),
    # S9, S10: consent
    Way("silence on consent", silent_on_consent,
        lambda b: to_list(b) + ASKED + [
            ("consent", "silence", "§15", "§38"), ("consent_silence", "end", "§15", "§38")],
        "no_consent", ("§15", "§38"), ["annex1"]),
    Way("silence on consent, Annex 5", silent_on_consent,
        lambda b: to_list(b) + ASKED + [
            ("consent", "silence", "§15", "§38"), ("consent_silence", "annex5", "§15", "§38"),
            ("over_without_consent", "sent", "§20", "§43")],
        "no_consent", ("§15", "§38"), ["annex1", "annex5"], policies={"G_08": "end_with_annex5"}),
    Way("refuses", refuses, lambda b: to_list(b) + ASKED + [("consent", "refuse", "§15", "§38")] + REFUSAL,
        "refused", ("§16", "§39"), ["annex1"]),
    # S12 to S14: one bank
    Way("one bank, silence", then("bank_a", replies=("silence",)),
        lambda b: to_accounts(b) + ONE_BANK + [("ask_bank", "silence", "§19.1", "§42.1")] + ANNEX_5,
        "no_account_answer", ("§20", "§43"), ["annex1", "annex2", "annex5"]),
    Way("one bank, 7#2", then("bank_a", replies=("7#2",)),
        lambda b: to_accounts(b) + ONE_BANK + [("ask_bank", "consent.refuse", "§19.1", "§42.1")] + REFUSAL,
        "refused", ("§16", "§39"), ["annex1", "annex2"]),
    # several banks
    Way("several banks, silence", then("bank_a", "bank_b", replies=("silence",)),
        lambda b: to_accounts(b) + SEVERAL + [("ask_banks", "silence", "§19.2", "§42.2")] + ANNEX_5,
        "no_account_answer", ("§20", "§43"), ["annex1", "annex3", "annex5"]),
    Way("several banks, 7#2", then("bank_a", "bank_b", replies=("7#2",)),
        lambda b: to_accounts(b) + SEVERAL + [("ask_banks", "consent.refuse", "§19.2", "§42.2")] + REFUSAL,
        "refused", ("§16", "§39"), ["annex1", "annex3"]),
    Way("several banks, another, silence", then("bank_a", "bank_b", replies=("#3#0", "silence")),
        lambda b: to_accounts(b) + SEVERAL + [("ask_banks", "other_bank", "§19.2", "§42.2")] + ANOTHER
        + TO_OPEN + [("monitor", "none", "§21", "§44"), ("none_opened", "annex5", "§20", "§43")] + ANNEX_5,
        "no_account_answer", ("§20", "§43"), ["annex1", "annex3", "annex4", "annex5"]),
    Way("another bank, no round allowed", then("bank_a", replies=("#3#0", "open bank_b", "#3#0")),
        lambda b: to_accounts(b) + ONE_BANK + [("ask_bank", "other_bank", "§19.1", "§42.1")] + ANOTHER
        + TO_OPEN + OPENED + [("ask_new_account", "other_bank", "§22", "§45"),
                              ("other_bank", "no_more_rounds", "§19", "§42")] + ANNEX_5,
        "no_account_answer", ("§20", "§43"), ["annex1", "annex2", "annex4", "annex2", "annex5"],
        policies={"G_14": 1}),
    # S15, S16: no account, monitoring, new account
    Way("no account, none opened", then(replies=("silence",)),
        lambda b: to_accounts(b) + NO_ACCOUNT + TO_OPEN + [
            ("monitor", "none", "§21", "§44"), ("none_opened", "annex5", "§20", "§43")] + ANNEX_5,
        "no_account_answer", ("§20", "§43"), ["annex1", "annex4", "annex5"]),
    Way("no account, none opened, no Annex 5", then(replies=("silence",)),
        lambda b: to_accounts(b) + NO_ACCOUNT + TO_OPEN + [
            ("monitor", "none", "§21", "§44"), ("none_opened", "end", "§20", "§43")],
        "no_account_answer", ("§20", "§43"), ["annex1", "annex4"], policies={"G_16": "end"}),
    Way("7#2 before Annex 4 went out", withdraws_before_annex_4,
        lambda b: to_accounts(b) + NO_ACCOUNT + [("ask_to_open", "consent.refuse", "§19.3", "§42.3")]
        + REFUSAL, "refused", ("§16", "§39"), ["annex1"]),
    Way("monitoring, 7#2", then(replies=("7#2",)),
        lambda b: to_accounts(b) + NO_ACCOUNT + TO_OPEN + [("monitor", "consent.refuse", "§21", "§44")]
        + REFUSAL, "refused", ("§16", "§39"), ["annex1", "annex4"]),
    Way("new account, silence", then(replies=("open bank_c", "silence")),
        lambda b: to_accounts(b) + NO_ACCOUNT + TO_OPEN + OPENED + [
            ("ask_new_account", "silence", "§22", "§45"),
            ("new_account_silence", "end", "§22.part2", "§45.part2")],
        "no_new_account_answer", ("§22.part2", "§45.part2"), ["annex1", "annex4", "annex2"]),
    Way("new account, silence, Annex 5", then(replies=("open bank_c", "silence")),
        lambda b: to_accounts(b) + NO_ACCOUNT + TO_OPEN + OPENED + [
            ("ask_new_account", "silence", "§22", "§45"),
            ("new_account_silence", "annex5", "§22.part2", "§45.part2"),
            ("over_new_account", "sent", "§20", "§43")],
        "no_new_account_answer", ("§22.part2", "§45.part2"), ["annex1", "annex4", "annex2", "annex5"],
        policies={"G_17": "annex5"}),
    Way("new account, 7#2", then(replies=("open bank_c", "7#2")),
        lambda b: to_accounts(b) + NO_ACCOUNT + TO_OPEN + OPENED + [
            ("ask_new_account", "consent.refuse", "§22", "§45")] + REFUSAL,
        "refused", ("§16", "§39"), ["annex1", "annex4", "annex2"]),
    # S17 to S22, chapter 3: E-Maket decides
    Way("appointed by E-Maket, one bank", then("bank_a", replies=("#3#1",)),
        lambda b: to_decision(b) + APPOINTED,
        "appointed", ("", "§47"), ["annex1", "annex2", "decided"], AWARDED_ONLY),
    Way("appointed by E-Maket, several banks", then("bank_a", "bank_b", replies=("#3#2",)),
        lambda b: to_accounts(b) + SEVERAL + [("ask_banks", "chosen", "§19.2", "§42.2")] + DRAFTED
        + APPOINTED, "appointed", ("", "§47"), ["annex1", "annex3", "decided"], AWARDED_ONLY),
    Way("appointed by E-Maket, new account", then(replies=("open bank_e", "#3#1")),
        lambda b: to_accounts(b) + NO_ACCOUNT + TO_OPEN + OPENED + [
            ("ask_new_account", "chosen", "§22", "§45")] + DRAFTED + APPOINTED,
        "appointed", ("", "§47"), ["annex1", "annex4", "annex2", "decided"], AWARDED_ONLY),
    Way("7#2 before E-Maket signs", withdraws_before_the_signature,
        lambda b: [*to_decision(b), ("sign", "withdrawn", "", "§46.4"), *REFUSAL],
        "refused", ("", "§39"), ["annex1", "annex2"], AWARDED_ONLY, policies={"G_25": False}),
    Way("no figure is known, E-Maket", enters_the_amount,
        lambda b: [*to_decision(b)[:-1], ("draft", "no_amount", "", "§46.3"),
                   ("enter_amount", "entered", "", "§46.3"), *APPOINTED],
        "appointed", ("", "§47"), ["annex1", "annex2", "decided"], AWARDED_ONLY, no_figure=True),
    Way("no figure is known, 7#2", then("bank_a", replies=("#3#1", "7#2")),
        lambda b: [*to_decision(b)[:-1], ("draft", "no_amount", "", "§46.3"),
                   ("enter_amount", "consent.refuse", "", "§46.3"), *REFUSAL],
        "refused", ("", "§39"), ["annex1", "annex2"], AWARDED_ONLY, no_figure=True),
    # S18 to S22, chapter 2: the authorised body decides
    Way("no figure is known, appointed", enters_the_amount,
        lambda b: [*to_decision(b)[:-1], ("draft", "no_amount", "§23.3", ""), *DECIDED, *APPOINTED],
        "appointed", ("§28", ""), ["annex1", "annex2", "decided"], LARGE_ONLY, no_figure=True),
    Way("appointed", officials("appoint"), lambda b: to_decision(b) + DECIDED + APPOINTED,
        "appointed", ("§28", ""), ["annex1", "annex2", "decided"], LARGE_ONLY),
    Way("appointed, several banks", then("bank_a", "bank_b", replies=("#3#2",)),
        lambda b: to_accounts(b) + SEVERAL + [("ask_banks", "chosen", "§19.2", "§42.2")] + DRAFTED,
        "decide", ("§24", ""), ["annex1", "annex3"], LARGE_ONLY),
    Way("appointed, new account", then(replies=("open bank_e", "#3#1")),
        lambda b: to_accounts(b) + NO_ACCOUNT + TO_OPEN + OPENED + [
            ("ask_new_account", "chosen", "§22", "§45")] + DRAFTED,
        "decide", ("§24", ""), ["annex1", "annex4", "annex2"], LARGE_ONLY),
    Way("appointed, payment left to the rules", officials("appoint"),
        lambda b: to_decision(b) + DECIDED + [
            ("sign", "signed", "§24", ""), ("place", "left_to_the_rules", "§27", ""),
            ("tell_appointed", "sent", "§28", ""), ("inform_appointed", "informed", "§28", "")],
        "appointed", ("§28", ""), ["annex1", "annex2", "decided"], LARGE_ONLY, {"G_26": False}),
    Way("refused", officials("refuse"),
        lambda b: [*to_decision(b), ("decide", "refuse", "§24", ""), *REFUSED,
                   ("inform_refused", "informed", "§28", "")],
        "decision_refused", ("§28", ""), ["annex1", "annex2", "decided"], LARGE_ONLY),
    Way("7#2 before the decision", officials("7#2"),
        lambda b: [*to_decision(b), ("decide", "consent.refuse", "§24", ""), *REFUSAL],
        "refused", ("§16", ""), ["annex1", "annex2"], LARGE_ONLY),
    # S20, S21: completion
    Way("7#2 before the notice of return went out", withdraws_before_the_notice,
        lambda b: to_decision(b) + RETURNED[:2] + [("tell_return", "consent.refuse", "§25", "")] + REFUSAL,
        "refused", ("§16", ""), ["annex1", "annex2"], LARGE_ONLY),
    Way("returned, completed, appointed", officials("return", "brought", "supplemented", "appoint"),
        lambda b: to_decision(b) + RETURNED + [
            ("documents", "brought", "§26", ""), ("supplement", "supplemented", "§26", "")]
        + DECIDED + APPOINTED,
        "appointed", ("§28", ""), ["annex1", "annex2", "completion", "decided"], LARGE_ONLY),
    Way("returned, 7#2", officials("return", "7#2"),
        lambda b: to_decision(b) + RETURNED + [("documents", "consent.refuse", "§26", "")] + REFUSAL,
        "refused", ("§16", ""), ["annex1", "annex2", "completion"], LARGE_ONLY),
    Way("documents brought, 7#2", officials("return", "brought", "7#2"),
        lambda b: to_decision(b) + RETURNED + [
            ("documents", "brought", "§26", ""), ("supplement", "consent.refuse", "§26", "")] + REFUSAL,
        "refused", ("§16", ""), ["annex1", "annex2", "completion"], LARGE_ONLY),
    Way("supplemented late, refused", officials("return", "brought", "days 7", "supplemented", "refuse"),
        lambda b: to_decision(b) + RETURNED + [
            ("documents", "brought", "§26", ""), ("supplement", "late", "§26", ""),
            ("supplement_late", "supplemented", "§26", ""), ("decide", "refuse", "§24", "")]
        + REFUSED + [("inform_refused", "informed", "§28", "")],
        "decision_refused", ("§28", ""), ["annex1", "annex2", "completion", "decided"], LARGE_ONLY),
    Way("not supplemented in 30 working days", officials("return", "brought", "days 7", "days 60", "appoint"),
        lambda b: to_decision(b) + RETURNED + [
            ("documents", "brought", "§26", ""), ("supplement", "late", "§26", ""),
            ("supplement_late", "period_over", "§26", "")] + DECIDED + APPOINTED,
        "appointed", ("§28", ""), ["annex1", "annex2", "completion", "decided"], LARGE_ONLY),
    Way("supplementing is late, 7#2", officials("return", "brought", "days 7", "7#2"),
        lambda b: to_decision(b) + RETURNED + [
            ("documents", "brought", "§26", ""), ("supplement", "late", "§26", ""),
            ("supplement_late", "consent.refuse", "§26", "")] + REFUSAL,
        "refused", ("§16", ""), ["annex1", "annex2", "completion"], LARGE_ONLY),
    Way("no documents in 25 working days", officials("return", "days 60", "refuse"),
        lambda b: to_decision(b) + RETURNED + [
            ("documents", "nothing", "§26", ""), ("refuse_without_documents", "refuse", "§26.part2", "")]
        + REFUSED + [("inform_refused", "without_documents", "§28", "")],
        "refused_without_documents", ("§26.part2", ""),
        ["annex1", "annex2", "completion", "decided"], LARGE_ONLY),
    Way("no documents, 7#2 before the refusal", officials("return", "days 60", "7#2"),
        lambda b: to_decision(b) + RETURNED + [
            ("documents", "nothing", "§26", ""),
            ("refuse_without_documents", "consent.refuse", "§26.part2", "")] + REFUSAL,
        "refused", ("§16", ""), ["annex1", "annex2", "completion"], LARGE_ONLY),
]  # fmt: skip

CASES = [
    pytest.param(way, benefit, id=f"{way.name} {benefit[:5]}") for way in WAYS for benefit in way.benefits
]


def no_figure(*given: object, **more: object) -> None:
    raise Refused("no figure is entered for the day.")


def typed(way: Way, benefit: str) -> list[tuple[str, str, str]]:
    column = 2 if benefit == LARGE else 3
    return [(row[0], row[1], row[column]) for row in way.path(benefit)]


@pytest.mark.clause(
    "proactive:§1", "proactive:§6", "proactive:§7", "proactive:§8", "proactive:§9", "proactive:§10",
    "proactive:§11", "proactive:§12", "proactive:§13", "proactive:§15", "proactive:§16", "proactive:§17",
    "proactive:§18", "proactive:§19", "proactive:§19.1", "proactive:§19.2", "proactive:§19.3",
    "proactive:§20", "proactive:§21", "proactive:§22", "proactive:§22.part2", "proactive:§23.1",
    "proactive:§23.2", "proactive:§23.3", "proactive:§24", "proactive:§25", "proactive:§26",
    "proactive:§26.part2", "proactive:§27", "proactive:§28", "proactive:§29", "proactive:§30",
    "proactive:§31", "proactive:§32", "proactive:§33", "proactive:§34", "proactive:§35", "proactive:§36",
    "proactive:§38", "proactive:§39", "proactive:§40", "proactive:§41", "proactive:§42",
    "proactive:§42.1", "proactive:§42.2", "proactive:§42.3", "proactive:§43", "proactive:§44",
    "proactive:§45", "proactive:§45.part2", "proactive:§46.1", "proactive:§46.2", "proactive:§46.3",
    "proactive:§46.4", "proactive:§46.5", "proactive:§47",
)  # fmt: skip
@pytest.mark.parametrize(("way", "benefit"), CASES)
def test_the_case_goes_the_way_of_the_act(
    way: Way, benefit: str, make_pilot: MakePilot, monkeypatch: pytest.MonkeyPatch
) -> None:
    if way.no_figure:
        monkeypatch.setattr(decisions, "amount", no_figure)
    pilot = make_pilot(**way.policies)
    case = way.drive(pilot, benefit)
    assert pilot.path(case) == typed(way, benefit)
    assert pilot.step(case) == way.ending
    assert (pilot.ending(case) is None) is (way.ending == "decide")
    assert pilot.templates(case) == way.sms
    paragraph = way.paragraphs[benefit == AWARDED]
    assert PROCEDURES[benefit].steps[way.ending].clause.id == f"proactive:{paragraph}"
    paid = [placement.key for placement in pilot.placed()]
    assert paid == (
        [f"proactive/{case}"] if ("place", "placed") in {row[:2] for row in pilot.path(case)} else []
    )


@pytest.mark.clause("proactive:§1", "proactive:§23", "proactive:§46")
@pytest.mark.parametrize("benefit", [LARGE, AWARDED])
def test_every_arrow_of_the_procedure_is_walked_by_these_ways(benefit: str) -> None:
    """And no way has a step that the procedure lacks."""
    walked = {row[:2] for way in WAYS if benefit in way.benefits for row in typed(way, benefit)}
    arrows = {(step.name, outcome) for step, outcome, _ in PROCEDURES[benefit].arrows()}
    assert walked == arrows


@pytest.mark.clause("proactive:§11", "proactive:§16", "proactive:§20", "proactive:§22.part2", "proactive:§28")
@pytest.mark.parametrize("benefit", [LARGE, AWARDED])
def test_every_ending_of_section_6_3_is_reached(benefit: str) -> None:
    reached = {way.ending for way in WAYS if benefit in way.benefits} - {"decide"}
    assert reached == set(PROCEDURES[benefit].endings)
