"""Applications: who may bring one, through which channel, on which day; and what an applicant does in one.

Everything here works on the store's connection; the engine moves the case on at its next turn.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Any

import msgspec

from qyzmet.acts.driving.clauses import ACT, STEP
from qyzmet.acts.driving.examrules import least_age
from qyzmet.acts.driving.procedure import FIRST, REPLACEMENT
from qyzmet.cases.case import Case, Fact
from qyzmet.cases.package import Arrival
from qyzmet.cases.rows import Connection
from qyzmet.cases.store import CASE_COLUMNS, read_case
from qyzmet.cases.tasks import send_event
from qyzmet.law.act import carries_out
from qyzmet.law.policies import Policies
from qyzmet.people.identifiers import parse_iin
from qyzmet.runtime.clock import legal_date
from qyzmet.runtime.errors import BadValue, Refused, UnknownName

CHANNELS = ("EGOV_PORTAL", "EGOV_MOBILE", "PSC_APP", "BANK_IS", "SCHOOL_ASSOCIATION_SERVICE")
SERVICES = {"FIRST": FIRST, "REPLACEMENT": REPLACEMENT}
BRANCH, FOREIGN = "BRANCH", "FOREIGN_EXCHANGE"
SOURCE = "driving/applications"
CATEGORIES = ("A1", "A", "B1", "B", "C1", "C", "D1", "D", "Tm", "Tb")
EXAM_LANGUAGES = ("kk", "ru", "en")
#: Whose work a channel is, by how its name begins among the systems that sign requests.
SENDERS = {
    "egov_portal": "EGOV_PORTAL", "egov_mobile": "EGOV_MOBILE", "psc_app": "PSC_APP", "bank": "BANK_IS",
    "school": "SCHOOL_ASSOCIATION_SERVICE",
}  # fmt: skip

#: Opens the case of an arrival; gives its number, or None with the reason where it opens none.
Receive = Callable[[Arrival], tuple[int | None, str]]


class Application(msgspec.Struct, frozen=True):
    case: int
    subject: int
    service: str
    channel: str
    sender: str
    opened_at: datetime


@carries_out(ACT["order.1"], ACT["order.3.2"], ACT["§1"], ACT["§7"])
def must_be_taken(service: str, channel: str) -> None:
    """Raises Refused for what branches do not take any more, BadValue for what there is not."""
    if service == FOREIGN:
        raise Refused(
            "The exchange of a foreign licence for a national one is done at a branch of the State Corporation, "
            "not here (order, paragraph 3.2)."
        )
    if service not in SERVICES:
        raise BadValue("service", f"is one of {', '.join(SERVICES)}", "Correct it.")
    if channel == BRANCH:
        raise Refused(
            "Branches of the State Corporation take no applications for a first licence or its replacement "
            "(order, paragraph 3.2; Algorithm, paragraph 7). Apply online."
        )
    if channel not in CHANNELS:
        raise BadValue("channel", f"is one of {', '.join(CHANNELS)}", "Correct it.")


@carries_out(ACT["order.6"])
def must_be_in_window(day: date, policies: Policies) -> None:
    """New applications are taken from the first to the last day of the pilot. Raises Refused."""
    first, last = (date.fromisoformat(policies[mark]) for mark in ("P-FIRST", "G-9"))
    if day < first:
        raise Refused(f"The pilot has not begun: applications are taken from {first} on.")
    if day > last:
        raise Refused(
            f"The pilot takes new applications until {last} inclusive (order, paragraph 6). Applications that "
            "have been brought are finished; for a new one ask the public service centre what applies now."
        )


def bring(
    connection: Connection,
    receive: Receive,
    policies: Policies,
    *,
    service: str,
    channel: str,
    sender: str,
    subject: int,
    iin: str,
    authorised: bool,
    now: datetime,
) -> tuple[int, str]:
    """Opens an application; gives its case and, where it is passed by a link, the link's secret.

    A person has one open application per service: bringing it again gives the same one, so that whoever
    comes back finds it. Raises Refused or BadValue as above.
    """
    must_be_taken(service, channel)
    must_be_in_window(legal_date(now), policies)
    parse_iin(iin)
    link = (
        secrets.token_urlsafe(24) if channel in ("EGOV_PORTAL", "EGOV_MOBILE") and service == "FIRST" else ""
    )
    facts = {"channel": channel, "authorised": authorised and not link}
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s, hashtext('driving'))", (subject % 2**31,))
        open_ = connection.execute(
            """SELECT a.case_id, a.sender FROM driving_applications a JOIN cases c ON c.id = a.case_id
               WHERE a.subject = %s AND a.service = %s AND c.status <> 'e'""",
            (subject, service),
        ).fetchone()
        if open_ is not None:
            if open_[1] != sender:
                raise Refused(
                    "You have an open application already, brought through another service. Go on there."
                )
            return int(open_[0]), ""
        case, because = receive(
            Arrival(
                event=secrets.token_hex(16),
                at=now,
                iin=iin,
                region="00",
                as_of=legal_date(now),
                procedure=SERVICES[service],
                facts={name: Fact(value, channel, now) for name, value in facts.items()},
            )
        )
        if case is None:
            raise Refused(f"The application was not taken: {because}.")
        digest = sha256(link.encode()).digest() if link else None
        connection.execute(
            "INSERT INTO driving_applications VALUES (%s, %s, %s, %s, %s, %s, %s)",
            (case, subject, service, channel, sender, now, digest),
        )
    return case, link


def channel_of(sender: str) -> str:
    """The channel of a system that signs requests. Raises Refused for one that is none."""
    for beginning, channel in SENDERS.items():
        if sender == beginning or sender.startswith((f"{beginning}_", f"{beginning}/")):
            return channel
    raise Refused("This system is no channel of the pilot (Algorithm, paragraph 1).")


def followed(connection: Connection, secret: str, subject: int, now: datetime) -> int:
    """Step 2: the person came by the link and is signed in: step 3 is done too. Returns the case.

    Raises UnknownName where the link is not this person's.
    """
    with connection.transaction():
        row = connection.execute(
            "SELECT case_id FROM driving_applications WHERE link = %s AND subject = %s",
            (sha256(secret.encode()).digest(), subject),
        ).fetchone()
        if row is None:
            raise UnknownName("link", "of yours", "begin again on the portal")
        if step_of(connection, row[0]) == "link":
            facts = {"authorised": True}
            send_event(
                connection, row[0], "followed", now, {"step": "link", "source": "PSC_APP", "facts": facts}
            )
    return int(row[0])


def fill_in(
    connection: Connection, case: int, lines: Mapping[str, str], born: date | None, now: datetime
) -> None:
    """Step 11. Raises BadValue naming the line; an age below the least one is a warning to the officer."""
    category, language, centre = (lines.get(name, "") for name in ("category", "exam_language", "centre"))
    if category not in CATEGORIES:
        raise BadValue("category", f"is one of {', '.join(CATEGORIES)}", "Choose one.")
    if language not in EXAM_LANGUAGES:
        raise BadValue("exam_language", "is one of kk, ru, en", "Choose one.")
    with connection.transaction():
        _must_be(connection, case, "fill_in")
        found = connection.execute("SELECT region FROM driving_centres WHERE code = %s", (centre,)).fetchone()
        if found is None:
            raise BadValue("centre", "is one of the exam centres", "Choose one.")
        facts: dict[str, Any] = {
            "category": category, "exam_language": language, "centre": centre, "region": found[0],
        }  # fmt: skip
        least = least_age(category)
        age = None if born is None else _age(born, legal_date(now))
        if least is not None and age is not None and age < least:
            facts["age_warning"] = {"category": category, "least": least}
        send_event(
            connection, case, "filled", now, {"step": "fill_in", "source": "applicant", "facts": facts}
        )


@carries_out(STEP[15])
def pay(connection: Connection, case: int, now: datetime) -> None:
    """Orders the duty. Raises Refused before both examinations are passed (the case is not at step 15)."""
    with connection.transaction():
        facts = _must_be(connection, case, "formalities").facts
        if "duty" in facts and facts["duty"].value:
            raise Refused("The duty is paid already. Nothing was charged again.")
        send_event(connection, case, "pay", now, {"step": "formalities", "source": "applicant"})


def photograph(connection: Connection, case: int, operator: str, now: datetime) -> None:
    with connection.transaction():
        _must_be(connection, case, "formalities")
        facts = {"photo.order": {"operator": operator, "at": now.isoformat()}}
        send_event(
            connection, case, "photograph", now, {"step": "formalities", "source": operator, "facts": facts}
        )


def formalise(connection: Connection, case: int, operator: str, now: datetime) -> None:
    with connection.transaction():
        _must_be(connection, case, "formalities")
        facts = {"formalised": {"operator": operator, "at": now.isoformat()}}
        send_event(
            connection, case, "formalise", now, {"step": "formalities", "source": operator, "facts": facts}
        )


def refund(connection: Connection, case: int, operator: str, now: datetime) -> None:
    """The duty went back to the payer: the case needs it paid anew. Raises Refused once printing is ordered."""
    with connection.transaction():
        found = _case(connection, case)
        if found.step not in ("formalities", "review") or not found.value("duty"):
            raise Refused(
                "A refund changes an application only while its duty is paid and printing is not ordered. "
                "Nothing was changed; a refund after that is settled with the payer outside this service."
            )
        facts = {"duty": None, "refunds": found.value("refunds", 0) + 1}
        send_event(
            connection, case, "refunded", now, {"step": found.step, "source": operator, "facts": facts}
        )


@carries_out(STEP[18])
def hand_over(connection: Connection, case: int, operator: str, centre: str, now: datetime) -> None:
    with connection.transaction():
        _must_be(connection, case, "issue")
        facts = {"issued": {"operator": operator, "centre": centre, "at": now.isoformat()}}
        send_event(connection, case, "hand_over", now, {"step": "issue", "source": operator, "facts": facts})


@carries_out(STEP[17], ACT["§5"])
def was_printed(connection: Connection, case: int, licence: str, operator: str, now: datetime) -> None:
    """The printing centre's employee says that the licence is printed."""
    with connection.transaction():
        _must_be(connection, case, "printing")
        facts = {"licence": licence, "printed_at": now.isoformat()}
        send_event(connection, case, "printed", now, {"step": "printing", "source": operator, "facts": facts})


# --- reading --------------------------------------------------------------------------------------


def application(connection: Connection, case: int) -> Application:
    """Raises UnknownName."""
    with connection.transaction():
        row = connection.execute(
            "SELECT case_id, subject, service, channel, sender, opened_at FROM driving_applications WHERE case_id = %s",
            (case,),
        ).fetchone()
    if row is None:
        raise UnknownName("application", str(case), "your page lists yours")
    return Application(*row)


def applications_of(connection: Connection, subject: int) -> list[Application]:
    """The person's applications, the latest first."""
    with connection.transaction():
        rows = connection.execute(
            """SELECT case_id, subject, service, channel, sender, opened_at FROM driving_applications
               WHERE subject = %s ORDER BY case_id DESC LIMIT 50""",
            (subject,),
        ).fetchall()
    return [Application(*row) for row in rows]


def cases_at(
    connection: Connection, steps: Sequence[str], regions: Sequence[str], *, limit: int = 200
) -> list[Case]:
    """Open cases of the act at these steps and in these regions, those that wait longest first."""
    with connection.transaction(), connection.cursor(binary=True) as cursor:
        cursor.execute(
            f"""SELECT {CASE_COLUMNS} FROM cases WHERE id IN (SELECT case_id FROM driving_applications)
                AND status <> 'e' AND step = ANY(%s) AND region = ANY(%s) ORDER BY entered_at, id LIMIT %s""",
            (list(steps), list(regions), limit),
        )
        return [read_case(row) for row in cursor.fetchall()]


def case_of(connection: Connection, case: int) -> Case:
    with connection.transaction():
        return _case(connection, case)


def step_of(connection: Connection, case: int) -> str:
    return _case(connection, case).step


def _case(connection: Connection, case: int) -> Case:
    with connection.cursor(binary=True) as cursor:
        cursor.execute(f"SELECT {CASE_COLUMNS} FROM cases WHERE id = %s", (case,))
        row = cursor.fetchone()
    if row is None:
        raise UnknownName("application", str(case), "your page lists yours")
    return read_case(row)


def _must_be(connection: Connection, case: int, step: str) -> Case:
    found = _case(connection, case)
    if found.step != step or found.status == "e":
        raise Refused(
            f"The application is not at this step ({found.step}). Nothing was changed; open it again."
        )
    return found


def _age(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
