"""Sound procedures of every form, for Hypothesis: odd names, loops, waits with and without an end."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st

from qyzmet.cases.procedure import WAITS, Kind, Limit, Procedure, Step
from qyzmet.law.act import LegalAct, Period
from tests.cases.drawing.tables import _work

ACT = LegalAct("made", {"en": "Made"}, "https://law.example", Period(date(2024, 1, 1)))
CLAUSE = ACT.clause("§1", "What it says: <a> & \"b\" 'c'")

_plain = st.text("abcxyz_019", min_size=1, max_size=8)
_odd = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6)
_names = _plain | _odd
_said = st.text("Өтінішті қарау <&>\"' \n", min_size=1, max_size=90)
_working = st.sampled_from([kind for kind in Kind if kind is not Kind.END])


@st.composite
def procedures(draw: st.DrawFn, most: int = 9) -> Procedure:
    """The first outcome of each step leads on to the next, so that an ending is always in reach."""
    names = draw(st.lists(_names, min_size=2, max_size=most, unique=True))
    endings = draw(st.integers(1, max(1, len(names) // 2)))
    working, ends = names[:-endings], names[-endings:]
    actors = draw(st.lists(_names, min_size=1, max_size=4, unique=True))
    ways = {}
    for at, name in enumerate(working):
        outcomes = draw(st.lists(_names, min_size=1, max_size=4, unique=True))
        targets = [names[at + 1], *(draw(st.sampled_from(names)) for _ in outcomes[1:])]
        ways[name] = dict(zip(outcomes, targets, strict=True))
    for number, end in enumerate(ends[1:]):
        ways[draw(st.sampled_from(working))].setdefault(f"end {number}", end)
        if not any(end in way.values() for way in ways.values()):
            ends = [ending for ending in ends if ending != end]
    steps = [_step(draw, name, way, draw(st.sampled_from(actors))) for name, way in ways.items()]
    steps += [Step(end, Kind.END, CLAUSE, draw(st.sampled_from(actors)), {"en": draw(_said)}) for end in ends]
    return Procedure(draw(_names), {"en": draw(_said)}, *steps)


def _step(draw: st.DrawFn, name: str, outcomes: dict[str, str], actor: str) -> Step:
    kind = draw(_working)
    limit = None
    if kind in WAITS and draw(st.booleans()):
        then = draw(st.none() | st.sampled_from(list(outcomes)))
        limit = Limit(draw(st.integers(1, 40)), CLAUSE, then=then)
    return Step(
        name,
        kind,
        CLAUSE,
        actor,
        {draw(st.sampled_from(["en", "kk"])): draw(_said)},
        outcomes,
        act=_work,
        limit=limit,
        no_limit_because=None if limit else "so it is made",
        every=timedelta(minutes=draw(st.integers(1, 5000))) if kind is Kind.WATCH else None,
    )
