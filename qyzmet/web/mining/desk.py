"""What handlers of the act work with: the life of reports, obligations and totals on a desk of the application."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from qyzmet.acts.mining.filing import Filing
from qyzmet.acts.mining.obligations import Obligations
from qyzmet.acts.mining.policies import POLICIES
from qyzmet.acts.mining.pools import Pool, Pools
from qyzmet.acts.mining.receipts import Receipts
from qyzmet.acts.mining.totals import Totals
from qyzmet.cases.rows import Connection
from qyzmet.law.policies import Policies
from qyzmet.runtime.clock import Clock
from qyzmet.runtime.errors import BadValue, UnknownName
from qyzmet.web.senders import SenderKey, keys_in
from qyzmet.web.site import Context
from qyzmet.web.users import User


@dataclass(frozen=True)
class MiningDesk:
    connection: Connection
    filing: Filing
    obligations: Obligations
    totals: Totals
    policies: Policies
    clock: Clock

    @property
    def pools(self) -> Pools:
        return self.filing.pools


@contextmanager
def mining_desk(context: Context) -> Iterator[MiningDesk]:
    policies = policies_of(context)
    with context.desks.desk() as desk:
        connection = desk.connection
        filing = Filing(connection, policies, Receipts(context.keys), context.clock)
        yield MiningDesk(
            connection,
            filing,
            Obligations(connection, policies, context.clock),
            Totals(connection),
            policies,
            context.clock,
        )


def policies_of(context: Context) -> Policies:
    return Policies(POLICIES, context.policies.get("mining"))


def own_pool(desk: MiningDesk, user: User) -> Pool:
    """The pool for which somebody acts. Raises BadValue or UnknownName."""
    if not user.bin:
        raise BadValue("IIN/BIN", "is told by the sign-in", "Sign in as the representative of a pool.")
    return desk.pools.by_number(user.bin)


class PoolKeys(Mapping[str, Sequence[SenderKey]]):
    """The keys of pools by their codes, read when they are asked for."""

    def __init__(self, pools: Pools) -> None:
        self._pools = pools

    def __getitem__(self, code: str) -> Sequence[SenderKey]:
        try:
            pool = self._pools.by_code(code)
        except UnknownName:
            raise KeyError(code) from None
        keys = keys_in(f"keys of {code}", pool.keys.encode())
        if not keys:
            raise KeyError(code)
        return keys

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def read_json(decoder: Any, body: bytes) -> Any:
    """Raises BadValue where the body is not what the address takes."""
    import msgspec

    try:
        return decoder.decode(body)
    except msgspec.MsgspecError as error:
        raise BadValue("body", str(error), "See /api/v1/openapi.json.") from None
