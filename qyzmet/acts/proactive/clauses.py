"""The act and its clauses in the order of the text: the order, the Algorithm's §1 to §184, the annexes."""

from __future__ import annotations

from datetime import date

from qyzmet.law.act import Clause, LegalAct, Period

ACT = LegalAct(
    code="proactive",
    titles={
        "kk": "«Smart Data Ukimet» ақпараттық-талдау жүйесі арқылы әлеуметтік-еңбек саласының кейбір "
        "мемлекеттік қызметтерін проактивті көрсету жөніндегі пилоттық жобаны іске қосу туралы",
        "ru": "О запуске пилотного проекта по проактивному оказанию некоторых государственных услуг "
        "социально-трудовой сферы через информационно-аналитическую систему «Smart Data Ukimet»",
        "en": "On launching a pilot project on the proactive provision of certain state services of the "
        "social and labour sphere through the information-analytical system Smart Data Ukimet",
    },
    source="Joint order of 3 October 2023 No 424 (Minister of Labour and Social Protection) "
    "and No 458/НҚ (Minister of Digital Development)",
    # Order cl. 6 with G-42: twelve months from the day of the last signature.
    in_force=Period(date(2023, 10, 3), date(2024, 10, 2)),
)


def _enter(place: str, title: str, no_code_because: str | None = None) -> Clause:
    return ACT.clause(place, title, no_code_because=no_code_because)


_enter("order.1", "The pilot project is launched", "launching is an act of the ministers, not of a system")
_enter("order.2", "The Algorithm is approved", "approves the text that the other clauses carry out")
_enter("order.3", "Lists of potential recipients are formed in anonymised form")
_enter("order.4", "The order is brought to the notice of territorial bodies", "addressed to two departments")
_enter("order.5", "Control over execution", "addressed to two vice-ministers")
_enter("order.6", "Entry into force and term of twelve months")

_enter("§1", "Purpose, and the nine services")
_enter("§2", "Definitions", "words; they are the names used in the code, see GLOSSARY.md")
_enter("§3", "Interaction runs on a permanent basis", "a requirement on operation, not a step (G-51)")
_enter("§4", "Personal data law and the Unified Requirements are complied with")
_enter("§5", "Each owner of a service answers for the data it gives")

# Chapter 2, allowance for a large family, and chapter 3, allowance for awarded mothers, differ in how
# recipients are found and in how decisions come about; §7 to §22 and §30 to §45 say the same.
_enter("§6", "Birth of a fourth or later child: recipients, family composition, existing case")
_COMMON = {
    0: "The list of potential recipients goes to E-Maket where nothing exists yet (Rules No {rules})",
    1: "The list is given where the state bodies' systems confirm the data",
    2: "Format-logical control on data of the ministry's system",
    3: "Passed: status ELIGIBLE to SDU",
    4: "Not passed: the process ends, status NOT_ELIGIBLE with the reason",
    5: "The eligible list goes to the portal: is there a number in the Mobile Citizens Base?",
    6: "No number: the portal tells SDU",
    7: "Formats by status are those of the Regulation",
    8: "Consent is asked by SMS of Annex 1 through PDAC",
    9: "The recipient refuses: SDU ends the process",
    10: "Consent: SDU gives E-Maket the list",
    11: "The integrated banks are asked for accounts",
    12: "One SMS by what the banks answered; 3 working days for the reply",
    13: "No reply in 3 working days: the process ends, SMS of Annex 5",
    14: "The banks are watched for 3 working days from the SMS",
    15: "A new account is chosen and SMS of Annex 2 sent; no reply in 3 working days ends the process",
}
_ITEMS = "its condition is the way there in the table, its items are listed after it"
_OF_MESSAGE = {1: "one bank: Annex 2", 2: "several banks: Annex 3", 3: "no account: Annex 4"}


def _enter_common(first: int, rules: str) -> None:
    for offset, title in _COMMON.items():
        place = f"§{first + offset}"
        _enter(
            place,
            title.format(rules=rules),
            "formats are the contracts in qyzmet.exchange (G-01)" if offset == 7 else None,
        )
        if offset == 12:
            for item, words in _OF_MESSAGE.items():
                _enter(f"{place}.{item}", words)
        if offset == 15:
            _enter(f"{place}.part2", "No reply in 3 working days ends the process")


_enter_common(7, "169")
_enter("§23", "Consent and account: E-Maket prepares the case for the authorised body", _ITEMS)
_enter("§23.1", "forms the electronic application")
_enter("§23.2", "registers it")
_enter("§23.3", "forms the draft decision with the case file and passes them on")
_enter("§24", "The authorised body appoints or refuses within 3 working days")
_enter("§25", "Return for completion of documents; SMS to the recipient")
_enter("§26", "Completion: 2 working days after the documents came")
_enter("§26.part2", "At most 30 working days; refusal where nothing came in 25")
_enter("§27", "Order and time limits of placing for payment follow Rules No 169")
_enter("§28", "The recipient is told by SMS, and SDU is informed")

_enter("§29", "State award: existing case")
_enter_common(30, "169")
_enter("§46", "Consent and account: E-Maket decides automatically", _ITEMS)
_enter("§46.1", "forms the electronic application")
_enter("§46.2", "registers it")
_enter("§46.3", "forms the draft decision with the case file")
_enter("§46.4", "approves the draft by the signature of the head of the authorised body")
_enter("§46.5", "places the final decision in ODK for payment")
_enter("§47", "The recipient is told by SMS, and SDU is informed")

# Chapter 4, one-time burial payment
_enter("§48", "Death: what E-Maket and ODK know of the deceased")
_enter("§49", "No pension or allowance, or more than three years after one month: the process ends")
_enter("§50", "Pension or allowance and in time: who registered the death, from the Civil Registry")
_enter(
    "§51", "Who took the body, from the Attached Population Register, where the Civil Registry knows nobody"
)
_enter("§52", "Kinship between that person and the deceased")
_enter("§52.part2", "Kinship not confirmed: the process ends")
_enter("§53", "Existing application or case file")
_enter_common(54, "256")
_enter("§70", "Comparison, consent and account: E-Maket decides automatically")
_enter("§70.1", "forms the electronic application")
_enter("§70.2", "registers it")
_enter("§70.3", "forms the draft decision with the case file")
_enter("§70.4", "approves the draft by the signature of the head of the authorised body")
_enter("§70.5", "places the final decision in ODK for payment, from 1 September 2023")
_enter("§71", "The recipient is told by SMS, and SDU is informed")

# Chapter 5, state social allowance for disability
_enter("§72", "Disability established: existing application or case file")
_enter_common(73, "257")
_enter("§89", "Other causes: the application goes to the State Corporation branch and the authorised body")
_enter(
    "§90.part1", "Other causes: the authorised body decides in the limits of the lists of basic requirements"
)
_enter("§90.part2", "General illness and work injury: E-Maket decides automatically")
_enter("§90.part2.1", "registers the electronic application")
_enter("§90.part2.2", "forms the draft decision with the case file")
_enter("§90.part2.3", "approves the draft by the signature of the head of the authorised body")
_enter("§90.part2.4", "places the final decision in ODK for payment")
_enter("§91", "Order and time limits follow Rules No 257")
_enter("§92", "The recipient is told by SMS, and SDU is informed")

# Chapter 6, social payment for loss of ability to work
_enter("§93", "Disability established: contributions, participation, existing application or case file")
_enter_common(94, "238")
_enter("§110", "Consent and account: E-Maket prepares the case for the authorised body")
_enter("§110.1", "registers the electronic application")
_enter("§110.2", "forms the case file and the draft decision and sends them")
_enter("§111", "The authorised body appoints or refuses within 4 working days from the day of arrival")
_enter("§112", "Return for completion of documents; SMS to the applicant")
_enter("§113", "Completion: 2 working days after the documents came")
_enter("§113.part2", "At most 30 working days")
_enter("§114", "Order and time limits follow Rules No 238")
_enter("§115", "The recipient is told by SMS, and SDU is informed")

# Chapter 7, allowance for the person raising a child with disability
_enter("§116", "Disability of a child, in real time: existing case, orphanage")
_enter_common(117, "215")
_enter("§133", "Consent and account: the application goes to the State Corporation and the authorised body")
_enter("§134", "The authorised body decides in accordance with the lists of basic requirements")
_enter("§135", "Order and time limits follow Rules No 215")
_enter("§136", "The recipient is told by SMS, and SDU is informed")

# Chapter 8, state social allowance and social payment for loss of breadwinner
_enter(
    "§137", "Death, in real time: recipients and dependants, contributions and participation, existing case"
)
_enter_common(138, "239 and No 257")
_enter(
    "§154", "Consent and account: the application for both goes to the State Corporation and authorised body"
)
_enter("§155", "Allowance: the authorised body decides under Rules No 257")
_enter("§156", "Payment: E-Maket registers the application and forms case file and draft decision")
_enter("§157", "Payment: the authorised body decides under Rules No 239")
_enter("§158", "Payment: return for completion of documents; SMS to the applicant")
_enter("§159", "Payment: completion, 2 working days after the documents came")
_enter("§159.part2", "Payment: at most 30 working days")
_enter("§160", "Order and time limits follow Rules No 239 and No 257")
_enter("§161", "The recipient is told by SMS, and SDU is informed")

# Chapter 9, social payment for loss of job
_enter("§162", "Registered as unemployed: contributions, participation, existing application or case file")
_enter_common(163, "237")
_enter("§179", "Comparison, consent and account: E-Maket prepares the case for the authorised body")
_enter("§179.1", "forms the electronic application")
_enter("§179.2", "registers it")
_enter("§179.3", "forms the draft decision with the case file and sends them")
_enter("§180", "The authorised body appoints or refuses within 4 working days from the day of arrival")
_enter("§181", "Return for completion of documents; SMS to the applicant")
_enter("§182", "Completion: 2 working days after the documents came")
_enter("§182.part2", "At most 30 working days")
_enter("§183", "Order and time limits follow Rules No 237")
_enter("§184", "The recipient is told by SMS, and SDU is informed")

for _number, _title in enumerate(
    ("Consent request", "Account in one bank, and new account", "Accounts in several banks", "No account",
     "The period for the service is over"), start=1
):  # fmt: skip
    _enter(f"annex{_number}", _title)
