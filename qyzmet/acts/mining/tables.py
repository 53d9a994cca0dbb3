"""The tables that can be exported, by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from qyzmet.acts.mining.obligations import Obligations
from qyzmet.acts.mining.totals import Asked, Totals
from qyzmet.cases.rows import Connection
from qyzmet.law.policies import Policies
from qyzmet.runtime.clock import Clock
from qyzmet.runtime.errors import UnknownName

_MOST = 1_000_000
_SIGNS: dict[str, Callable[[Totals, Asked], list[dict[str, Any]]]] = {
    "miners": lambda totals, asked: totals.miners_across_pools(asked, _MOST),
    "wallets": lambda totals, asked: totals.shared_wallets(asked, _MOST),
    "licences": lambda totals, asked: totals.licences(asked, _MOST),
    "commissions": lambda totals, asked: totals.commissions(asked, _MOST),
    "changes": lambda totals, asked: totals.changes(asked, most=_MOST),
    "rows": lambda totals, asked: totals.rows(asked, most=_MOST),
}
NAMES = ("totals", "obligations", *_SIGNS)


def table(
    connection: Connection, name: str, by: Sequence[str], asked: Asked, policies: Policies, clock: Clock
) -> list[dict[str, Any]]:
    """Raises UnknownName for a table that is not there, BadValue for a group that is not."""
    if name == "totals":
        return Totals(connection).by(by, asked, _MOST)
    if name == "obligations":
        owed = Obligations(connection, policies, clock).all(
            asked.first if asked.first == asked.last else None
        )
        found: list[dict[str, Any]] = [msgspec.to_builtins(each) for each in owed]
        return found
    if name not in _SIGNS:
        raise UnknownName("table", name[:40], f"there are {', '.join(NAMES)}")
    return _SIGNS[name](Totals(connection), asked)
