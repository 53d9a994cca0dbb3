"""What the definitions of screening share: relatives, living people, existing files, one case each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ibis
from ibis import _

from qyzmet.acts.proactive.snapshots import KINDS
from qyzmet.law.policies import Policies

#: What a definition gives for each event of its benefit; sizes are what the amount depends on.
COLUMNS = {
    "benefit": "string", "event": "string", "registered": "date", "month": "date", "subject": "int64",
    "recipient": "int64", "region": "int16", "outcome": "string", "children": "int16", "award": "string",
    "group": "int16", "cause": "string", "age": "int16", "months": "int16", "income": "int64",
    "loss_degree": "int16", "dependants": "int16", "full_orphan": "boolean",
}  # fmt: skip
FOUND = "found"


@dataclass(frozen=True, slots=True)
class Tables:
    """Ibis tables by the names of snapshots.py, and the days of the law. Events are those of the window.

    `hold` has the engine compute rows once: without it an expression grows with every step that uses it.
    """

    persons: Any
    kin: Any  #: the relatives of each child
    families: Any  #: the children who live with each parent of a newborn
    payments: Any
    contributions: Any
    orphanages: Any
    births: Any
    awards: Any
    deaths: Any
    survivors: Any
    disabilities: Any
    unemployed: Any
    cases: Any
    days: Any
    policies: Policies
    hold: Callable[[Any], Any]
    recipients: Any = None  #: of the survivors of each death, for both of their benefits


def result(benefit: str, rows: Any, *outcomes: tuple[Any, str]) -> Any:
    """The rows with the first outcome whose condition holds, `found` where none does."""
    told = ibis.cases(*outcomes, else_=FOUND)
    values = {
        name: ibis.literal(benefit) if name == "benefit" else told if name == "outcome"
        else rows[name].cast(kind) if name in rows.columns else ibis.null().cast(kind)
        for name, kind in COLUMNS.items()
    }  # fmt: skip
    return rows.select(**values)


def with_days(t: Tables, rows: Any, column: str = "registered", **names: str) -> Any:
    """The rows with columns of the law's day: `names` are new name = its column."""
    chosen = t.days.select(_day=t.days.day, **{new: t.days[old] for new, old in names.items()})
    return rows.left_join(chosen, rows[column] == chosen["_day"]).drop("_day")


def living(t: Tables, rows: Any, column: str, region: str = "region", alive: str = "alive") -> Any:
    """The rows with the person's region and whether the registry knows of them, not of their death."""
    people = t.persons.select(_person="person", _region="region", _known="death_known")
    joined = rows.left_join(people, rows[column] == people["_person"])
    still = joined["_person"].notnull() & (
        joined["_known"].isnull() | (joined["_known"] > joined["registered"])
    )
    named: dict[str, Any] = {alive: still, region: joined["_region"]}
    return joined.mutate(**named).drop("_person", "_region", "_known")


def first_relative(t: Tables, rows: Any, child: str) -> Any:
    """The first living relative in the order of G-33 as `recipient`, with `region`; both empty for nobody."""
    candidates = ranked(t, rows.select("event", "registered", _child=child), "_child")
    alive = living(t, candidates, "relative").filter(_.alive)
    window = ibis.window(group_by="event", order_by=["rank", "relative"])
    first = alive.mutate(place=ibis.row_number().over(window)).filter(_.place == 0)
    first = first.select(_event="event", recipient="relative", region="region")
    if "region" in rows.columns:
        rows = rows.drop("region")
    return rows.left_join(first, rows.event == first["_event"]).drop("_event")


def ranked(t: Tables, rows: Any, child: str) -> Any:
    """One row for each relative of the child, with the `rank` of the relation by G-33."""
    order: list[str] = t.policies["G-33"]
    kin = t.kin.select("relative", "relation", _kin_child="child")
    joined = rows.join(kin, rows[child] == kin["_kin_child"]).drop("_kin_child")
    rank = ibis.cases(*((joined.relation == name, n) for n, name in enumerate(order)), else_=len(order))
    return joined.mutate(rank=rank)


def with_existing(t: Tables, rows: Any, benefit: str, person: str) -> Any:
    """`existing`: an application or a case file that is open on the day of the news."""
    rows, kind = t.hold(rows), KINDS[benefit]
    files = t.payments.filter(_.kind == kind).select(_who="person", _since="since", _until="until")
    asked = rows.select("event", "registered", _asked=person)
    hits = asked.join(files, asked["_asked"] == files["_who"]).filter(
        (_["_since"] <= _.registered) & (_["_until"].isnull() | (_["_until"] >= _.registered))
    )
    return marked(rows, hits, "existing")


def marked(rows: Any, hits: Any, name: str) -> Any:
    """The rows with a column that says whether their event is among the hits."""
    found = hits.select(_hit="event").distinct()
    joined = rows.left_join(found, rows.event == found["_hit"])
    return joined.mutate(**{name: joined["_hit"].notnull()}).drop("_hit")


def once(t: Tables, rows: Any, benefit: str, who: Any = "recipient", matter: str | None = None) -> Any:
    """`case`: the event has its case already. `another`: one about the same persons, in the store or before
    it among these rows, goes on instead (claims of the kernel).

    `rows` has `open`: what nothing speaks against so far. `who` is the column of the person the case is
    about, or rows of event and person; `matter` is a column that tells apart several things of one person.
    """
    own = t.cases.filter(_.benefit == benefit)
    rows = t.hold(marked(rows, own.select("event"), "case"))
    going = rows.filter(_.open & ~_.case)
    about = going.select("event", "registered", _matter=matter or ibis.literal(0).cast("int64"),
                         **({"person": who} if isinstance(who, str) else {}))  # fmt: skip
    if not isinstance(who, str):
        family = who.filter(_.person.notnull()).distinct().rename(_of="event")
        about = about.join(family, about.event == family["_of"]).drop("_of")
    about = t.hold(about)
    claims = own.select(_claimed="person", _about=_.matter.fill_null(0)).distinct()
    taken = about.join(claims, [about.person == claims["_claimed"], about["_matter"] == claims["_about"]])
    order = ibis.window(group_by=["person", "_matter"], order_by=["registered", "event"])
    later = about.mutate(place=ibis.row_number().over(order)).filter(_.place > 0)
    return marked(rows, taken.select("event").union(later.select("event")), "another")
