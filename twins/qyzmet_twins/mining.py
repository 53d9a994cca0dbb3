"""A made-up mining pool: miners with licences and wallets, and what it shared out among them in a month.

Everything follows from a seed. Addresses are made with right checksums; numbers have right check digits.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from Crypto.Hash import keccak

from qyzmet_twins.identifiers import check_digit

HEADER = (
    "rowNumber", "minerIinBin", "minerName", "licenceNumber", "licenceIssueDate", "walletDetails",
    "distributionDate", "assetName", "assetAmount", "transferCombinedSum", "transferDate", "commissionAssetName",
    "commissionAssetQuantity", "commissionCurrencyName", "commissionCurrencyQuantity",
)  # fmt: skip
_B58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
#: Names as a pool writes them, with the version byte of an address.
COINS = (("Bitcoin", b"\x00"), ("Litecoin", b"\x30"), ("Dogecoin", b"\x1e"), ("ETC", b""), ("Dash", b"\x4c"))


@dataclass(frozen=True, slots=True)
class Miner:
    number: str
    name: str
    licence: str
    issued: date
    wallets: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class MadeUpPool:
    """`rows` gives a month's report; a share of them is spoiled on request, each in one way."""

    seed: int = 0
    miners_count: int = 200

    @cached_property
    def miners(self) -> list[Miner]:
        chosen = random.Random(self.seed)
        return [_miner(chosen, place) for place in range(self.miners_count)]

    def rows(self, month: date, count: int, spoiled: float = 0.0) -> Iterator[list[str]]:
        chosen = random.Random(f"{self.seed}/{month}/{count}")
        days = [(month + timedelta(days=n)).isoformat() for n in range(28)]
        later = [(month + timedelta(days=n)).isoformat() for n in range(28, 40)]
        miners, draw = self.miners, chosen.random
        for number in range(1, count + 1):
            miner = miners[int(draw() * len(miners))]
            coin, wallet = miner.wallets[int(draw() * len(miner.wallets))]
            amount = f"{int(draw() * 3)}.{int(draw() * 10**8):08d}{number % 10**10:010d}"
            row = [
                str(number), miner.number, miner.name, miner.licence, miner.issued.isoformat(), wallet,
                days[int(draw() * 28)], coin, amount, f"{int(amount[0]) + 4}.5", later[int(draw() * 12)], "", "", "", "",
            ]  # fmt: skip
            if number % 3 == 0:
                row[11:13] = coin, f"0.0000{int(draw() * 10**6):06d}"
            elif number % 3 == 1:
                row[13:15] = "теңге", f"{int(draw() * 10**5)}.{int(draw() * 100):02d}"
            if spoiled and draw() < spoiled:
                SPOILERS[int(draw() * len(SPOILERS))](row)
            yield row

    def write_csv(self, path: Path, month: date, count: int, spoiled: float = 0.0) -> None:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(HEADER)
            writer.writerows(self.rows(month, count, spoiled))


def _set(column: int, value: str) -> Callable[[list[str]], None]:
    def spoil(row: list[str]) -> None:
        row[column - 1] = value

    return spoil


def _letter(row: list[str]) -> None:
    wallet = row[5]
    place = len(wallet) // 2
    row[5] = wallet[:place] + ("a" if wallet[place] != "a" else "b") + wallet[place + 1 :]


def _digit(row: list[str]) -> None:
    row[1] = row[1][:-1] + str((int(row[1][-1]) + 1) % 10)


#: Ways to spoil a row; each is found.
SPOILERS = [
    _letter, _digit, _set(9, "0,5"), _set(9, "1.5E-5"), _set(9, "-1"), _set(7, "2020-01-31"), _set(5, "31.12.2025"),
    _set(3, ""), _set(4, ""), _set(11, ""), _set(13, "x"), _set(10, "1.1234567890123456789"),
]  # fmt: skip


def _miner(chosen: random.Random, place: int) -> Miner:
    while True:
        prefix = f"{chosen.randrange(10, 25)}{chosen.randrange(1, 13):02d}40{chosen.randrange(10**5):05d}"
        digit = check_digit(prefix)
        if digit is not None:
            break
    coins = chosen.sample(COINS, 2)
    wallets = tuple((name, _address(version, chosen.randbytes(20))) for name, version in coins)
    issued = date(2024, 1, 1) + timedelta(days=chosen.randrange(600))
    return Miner(
        f"{prefix}{digit}", f"«Майнер-{place}» ЖШС", f"KZ{chosen.randrange(10**8):08d}", issued, wallets
    )


def _address(version: bytes, payload: bytes) -> str:
    return base58check(version + payload) if version else _account(payload)


def base58check(payload: bytes) -> str:
    raw = payload + sha256(sha256(payload).digest()).digest()[:4]
    number, text = int.from_bytes(raw), ""
    while number:
        number, digit = divmod(number, 58)
        text = _B58[digit] + text
    return "1" * (len(raw) - len(raw.lstrip(b"\0"))) + text


def _account(payload: bytes) -> str:
    digits = payload.hex()
    mask = keccak.new(digest_bits=256, data=digits.encode()).hexdigest()
    return "0x" + "".join(
        letter.upper() if int(nibble, 16) >= 8 else letter
        for letter, nibble in zip(digits, mask, strict=False)
    )
