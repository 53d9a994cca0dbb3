"""Signs that a tax officer may want to look at: none of them decides anything.

OKED, the state's general classifier of kinds of economic activity, follows NACE Rev. 2 in its first four
figures; NEAR names the groups in which the activity of an item is usually registered (our own reading).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from qyzmet.acts.ict.determined import Determination
from qyzmet.acts.ict.income import Share
from qyzmet.acts.ict.register import Participant
from qyzmet.acts.ict.suggest import suggest
from qyzmet.law.act import Period

_SOFTWARE = ("582", "620", "631")
#: Beginnings of OKED codes by item.
NEAR: Mapping[int, tuple[str, ...]] = {
    1: _SOFTWARE,
    2: _SOFTWARE,
    3: ("620", "631", "639", "702", "732"),
    4: ("72", "711", "620"),
    5: ("26", "27", "72", "71", "3313", "3314"),
    6: ("26", "27", "28", "33", "62", "71", "72"),
    7: ("26", "27", "61", "62", "71", "72", "30"),
    8: ("26", "61", "62", "27", "71", "72", "951"),
    9: (*_SOFTWARE, "26", "80", "465", "474", "43"),
    10: (*_SOFTWARE, "61"),
    11: (*_SOFTWARE, "64"),
    12: ("26", "29", "30", "61", "62", "71", "72"),
    13: (*_SOFTWARE, "26", "72", "71"),
    14: ("620", "631", "639", "479", "46"),
    15: (*_SOFTWARE, "26", "61", "71"),
    16: ("582", "620", "591", "92"),
    17: ("85", "620"),
    18: (*_SOFTWARE, "26", "59", "71", "72"),
    19: ("631", "620", "61", "77"),
}


@dataclass(frozen=True, slots=True)
class Risk:
    """A sign by its code, with the determination it concerns (0: the company) and what was compared."""

    code: str
    determination: int
    seen: str


def risks(
    participant: Participant | None,
    determinations: Sequence[Determination],
    shares: Mapping[int, Share],
    today: date,
) -> list[Risk]:
    """All signs of one company, in a fixed order."""
    found: list[Risk] = []
    if determinations and (participant is None or participant.member is None):
        found.append(Risk("not_in_hub", 0, ""))
    elif participant and participant.member and today not in participant.member:
        found.append(Risk("left_hub", 0, str(participant.member.last)))
    for each in determinations:
        if each.result == "MATCH":
            found.extend(_of_one(participant, each))
    found.extend(
        Risk("condition_not_met", 0, f"{year}: {share.percent} %")
        for year, share in sorted(shares.items())
        if share.all_tiyn and not share.met
    )
    return found


def _of_one(participant: Participant | None, each: Determination) -> list[Risk]:
    item, claim = each.made.claim.item, each.made.claim
    found = []
    likely = [one.item for one in suggest(claim.description, 5)]
    if item not in likely:
        found.append(Risk("own_words_say_otherwise", each.number, ", ".join(map(str, likely))))
    if participant and participant.activity:
        elsewhere = [one.item for one in suggest(participant.activity, 5)]
        if item not in elsewhere:
            found.append(Risk("described_differently", each.number, participant.activity))
    if participant and participant.oked and not participant.oked.startswith(NEAR[item]):
        found.append(Risk("oked_far", each.number, participant.oked))
    if participant and participant.member and _outside(claim.first, participant.member):
        found.append(Risk("before_or_after_membership", each.number, str(claim.first)))
    return found


def _outside(first: date, member: Period) -> bool:
    return first not in member
