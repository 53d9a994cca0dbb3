"""Who is concerned, one definition per benefit: for a whole population and for events as they come.

The same conditions as the steps before the list goes out (`beginnings.py`), in the same order, over tables
instead of questions. `screening_plain.py` in the tests reads the act row by row; both give the same people.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ibis
from ibis import _

from qyzmet.acts.proactive.burial import COUNTED
from qyzmet.acts.proactive.clauses import ACT
from qyzmet.acts.proactive.events import FOURTH
from qyzmet.acts.proactive.identification import LISTED_AWARDS
from qyzmet.acts.proactive.screening_parts import (
    Tables,
    first_relative,
    living,
    once,
    ranked,
    result,
    with_days,
    with_existing,
)
from qyzmet.acts.proactive.snapshots import KINDS
from qyzmet.law.act import carries_out

_UNDER_7, _CHILD, _ADULT = 3, 12, 40  # an age of each kind that amounts tell apart


@carries_out(ACT["§6"])
def large_family(t: Tables) -> Any:
    """§6: born fourth or later, recipient by kinship, family composition, nothing existing."""
    code = "LARGE_FAMILY_ALLOWANCE"
    born = t.births.filter(_.order >= FOURTH).mutate(subject=_.child)
    born = with_days(t, born, month="month", minor="minor_from", student="student_from")
    rows = t.hold(first_relative(t, born, "child"))
    children = t.families.select(
        _parent="relative", _child="child", _born="child_birth_day", _student="student"
    )
    pairs = rows.select("event", "registered", "recipient", _minor="minor", _until="student")
    pairs = pairs.join(children, pairs.recipient == children["_parent"]).filter(
        (_["_born"] <= _.registered)
        & ((_["_born"] >= _["_minor"]) | (_["_student"] & (_["_born"] >= _["_until"])))
    )
    counts = pairs.group_by(_family="event").agg(children=_["_child"].nunique().cast("int16"))
    rows = rows.left_join(counts, rows.event == counts["_family"]).drop("_family")
    rows = rows.mutate(children=_.children.fill_null(0))
    rows = with_existing(t, rows, code, "recipient")
    large = rows.children >= t.policies["G-34.children"]
    rows = rows.mutate(open=rows.recipient.notnull() & large & ~rows.existing)
    family = ranked(t, rows.select("event", "child"), "child").select("event", person="relative")
    rows = once(t, rows, code, family)
    return result(code, rows, (rows.case, "case"), (rows.recipient.isnull(), "nobody"),
                  (rows.children < t.policies["G-34.children"], "not_large"),
                  (rows.existing, "existing"), (rows.another, "another_case"))  # fmt: skip


@carries_out(ACT["§29"])
def awarded_mother(t: Tables) -> Any:
    """§29: the awarded mother herself."""
    code = "AWARDED_MOTHER_ALLOWANCE"
    rows = with_days(t, t.awards, month="month").mutate(subject=_.person, recipient=_.person)
    rows = living(t, rows, "person")
    rows = rows.mutate(nobody=~(rows.award.isin(LISTED_AWARDS) & rows.alive))
    rows = with_existing(t, rows, code, "person")
    rows = once(t, rows.mutate(open=~rows.nobody & ~rows.existing), code)
    return result(code, rows, (rows.case, "case"), (rows.nobody, "nobody"), (rows.existing, "existing"),
                  (rows.another, "another_case"))  # fmt: skip


@carries_out(ACT["§48"], ACT["§49"], ACT["§50"], ACT["§51"], ACT["§52"])
def burial(t: Tables) -> Any:
    """§48 to §53: a pension from the budget, in time, who buried and is kin, nothing existing."""
    code = "BURIAL_PAYMENT"
    rows = with_days(t, t.deaths, month="month", death_from="death_from")
    rows = rows.mutate(event=_.event + "/4", subject=_.person)
    counted = [KINDS[kind if kind in KINDS else kind.upper()] for kind in COUNTED]
    paid = t.payments.filter(_.kind.isin(counted)).select(_who="person", _since="since", _until="until")
    asked = rows.select("event", "person", "death_day")
    had = asked.join(paid, asked.person == paid["_who"]).filter(
        (_["_since"] <= _.death_day) & (_["_until"].isnull() | (_["_until"] >= _.death_day))
    )
    had = had.select(_had="event").distinct()
    rows = rows.left_join(had, rows.event == had["_had"])
    rows = living(t, rows, "applicant", "_applicant_region", "_applicant_alive")
    rows = living(t, rows, "body_taker", "_taker_region", "_taker_alive")
    by_applicant, by_taker = rows["_applicant_alive"], rows["_taker_alive"]
    rows = rows.mutate(
        recipient=ibis.cases((by_applicant, rows.applicant), (by_taker, rows.body_taker)),
        region=ibis.cases((by_applicant, rows["_applicant_region"]), (by_taker, rows["_taker_region"])),
        kin=ibis.cases((by_applicant, rows.applicant_kin), (by_taker, rows.body_taker_kin)).fill_null(False),
        no_pension=rows["_had"].isnull(),
        late=rows.death_day < rows.death_from,
    )
    rows = with_existing(t, rows, code, "person")
    bad = rows.no_pension | rows.late | rows.recipient.isnull() | ~rows.kin | rows.existing
    rows = rows.mutate(open=~bad)
    rows = once(t, rows, code, "person")
    return result(code, rows, (rows.case, "case"), (rows.no_pension, "no_pension"), (rows.late, "too_late"),
                  (rows.recipient.isnull(), "nobody"), (~rows.kin, "not_kin"), (rows.existing, "existing"),
                  (rows.another, "another_case"))  # fmt: skip


def _disabled(t: Tables, suffix: str) -> Any:
    """Disabilities with `minor` and an `age` of the kind that amounts tell apart."""
    rows = with_days(t, t.disabilities, month="month")
    rows = with_days(t, rows, "established", _minor="minor_from", _seven="seven_from")
    age = ibis.cases(
        (rows.birth_day >= rows["_seven"], _UNDER_7), (rows.birth_day >= rows["_minor"], _CHILD), else_=_ADULT
    )
    return rows.mutate(event=rows.event + suffix, subject=rows.person, age=age,
                       minor=rows.birth_day >= rows["_minor"]).drop("_minor", "_seven")  # fmt: skip


@carries_out(ACT["§72"])
def disability(t: Tables) -> Any:
    """§72: the person with disability, for a minor the representative (G-33)."""
    code = "DISABILITY_ALLOWANCE"
    rows = first_relative(t, _disabled(t, "/5"), "person").rename(_relative="recipient", _where="region")
    rows = living(t, rows, "person")
    rows = rows.mutate(
        recipient=ibis.cases((rows.minor, rows["_relative"]), (rows.alive, rows.person)),
        region=ibis.cases((rows.minor, rows["_where"]), (rows.alive, rows.region)),
    )
    rows = with_existing(t, rows, code, "person")
    rows = rows.mutate(open=rows.recipient.notnull() & ~rows.existing)
    rows = once(t, rows, code, "person")
    nobody = rows.recipient.isnull()
    return result(
        code,
        rows,
        (rows.case, "case"),
        (nobody & rows.minor, "no_representative"),
        (nobody, "nobody"),
        (rows.existing, "existing"),
        (rows.another, "another_case"),
    )


def _insured(t: Tables, code: str, rows: Any, needed: str) -> Any:
    """§93, §162: the person, contributions and participation, nothing existing."""
    rows = living(t, rows.mutate(subject=rows.person, recipient=rows.person), "person")
    rows = with_days(t, rows, _needed=needed)
    rows = _contributed(t, rows, "person").mutate(met=_.months >= _["_needed"])
    rows = with_existing(t, rows, code, "person")
    rows = once(t, rows.mutate(open=rows.alive & rows.met & ~rows.existing), code)
    return result(code, rows, (rows.case, "case"), (~rows.alive, "nobody"), (~rows.met, "not_met"),
                  (rows.existing, "existing"), (rows.another, "another_case"))  # fmt: skip


def _contributed(t: Tables, rows: Any, person: str) -> Any:
    paid = t.contributions.select(_payer="person", months="months", income="income_24_months_tiyn")
    joined = rows.left_join(paid, rows[person] == paid["_payer"])
    return joined.mutate(months=joined.months.fill_null(0)).drop("_payer")


@carries_out(ACT["§93"])
def capacity_loss(t: Tables) -> Any:
    """§93: adults with contributions."""
    rows = _disabled(t, "/6").filter(~_.minor)
    return _insured(t, "WORK_CAPACITY_LOSS_PAYMENT", rows, "capacity_months")


@carries_out(ACT["§116"])
def child_carer(t: Tables) -> Any:
    """§116: who raises a child with disability that does not live in an orphanage."""
    code = "DISABLED_CHILD_CARER_ALLOWANCE"
    rows = first_relative(t, _disabled(t, "/7").filter(_.minor), "person")
    rows = with_existing(t, rows, code, "recipient")
    rows = once(t, rows.mutate(open=rows.recipient.notnull() & ~rows.existing), code)
    away = t.orphanages.select(_away="child").distinct()
    rows = rows.left_join(away, rows.person == away["_away"])
    return result(code, rows, (rows.case, "case"), (rows.recipient.isnull(), "nobody"),
                  (rows.existing, "existing"), (rows.another, "another_case"),
                  (rows["_away"].notnull(), "in_orphanage"))  # fmt: skip


def recipients(t: Tables) -> Any:
    """§137: one row per death and recipient; a minor's is the representative, not the deceased (G-33).

    With what both benefits ask: whether the recipient lives, and the participation of the deceased.
    """
    left = t.survivors.join(t.deaths.select("event", "registered", "death_day", deceased="person"), "event")
    left = with_days(t, with_days(t, left, month="month"), "death_day", _minor="minor_from")
    left = t.hold(left)
    minor = left.birth_day >= left["_minor"]
    left = left.mutate(minor=minor, key=left.event + "/" + left.survivor.cast("string")).drop("_minor")
    kin = ranked(t, left.select("key", "deceased", "survivor"), "survivor")
    kin = kin.filter(_.relative != _.deceased)
    first = ibis.window(group_by="key", order_by=["rank", "relative"])
    kin = kin.mutate(place=ibis.row_number().over(first)).filter(_.place == 0)
    kin = kin.select(_key="key", _relative="relative")
    left = left.left_join(kin, left.key == kin["_key"])
    adult_or_alone = ~left.minor | left["_relative"].isnull()
    left = left.mutate(recipient=ibis.cases((adult_or_alone, left.survivor), else_=left["_relative"]),
                       alone=left.minor & left["_relative"].isnull())  # fmt: skip
    eldest = ibis.window(group_by="event", order_by=["birth_day", "survivor"])
    left = left.mutate(place=ibis.row_number().over(eldest))
    groups = left.group_by("event", "registered", "month", "deceased", "recipient").agg(
        dependants=_.count(), full_orphan=_.full_orphan.cast("int16").min() == 1,
        alone=_.alone.cast("int16").max() == 1, place=_.place.min(),
    )  # fmt: skip
    numbers = ibis.window(group_by="event", order_by="place")
    rows = groups.mutate(number=ibis.row_number().over(numbers) + 1, subject=_.deceased)
    rows = _contributed(t, living(t, rows, "recipient"), "deceased")
    return with_days(t, rows, _needed="survivor_months")


def _survivors(t: Tables, code: str, letter: str) -> Any:
    rows = t.recipients
    rows = rows.mutate(event=rows.event + "/" + rows.number.cast("string") + f"/8{letter}")
    asked = code == "SURVIVOR_PAYMENT" or t.policies["G-37"] == "both"
    met = rows.months >= rows["_needed"] if asked else ibis.literal(True)
    rows = with_existing(t, rows.mutate(met=met), code, "deceased")
    rows = rows.mutate(open=~rows.alone & rows.alive & rows.met & ~rows.existing)
    rows = once(t, rows, code, matter="deceased")
    return result(code, rows, (rows.case, "case"), (rows.alone, "no_representative"), (~rows.alive, "nobody"),
                  (~rows.met, "not_met"), (rows.existing, "existing"),
                  (rows.another, "another_case"))  # fmt: skip


@carries_out(ACT["§137"])
def survivor_allowance(t: Tables) -> Any:
    return _survivors(t, "SURVIVOR_ALLOWANCE", "a")


@carries_out(ACT["§137"])
def survivor_payment(t: Tables) -> Any:
    return _survivors(t, "SURVIVOR_PAYMENT", "p")


@carries_out(ACT["§162"])
def job_loss(t: Tables) -> Any:
    """§162: registered as unemployed."""
    rows = with_days(t, t.unemployed, month="month").mutate(event=_.event + "/9")
    return _insured(t, "JOB_LOSS_PAYMENT", rows, "job_months")


DEFINITIONS: Mapping[str, Callable[[Tables], Any]] = {
    "LARGE_FAMILY_ALLOWANCE": large_family,
    "AWARDED_MOTHER_ALLOWANCE": awarded_mother,
    "BURIAL_PAYMENT": burial,
    "DISABILITY_ALLOWANCE": disability,
    "WORK_CAPACITY_LOSS_PAYMENT": capacity_loss,
    "DISABLED_CHILD_CARER_ALLOWANCE": child_carer,
    "SURVIVOR_ALLOWANCE": survivor_allowance,
    "SURVIVOR_PAYMENT": survivor_payment,
    "JOB_LOSS_PAYMENT": job_loss,
}
