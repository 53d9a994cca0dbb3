"""Feeds of registry events: pages after a cursor, and when the next event comes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Protocol, TypeVar

from qyzmet.exchange.systems import FeedPage
from qyzmet_twins.state import BadQuestion


class HasMoment(Protocol):
    @property
    def at(self) -> datetime: ...


Event = TypeVar("Event", bound=HasMoment)


def page(events: Sequence[Event], item: FeedPage, now: datetime) -> tuple[str, list[Event], str]:
    """Ref, events, cursor: the number of events already given; what has happened never changes place."""
    if item.after and not (item.after.isascii() and item.after.isdigit() and len(item.after) < 16):
        raise BadQuestion("the cursor of a feed is one that the feed gave, or empty")
    if not 1 <= item.limit <= 10_000:
        raise BadQuestion("a page holds 1 to 10000 events")
    happened = bisect_right(events, now, key=moment)
    start = min(int(item.after or 0), happened)
    end = min(start + item.limit, happened)
    return item.ref, list(events[start:end]), str(end)


def coming(feeds: Iterable[Sequence[HasMoment]], now: datetime) -> datetime | None:
    """The moment of the next event that is still to come."""
    moments = []
    for events in feeds:
        seen = bisect_right(events, now, key=moment)
        if seen < len(events):
            moments.append(events[seen].at)
    return min(moments, default=None)


moment = attrgetter("at")
