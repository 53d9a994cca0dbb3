"""The API of leaders and analysts: the tables behind the figures, over the caller's regions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from qyzmet.web.figures import DeadlineRow, EndingRow, FunnelRow, MonthRow, RegionRow, rows_of
from qyzmet.web.operations import Call, Operation


class Funnel(msgspec.Struct, frozen=True):
    rows: list[FunnelRow]


class Endings(msgspec.Struct, frozen=True):
    rows: list[EndingRow]


class Deadlines(msgspec.Struct, frozen=True):
    rows: list[DeadlineRow]


class Months(msgspec.Struct, frozen=True):
    rows: list[MonthRow]


class RegionSums(msgspec.Struct, frozen=True):
    rows: list[RegionRow]


#: (name, what it is, rows, answer).
_TABLES: Sequence[tuple[str, str, type[msgspec.Struct], Callable[..., msgspec.Struct]]] = (
    ("funnel", "From the event to the payment, by procedure", FunnelRow, Funnel),
    ("endings", "How cases ended, by procedure", EndingRow, Endings),
    ("deadlines", "Deadlines of officials, kept and missed", DeadlineRow, Deadlines),
    ("months", "Money by month", MonthRow, Months),
    ("regions", "Cases and money by region", RegionRow, RegionSums),
)


def _table(
    kind: type[msgspec.Struct], answer: Callable[..., msgspec.Struct]
) -> Callable[[Call], msgspec.Struct]:
    def work(call: Call) -> msgspec.Struct:
        packages = call.context.packages.values()
        return answer(rows_of(call.desk.connection, kind, call.user.seen_regions, packages))

    return work


def operations() -> Sequence[Operation]:
    return [
        Operation(
            "GET", f"/figures/{name}", f"figures_{name}", summary, "figures.see", _table(kind, answer), answer
        )
        for name, summary, kind, answer in _TABLES
    ]
