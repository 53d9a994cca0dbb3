"""Procedures made by hand for the tests of the drawings."""

from __future__ import annotations

from datetime import date, timedelta

from qyzmet.cases.procedure import Kind, Limit, Procedure, Step
from qyzmet.law.act import LegalAct, Period

ACT = LegalAct("aid", {"en": "Heating Aid Act"}, "https://law.example", Period(date(2024, 1, 1)))
QUERY, RULE, ASK, WATCH, TASK, EFFECT, END = Kind


def _work() -> None:
    raise AssertionError("drawings never carry a step out")


def row(
    name: str,
    kind: Kind,
    actor: str,
    place: str,
    title: str | dict[str, str],
    outcomes: dict[str, str] | None = None,
    *,
    days: int | None = None,
    then: str | None = None,
    every: timedelta | None = None,
    receiver: str | None = None,
) -> Step:
    clause = ACT.clauses.get(place) or ACT.clause(place, f"What {place} says")
    waits = kind in (Kind.ASK, Kind.WATCH, Kind.TASK)
    return Step(
        name,
        kind,
        clause,
        actor,
        {"en": title} if isinstance(title, str) else title,
        outcomes or {},
        act=None if kind is Kind.END else _work,
        receiver=receiver,
        limit=None if days is None else Limit(days, clause, then=then),
        no_limit_because="the act gives none" if waits and days is None else None,
        every=every or (timedelta(hours=6) if kind is Kind.WATCH else None),
    )


def small() -> Procedure:
    """A loop, a timer, messages, a task that its limit ends and one that its limit only marks."""
    return Procedure(
        "aid",
        {"en": "Heating aid", "ru": "Помощь на отопление", "kk": "Жылытуға көмек"},
        row("check", RULE, "Office", "§1", "Check the application", {"met": "ask", "not_met": "no"}),
        row(
            "ask",
            ASK,
            "Office",
            "§2",
            "Ask whether the aid is wanted",
            {"yes": "account", "no": "declined", "none": "silent"},
            days=3,
            then="none",
            receiver="recipient",
        ),
        row(
            "account",
            WATCH,
            "Bank desk",
            "§3",
            "Look for an account",
            {"found": "decide", "none": "silent"},
            days=3,
            then="none",
        ),
        row(
            "decide",
            TASK,
            "Head of the office",
            "§4",
            "Decide",
            {"grant": "pay", "refuse": "no", "papers": "complete"},
            days=4,
        ),
        row(
            "complete",
            TASK,
            "Bank desk",
            "§5",
            "Bring the missing papers",
            {"brought": "decide", "late": "no"},
            days=25,
            then="late",
        ),
        row("pay", EFFECT, "Bank desk", "§6", "Order the payment", {"done": "paid"}),
        row("paid", END, "Office", "§7", "Paid"),
        row("no", END, "Office", "§8", "Refused"),
        row("declined", END, "Office", "§9", "Declined by the recipient"),
        row("silent", END, "Office", "§10", "No answer"),
    )


def large() -> Procedure:
    """About as large as the procedures of a real act, with long titles."""
    sdu, emaket, egp, body, corp = "SDU", "E-Maket", "EGP", "Authorised body", "State Corporation"
    three = {"days": 3, "then": "no_answer"}
    return Procedure(
        "aid-large",
        {"en": "Aid without an application", "kk": "Өтінішсіз көрсетілетін көмек"},
        row(
            "trigger",
            QUERY,
            sdu,
            "§6",
            "Registry event, identification of the person",
            {"found": "first_check"},
        ),
        row(
            "first_check",
            RULE,
            sdu,
            "§6",
            "First format-logical control",
            {"passed": "confirm", "failed": "not_due"},
        ),
        row(
            "confirm",
            QUERY,
            sdu,
            "§8",
            "Data confirmed by state bodies",
            {"confirmed": "pass_list", "not_confirmed": "not_due"},
        ),
        row("pass_list", EFFECT, sdu, "§7", "List passed to E-Maket", {"passed": "second_check"}),
        row(
            "second_check",
            QUERY,
            emaket,
            "§9",
            {
                "en": "Second format-logical control on the data of the ministry",
                "kk": "Халықты әлеуметтік қорғау министрлігінің ақпараттық жүйелеріндегі "
                "мәліметтер бойынша екінші форматтық-логикалық бақылау",
            },
            {"eligible": "report_eligible", "not_eligible": "report_not_eligible"},
        ),
        row("report_eligible", EFFECT, emaket, "§10", "ELIGIBLE told to SDU", {"told": "number"}),
        row(
            "report_not_eligible", EFFECT, emaket, "§11", "NOT_ELIGIBLE told to SDU", {"told": "not_eligible"}
        ),
        row(
            "number",
            QUERY,
            egp,
            "§12",
            "Number looked up",
            {"found": "consent", "absent": "report_no_number"},
        ),
        row("report_no_number", EFFECT, egp, "§13", "Absence of a number told to SDU", {"told": "no_number"}),
        row(
            "consent",
            ASK,
            egp,
            "§15",
            "Consent asked by SMS, Annex 1",
            {"agree": "consented", "refuse": "record_refusal", "no_answer": "no_consent"},
            receiver="recipient",
            **three,
        ),
        row("record_refusal", EFFECT, sdu, "§16", "Refusal recorded", {"recorded": "refused_consent"}),
        row("consented", EFFECT, sdu, "§17", "List of consents passed on", {"passed": "accounts"}),
        row(
            "accounts",
            QUERY,
            emaket,
            "§18",
            "Accounts asked of the banks",
            {"one": "ask_bank", "several": "ask_which_bank", "none": "ask_to_open"},
        ),
        row(
            "ask_bank",
            ASK,
            emaket,
            "§19",
            "Is this bank right? Annex 2",
            {"chosen": "apply", "other_bank": "ask_to_open", "no_answer": "tell_end"},
            **three,
        ),
        row(
            "ask_which_bank",
            ASK,
            emaket,
            "§19",
            "Which bank? Annex 3",
            {"chosen": "apply", "other_bank": "ask_to_open", "no_answer": "tell_end"},
            **three,
        ),
        row("ask_to_open", EFFECT, emaket, "§19", "Please open an account, Annex 4", {"sent": "watch_banks"}),
        row(
            "watch_banks",
            WATCH,
            emaket,
            "§21",
            "Banks watched for a new account",
            {"found": "ask_new", "none": "no_account"},
            days=3,
            then="none",
        ),
        row(
            "ask_new",
            ASK,
            emaket,
            "§22",
            "Is the new account right? Annex 2",
            {"confirmed": "apply", "no_answer": "no_reply_new"},
            **three,
        ),
        row("tell_end", EFFECT, emaket, "§20", "End told by SMS, Annex 5", {"sent": "no_reply"}),
        row("apply", RULE, emaket, "§23", "Application and electronic file made", {"made": "mode"}),
        row("mode", RULE, emaket, "§23", "Who decides?", {"official": "decide", "system": "approve"}),
        row(
            "decide",
            TASK,
            body,
            "§24",
            "Decision of the authorised body",
            {"appoint": "sign", "refuse": "sign_refusal", "incomplete": "send_back"},
            days=3,
        ),
        row("approve", EFFECT, emaket, "§46", "Approved automatically", {"approved": "place"}),
        row("sign", EFFECT, body, "§24", "Decision signed", {"signed": "place"}),
        row("sign_refusal", EFFECT, body, "§24", "Refusal signed", {"signed": "tell_refusal"}),
        row("send_back", EFFECT, body, "§25", "File sent for completion; SMS", {"sent": "papers"}),
        row(
            "papers",
            TASK,
            corp,
            "§26",
            "Documents of the recipient awaited",
            {"brought": "supplement", "not_brought": "sign_refusal"},
            days=25,
            then="not_brought",
        ),
        row("supplement", TASK, corp, "§26", "File supplemented", {"supplemented": "decide"}, days=2),
        row("place", EFFECT, emaket, "§28", "Placed for payment", {"placed": "tell"}),
        row("tell", EFFECT, emaket, "§28", "SMS on the appointment; told to SDU", {"told": "appointed"}),
        row("tell_refusal", EFFECT, emaket, "§28", "SMS on the refusal; told to SDU", {"told": "refused"}),
        row("not_due", END, sdu, "§6", "Checks not met"),
        row("not_eligible", END, emaket, "§11", "Not eligible"),
        row("no_number", END, sdu, "§13", "No number"),
        row("refused_consent", END, sdu, "§16", "Consent refused"),
        row("no_consent", END, sdu, "§15", "No answer on consent"),
        row("no_reply", END, emaket, "§20", "No answer on the account"),
        row("no_account", END, emaket, "§21", "No account"),
        row("no_reply_new", END, emaket, "§22", "No answer on the new account"),
        row("appointed", END, emaket, "§28", "Appointed"),
        row("refused", END, emaket, "§28", "Refused"),
    )
