"""The two tables: the 18 steps of a first licence, and a short procedure of ours for replacement.

The act describes only a first licence (G-8). Replacement follows the order's own words alone: online, and
what follows from the Rules; its title says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from qyzmet.acts.driving import gates, steps
from qyzmet.acts.driving.clauses import ACT, STEP
from qyzmet.acts.driving.titles import TITLES, title
from qyzmet.cases.procedure import Kind, Procedure, Step
from qyzmet.law.act import Clause

FIRST, REPLACEMENT = "DRIVING_FIRST", "DRIVING_REPLACEMENT"
_UNTIL_IT_ANSWERS = "no answer is neither presence nor absence: the system is asked until it answers (R-4)"
_NO_PERIOD = "the act gives no period; the oversight of A§4 has its own settings"
_GATE_EVERY, _PRINT_EVERY = timedelta(seconds=3), timedelta(seconds=10)
_END = Kind.END
Act = Callable[..., Any]


def _end(name: str, number: int) -> Step:
    return Step(name, _END, STEP[number], "Qyzmet", TITLES[name])


def _gate(
    number: int, name: str, function: Act, good: str, bad: str, after: str, ended: str, system: str
) -> Step:
    return Step(
        name, Kind.WATCH, STEP[number], "Qyzmet", TITLES[name], {good: after, bad: ended},
        function, receiver=system, every=_GATE_EVERY, no_limit_because=_UNTIL_IT_ANSWERS,
    )  # fmt: skip


def _task(
    name: str, number: int, actor: str, act: Act, outcomes: Mapping[str, str], clause: Clause | None = None
) -> Step:
    return Step(
        name, Kind.TASK, clause or STEP[number], actor, TITLES[name], outcomes, act,
        no_limit_because=_NO_PERIOD,
    )  # fmt: skip


def _exam(kind: str, number: int, passed: str) -> tuple[Step, ...]:
    """Booking and result. Whoever missed it or lost the place books again; a failure ends the service."""
    booking, exam, ended = f"{kind}_booking", f"{kind}_exam", f"ended_{kind}_failed"
    return (
        _task(booking, number, "Applicant", steps.by_applicant, {"booked": exam}),
        _task(
            exam, number, "Exam centre", steps.at_exam,
            {"passed": passed, "failed": ended, "missed": booking, "cancelled": booking, "withdrawn": booking},
        ),
        _end(ended, number),
    )  # fmt: skip


def _formalities(after: str, clause: Clause | None = None) -> tuple[Step, ...]:
    """Duty, photograph, formalisation, in any order; a refund takes the duty back."""
    back = {"refunded": "formalities"}
    first = clause or STEP[15]
    return (
        _task(
            "formalities", 15, "Applicant, PSC operator", steps.at_centre,
            {"pay": "duty", "photograph": "photo", "formalise": "complete", **back}, first,
        ),
        Step("duty", Kind.EFFECT, first, "Applicant", TITLES["duty"],
             {"paid": "complete", "not_paid": "formalities"}, steps.duty, receiver="State duty"),
        Step("photo", Kind.EFFECT, first, "PSC operator", TITLES["photo"],
             {"taken": "complete", "not_taken": "formalities"}, steps.photo, receiver="Photo station"),
        Step("complete", Kind.RULE, first, "Qyzmet", TITLES["complete"],
             {"all": after, "not_yet": "formalities"}, steps.complete),
    )  # fmt: skip


def _to_the_end() -> tuple[Step, ...]:
    """Steps 16 to 18."""
    return (
        _task("review", 16, "Administrative police", steps.review,
              {"approve": "print_order", "refuse": "refused", "refunded": "formalities"}),
        Step("print_order", Kind.EFFECT, STEP[17], "Qyzmet", TITLES["print_order"], {"ordered": "printing"},
             steps.order_printing, receiver="Printing centre"),
        Step("printing", Kind.WATCH, STEP[17], "Printing centre", TITLES["printing"], {"printed": "issue"},
             steps.printed, receiver="Printing centre", every=_PRINT_EVERY, no_limit_because=_NO_PERIOD),
        _task("issue", 18, "State Corporation", steps.at_centre, {"hand_over": "handed_over"}),
        Step("handed_over", Kind.EFFECT, STEP[18], "State Corporation", TITLES["handed_over"],
             {"issued": "issued"}, steps.hand_over, receiver="Issue desk"),
        _end("refused", 16),
        _end("issued", 18),
    )  # fmt: skip


PROCEDURES: Mapping[str, Procedure] = {
    FIRST: Procedure(
        FIRST,
        title("Бірінші жүргізуші куәлігі", "Первое водительское удостоверение", "First driving licence"),
        Step("choose", Kind.RULE, STEP[1], "Channel", TITLES["choose"],
             {"by_link": "link", "direct": "authorise"}, steps.choose),
        _task("link", 2, "Applicant", steps.by_applicant, {"followed": "authorise"}),
        Step("authorise", Kind.RULE, STEP[3], "Channel", TITLES["authorise"],
             {"authorised": "access", "not_yet": "sign_in"}, steps.authorised),
        _task("sign_in", 3, "Applicant", steps.by_applicant, {"authorised": "access"}),
        _gate(4, "access", gates.access, "granted", "not_granted", "licence", "ended_access_not_granted",
              "Control of access to personal data"),
        _gate(5, "licence", gates.licence, "none", "exists", "restrictions", "ended_licence_exists",
              "Service Centre AIS"),
        _gate(6, "restrictions", gates.restrictions, "none", "exists", "medical", "ended_exam_restriction",
              "Administrative police"),
        _gate(7, "medical", gates.medical, "exists", "none", "dispensary", "ended_no_medical_certificate",
              "Health Ministry IS"),
        _gate(8, "dispensary", gates.dispensary, "none", "exists", "school", "ended_dispensary_record",
              "Dispensary register"),
        _gate(9, "school", gates.school, "exists", "none", "attempts", "ended_no_school_certificate",
              "AvtoMektep AIS"),
        _gate(10, "attempts", gates.attempts, "exist", "none", "fill_in", "ended_no_attempts",
              "Exam software"),
        _task("fill_in", 11, "Applicant", steps.by_applicant, {"filled": "number"}),
        Step("number", Kind.RULE, STEP[12], "Qyzmet", TITLES["number"], {"numbered": "theory_booking"},
             steps.number),
        *_exam("theory", 13, "practice_booking"),
        *_exam("practice", 14, "formalities"),
        *_formalities("certificates_again"),
        Step("certificates_again", Kind.WATCH, STEP[16], "Qyzmet", TITLES["certificates_again"],
             {"known": "review"}, gates.certificates_again, receiver="Health Ministry IS, AvtoMektep AIS",
             every=_GATE_EVERY, no_limit_because=_UNTIL_IT_ANSWERS),
        *_to_the_end(),
        _end("ended_access_not_granted", 4),
        _end("ended_licence_exists", 5),
        _end("ended_exam_restriction", 6),
        _end("ended_no_medical_certificate", 7),
        _end("ended_dispensary_record", 8),
        _end("ended_no_school_certificate", 9),
        _end("ended_no_attempts", 10),
    ),
    REPLACEMENT: Procedure(
        REPLACEMENT,
        title(
            "Жүргізуші куәлігін ауыстыру (рәсім актіде жоқ, біздікі)",
            "Замена водительского удостоверения (порядок наш, в акте его нет)",
            "Replacement of a driving licence (a procedure of ours, not from the act)",
        ),
        Step("present", Kind.WATCH, ACT["order.1"], "Qyzmet", TITLES["present"],
             {"exists": "replacement_number", "none": "ended_no_licence"}, steps.present,
             receiver="Service Centre AIS", every=_GATE_EVERY, no_limit_because=_UNTIL_IT_ANSWERS),
        Step("replacement_number", Kind.RULE, ACT["order.1"], "Qyzmet", TITLES["replacement_number"],
             {"numbered": "formalities"}, steps.replacement_number),
        *_formalities("review", ACT["order.1"]),
        *_to_the_end(),
        Step("ended_no_licence", _END, ACT["order.1"], "Qyzmet", TITLES["ended_no_licence"]),
    ),
}  # fmt: skip
