"""The systems behind the act `mining`: www.Qoldau.kz with what pools filed, licences, prices; all made up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from hashlib import sha256
from threading import Lock
from uuid import NAMESPACE_URL, uuid5

from qyzmet.exchange import mining as contract
from qyzmet.runtime.clock import Clock
from qyzmet_twins.mining import MadeUpPool, Miner
from qyzmet_twins.seeded import chance
from qyzmet_twins.socialservices import Handler
from qyzmet_twins.state import BadQuestion, KeyReused

#: Tenge for one unit at the beginning of 2026; invented round numbers around which days differ.
_PRICES = {
    "BTC": 48_000_000,
    "LTC": 55_000,
    "DOGE": 110,
    "ETC": 11_000,
    "DASH": 16_000,
    "BCH": 240_000,
    "KAS": 40,
}
_PAGE = 100


@dataclass
class _Report:
    waiting: contract.Waiting
    content: bytes
    receipts: list[contract.Receipt] = field(default_factory=list)


class MiningServices:
    """Answers of all of them. What is filed, told and reminded can be looked at. Safe for threads."""

    def __init__(self, clock: Clock, seed: int = 0, pool: MadeUpPool | None = None) -> None:
        self._clock, self._seed, self._lock = clock, seed, Lock()
        self.reports: dict[str, _Report] = {}
        self.notices: list[contract.Notice] = []
        self._keys: dict[str, bytes] = {}
        self._licences: dict[str, Miner] = {}
        self._pool: MadeUpPool | None = pool or MadeUpPool()
        self.handlers: dict[str, Handler] = {
            contract.REPORTS.path: self._file,
            contract.WAITING.path: self._waiting,
            contract.PIECES.path: self._pieces,
            contract.RECEIPTS.path: self._receipts,
            contract.NOTICES.path: self._notices,
            contract.LICENCES.path: self._licence_states,
            contract.PRICES.path: self._prices,
        }

    def know(self, miners: Iterable[Miner]) -> None:
        """The register has the licences of these miners."""
        self._licences |= {miner.licence: miner for miner in miners}

    def _file(self, items: Sequence[contract.Filed]) -> list[contract.Taken]:
        answers = []
        for item in items:
            name = str(uuid5(NAMESPACE_URL, f"qoldau/{item.key}"))
            repeated = self._again(item.key, repr(item).encode())
            if not repeated:
                waiting = contract.Waiting(
                    report=name, number=item.number, month=item.month, nil=item.nil, test=item.test,
                    file_name=item.file_name, mends=item.mends, bytes=len(item.content), sent=self._clock.now(),
                )  # fmt: skip
                self.reports[name] = _Report(waiting, item.content)
            answers.append(contract.Taken(ref=item.ref, report=name, repeated=repeated))
        return answers

    def _again(self, key: str, content: bytes) -> bool:
        """Whether a key was seen. Raises KeyReused where it stood for something else."""
        digest = sha256(content).digest()
        with self._lock:
            before = self._keys.setdefault(key, digest)
            if before != digest:
                raise KeyReused("qoldau: a key came again with another content")
            seen = f"seen/{key}" in self._keys
            self._keys[f"seen/{key}"] = digest
        return seen

    def _waiting(self, items: Sequence[contract.After]) -> list[contract.WaitingPage]:
        answers, reports = [], list(self.reports.values())
        for item in items:
            if item.cursor and not item.cursor.isdigit():
                raise BadQuestion("qoldau: the cursor is not one")
            start = int(item.cursor or 0)
            page = [each.waiting for each in reports[start : start + _PAGE]]
            cursor = str(start + len(page)) if page or item.cursor else ""
            answers.append(contract.WaitingPage(ref=item.ref, reports=page, cursor=cursor))
        return answers

    def _pieces(self, items: Sequence[contract.PieceOf]) -> list[contract.Piece]:
        answers = []
        for item in items:
            found, start = self.reports.get(item.report), (item.piece - 1) * contract.PIECE
            content = found.content[start : start + contract.PIECE] if found and item.piece > 0 else b""
            answers.append(contract.Piece(ref=item.ref, known=bool(content), content=content))
        return answers

    def _receipts(self, items: Sequence[contract.Receipt]) -> list[contract.ReceiptTaken]:
        answers = []
        for item in items:
            repeated = self._again(item.key, f"{item.report}{item.kind}{item.content}".encode())
            if not repeated and item.report in self.reports:
                self.reports[item.report].receipts.append(item)
            answers.append(contract.ReceiptTaken(ref=item.ref, receipt=f"Q-{item.key}", repeated=repeated))
        return answers

    def _notices(self, items: Sequence[contract.Notice]) -> list[contract.ReceiptTaken]:
        answers = []
        for item in items:
            repeated = self._again(item.key, f"{item.number}{item.month}{item.text}".encode())
            if not repeated:
                self.notices.append(item)
            answers.append(contract.ReceiptTaken(ref=item.ref, receipt=f"N-{item.key}", repeated=repeated))
        return answers

    def _licence_states(self, items: Sequence[contract.ByLicence]) -> list[contract.LicenceState]:
        if self._pool is not None:
            self.know(self._pool.miners)
            self._pool = None
        answers = []
        for item in items:
            miner = self._licences.get(item.number)
            answers.append(
                contract.LicenceState(ref=item.ref, known=False)
                if miner is None
                else contract.LicenceState(
                    ref=item.ref, known=True, holder=miner.number, first=miner.issued,
                    last=miner.issued.replace(year=miner.issued.year + 3, day=1).isoformat(),
                )
            )  # fmt: skip
        return answers

    def _prices(self, items: Sequence[contract.PriceOf]) -> list[contract.Price]:
        answers = []
        for item in items:
            price = self.price(item.coin, item.day)
            answers.append(
                contract.Price(ref=item.ref, tenge=price, source="the twin's list" if price else "")
            )
        return answers

    def price(self, coin: str, day: date) -> str:
        """The made-up value of a day, to the tiyn; "" for a coin that the list has not."""
        if coin not in _PRICES:
            return ""
        share = Decimal(str(round(0.9 + chance(self._seed, "price", coin, day.isoformat()) * 0.2, 6)))
        return str((_PRICES[coin] * share).quantize(Decimal("0.01")))
