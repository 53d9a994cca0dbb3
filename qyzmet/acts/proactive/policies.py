"""The readings of what the act leaves open in its order, chapters 1 to 3 and the annexes.

Marks, defaults and reasons are those of section 8 of the specification. A reading with one
permitted value is stated, so that it is recorded with each decision; the others can be switched.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qyzmet.acts.proactive.benefits import BENEFITS
from qyzmet.acts.proactive.clauses import ACT
from qyzmet.law.policies import Policy, one_of, whole

SERVICE_CODES = {code: str(41 + number) for number, code in enumerate(BENEFITS)}
RELATIONS = ["mother", "father", "adoptive_parent", "guardian"]
ANNEX_5_WORDS = '"eGov mobile" және екінші деңгейдегі банктердің мобильді қосымшалары'


def _codes(value: Any) -> bool:
    """Every benefit has a code of one to three digits, all different, none the 7 of the consent."""
    return (
        isinstance(value, dict)
        and value.keys() == SERVICE_CODES.keys()
        and len(set(value.values())) == len(value)
        and all(
            isinstance(code, str) and code.isdecimal() and code.isascii() and len(code) <= 3 and code != "7"
            for code in value.values()
        )
    )


def _some_benefits(value: Any) -> bool:
    return (
        isinstance(value, list) and all(code in BENEFITS for code in value) and len(set(value)) == len(value)
    )


def _words(value: Any) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= 200 and value.isprintable()


def _policy(
    mark: str, title: str, default: Any, accepts: Callable[[Any], bool], rule: str, *places: str
) -> Policy:
    return Policy(mark, title, default, rule, accepts, tuple(ACT[place] for place in places))


def _stated(mark: str, title: str, value: str, *places: str) -> Policy:
    """A reading that the program has and that cannot be switched."""
    return _policy(mark, title, value, one_of(value), f"is {value!r}, the only reading there is", *places)


POLICIES = (
    _stated("G-01", "Formats by status of the Regulation", "own versioned contracts", "§14", "§37"),
    _stated("G-02", "Order No 385/НҚ", "a reference on the trigger, no logic hangs on it", "§162"),
    _stated("G-03", "Two paragraphs hand over one list", "one transfer when both conditions hold",
            "§7", "§8", "§30", "§31"),
    _stated("G-04", "SDU's own check fails", "left out, no SMS", "§6", "§7", "§8", "§29", "§30", "§31"),
    _stated("G-05", "Content of the control on MLSP data", "identified, alive, nothing appointed or pending",
            "§9", "§32"),
    _stated("G-06", "Who sends the eligible list to the portal", "SDU", "§12", "§35"),
    _stated("G-07", "No number in the Mobile Citizens Base", "the process ends, no SMS", "§13", "§36"),
    _policy("G-08", "Silence after Annex 1", "end", one_of("end", "end_with_annex5"),
            "is 'end' or 'end_with_annex5'", "§15", "§38", "annex1"),
    _policy("G-09", "Number that receives replies to Annex 1", "1414", one_of("1414"),
            "is '1414', the only number in the annexes", "annex1"),
    _policy("G-10", "Service codes in Annexes 2 and 3", SERVICE_CODES, _codes,
            "is a table of one code per benefit, one to three digits, all different, none '7'",
            "annex2", "annex3"),
    _stated("G-11", "From when a reply is awaited", "handed to the gateway", "§19", "§20", "§42", "§43"),
    _stated("G-12", "How working days are counted", "the starting day is not counted, ends at 24:00",
            "§19", "§24", "§26"),
    _policy("G-12b", "From the day the case file arrives: that day counts", False, one_of(True, False),
            "is true (the literal reading) or false (as G-12)", "§111", "§180"),
    _policy("G-13", "Several accounts in one bank", "first", one_of("first", "last"),
            "is 'first' or 'last' of the bank's answer", "§19.1", "§42.1"),
    _policy("G-14", "Rounds of choosing another bank", 0, whole(0, 20),
            "is a whole number from 0 (no limit) to 20", "§19", "§22", "annex2", "annex3"),
    _stated("G-15", "More than two banks in Annex 3", "one line per bank in the order shown", "annex3"),
    _policy("G-16", "Three working days after Annex 4 without an account", "annex5", one_of("annex5", "end"),
            "is 'annex5' or 'end'", "§20", "§21", "§43", "§44"),
    _policy("G-17", "Silence after the SMS on a new account", "end", one_of("end", "annex5"),
            "is 'end' or 'annex5'", "§22.part2", "§45.part2"),
    _stated("G-18", "Annex 2 is not named for the new account", "sent as in the other chapters",
            "§132", "§178"),
    _stated("G-19", "Unreadable, foreign or late replies", "change nothing; the first valid reply wins",
            "§16", "§19", "§22"),
    _stated("G-20", "Who sends Annex 5 and the completion SMS", "E-Maket", "§20", "§25", "§43"),
    _stated("G-21", "Completion and decision SMS have no template", "own neutral texts", "§25", "§28", "§47"),
    _stated("G-22", "An application is formed before it is registered", "always", "§23.1", "§46.1"),
    _stated("G-23", "Who forms the case file", "E-Maket in automatic flows", "§23.3", "§46.3"),
    _stated("G-24", "Refusal on the automatic route", "the route only appoints", "§46", "§47"),
    _policy("G-25", "The head's signature is applied automatically", True, one_of(True, False),
            "is true or false", "§46.4"),
    _policy("G-26", "Payment after a human decision", True, one_of(True, False),
            "is true (placed in ODK) or false (left to Rules No 169)", "§27"),
    _stated("G-27", "No number of days for the decision", "no limit until the lists or rules set one",
            "§90.part1", "§134", "§155", "§157"),
    _stated("G-28", "No completion rule in chapter 3", "no return in the flow", "§46"),
    _stated("G-29", "Start of the 25 and 30 working days", "the day of return", "§26", "§26.part2"),
    _stated("G-30", "The decision's deadline after completion", "a new full deadline", "§24", "§26"),
    _stated("G-31", "Authorised body", "territorial subdivision of the Committee", "§24", "§46.4"),
    _stated("G-32", "Allowance and (or) social payments in the event", "the service of that chapter",
            "§92", "§115"),
    _policy("G-33", "Which relative is the recipient", RELATIONS,
            lambda value: isinstance(value, list) and sorted(map(str, value)) == sorted(RELATIONS),
            f"is an order of {', '.join(RELATIONS)}", "§6"),
    _policy("G-34.children", "Children that make a family large (Rules No 169)", 4, whole(1, 20),
            "is a whole number from 1 to 20", "§6"),
    _policy("G-34.student", "Age up to which a full-time student counts", 23, whole(18, 30),
            "is a whole number of years from 18 to 30", "§6"),
    _stated("G-35", "Branches of chapter 4", "death + 1 month + 3 years, five kinds, either ground ends",
            "§48", "§49", "§50", "§51", "§52", "§70.5"),
    _stated("G-36", "One MODB event starts several chapters", "separate cases, questions queue",
            "§72", "§93"),
    _policy("G-37", "What contributions of the deceased gate", "payment", one_of("payment", "both"),
            "is 'payment' or 'both' (the literal reading)", "§137", "§138", "§150.2", "§153"),
    _stated("G-38", "Source of contributions and participation", "a contract named MSI",
            "§93", "§137", "§162"),
    _stated("G-39", "A child who lives in an orphanage", "left out of the list", "§116"),
    _stated("G-40", "Length of participation", "dated rules beside the amounts", "§93", "§137", "§162"),
    _stated("G-41", "Anonymised lists, yet a person is needed", "pseudonymous key, looks are logged",
            "order.3", "§4"),
    _stated("G-42", "Cases open at the end of the term", "run to their end; no new ones", "order.6"),
    _stated("G-43", "Monitoring of the well-being of families", "registry events are the only triggers",
            "§1", "§6", "§29"),
    _stated("G-44", "How often events are asked for", "at every turn of the engine", "§6", "§29"),
    _policy("G-45", "Language of the SMS", "kk", one_of("kk", "person"),
            "is 'kk' (as the act has them) or 'person' (Russian, in our words, for whom it is the language)",
            "annex1", "annex2", "annex3", "annex4", "annex5"),
    _stated("G-46", "Withdrawal of consent", "7#2 before the decision ends the process", "§16", "§17", "§39"),
    _stated("G-47", "A bank is silent", "it is asked again; silence is no answer", "§18", "§41"),
    _stated("G-48", "By the results of comparing the information", "checks made still hold", "§70", "§179"),
    _stated("G-49", "Sent in order to confirm", "after the absence check; confirmed in §55 and §56", "§54"),
    _stated("G-50", "Ends after consent", "SDU is informed with the reason", "§20", "§22", "§43", "§45"),
    _stated("G-51", "Permanent basis", "a requirement on operation", "§3"),
    _stated("G-52", "Ends before consent", "E-Maket is informed too", "§16", "§39"),
    _stated("G-53", "Time zone", "Asia/Almaty by name", "§19", "§24"),
    _stated("G-54", "Which banks Annex 3 lists", "integrated banks with an account", "§19.2", "annex3"),
    _stated("G-55", "Condition and cause in §90 part 2", "exactly general illness or exactly work injury",
            "§89", "§90.part1", "§90.part2"),
    _policy("G-56", "The missing words of Annex 5 (T-17)", ANNEX_5_WORDS, _words,
            "is a text of 1 to 200 printable characters", "annex5"),
    _policy("eyes", "Benefits whose decisions a second official confirms", [], _some_benefits,
            "is a list of benefit codes, each once", "§24", "§111", "§134", "§155", "§180"),
    _policy("web", "Questions may be answered on the citizen's page as well as by SMS", False,
            one_of(True, False), "is true or false", "§16", "§19", "annex1"),
)  # fmt: skip
