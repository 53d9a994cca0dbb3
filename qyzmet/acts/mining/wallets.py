"""Wallet addresses: whether one is well-formed for its coin, and of which kind it is.

Formats and checksums: Base58Check (https://en.bitcoin.it/wiki/Base58Check_encoding), BIP-173, BIP-350,
CashAddr (https://reference.cash/protocol/blockchain/encoding/cashaddr), EIP-55, Zcash protocol
specification §5.6, TRON addresses, Monero addresses (https://docs.getmonero.org/public-address/),
Kaspa addresses (CashAddr's code without its length table). An address of a test network is not valid
for the main coin. A coin that is not listed is answered `unknown`, never valid.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from Crypto.Hash import keccak

from qyzmet.acts.mining.coins import ticker_of

VALID, INVALID, UNKNOWN = "valid", "invalid", "unknown"


@dataclass(frozen=True, slots=True)
class Wallet:
    """`state` is valid, invalid or unknown; `kind` names the kind of address, `reason` what is wrong."""

    state: str
    coin: str
    kind: str = ""
    reason: str = ""


class _Wrong(Exception):
    """The reason, one of REASONS."""


#: Why an address is refused; texts by language are in `rules.py`.
REASONS = ("length", "alphabet", "checksum", "prefix", "case", "testnet", "other_coin")

_B58 = {letter: value for value, letter in enumerate("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")}  # fmt: skip
_B32 = {letter: value for value, letter in enumerate("qpzry9x8gf2tvdw0s3jn54khce6mua7l")}


def check_wallet(coin: str, address: str) -> Wallet:
    """Whether the address is one of the coin, which is given by name or ticker. Never raises."""
    ticker = ticker_of(coin)
    check = _CHECKS.get(ticker)
    if check is None:
        return Wallet(UNKNOWN, ticker)
    return _checked(ticker, address)


@lru_cache(maxsize=200_000)
def _checked(ticker: str, address: str) -> Wallet:
    try:
        return Wallet(VALID, ticker, _CHECKS[ticker](address))
    except _Wrong as wrong:
        reason = str(wrong)
        if reason in ("prefix", "alphabet", "length") and _of_another(ticker, address):
            reason = "other_coin"
        return Wallet(INVALID, ticker, reason=reason)


def _of_another(ticker: str, address: str) -> bool:
    for other, check in _CHECKS.items():
        if other != ticker:
            try:
                check(address)
            except _Wrong:
                continue
            return True
    return False


def _base58(text: str, most: int = 120) -> bytes:
    if not 20 <= len(text) <= most:
        raise _Wrong("length")
    number = 0
    try:
        for letter in text:
            number = number * 58 + _B58[letter]
    except KeyError:
        raise _Wrong("alphabet") from None
    zeros = len(text) - len(text.lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8)


def _base58check(text: str) -> bytes:
    """Version and payload. Raises _Wrong."""
    raw = _base58(text)
    if len(raw) < 21:
        raise _Wrong("length")
    if sha256(sha256(raw[:-4]).digest()).digest()[:4] != raw[-4:]:
        raise _Wrong("checksum")
    return raw[:-4]


def _versions(main: Mapping[bytes, str], test: tuple[bytes, ...], payload: int = 20) -> Callable[[str], str]:
    """A check by the version bytes of Base58Check."""

    def check(address: str) -> str:
        raw = _base58check(address)
        version, rest = raw[:-payload], raw[-payload:]
        if version in test:
            raise _Wrong("testnet")
        if version not in main:
            raise _Wrong("prefix")
        if len(rest) != payload:
            raise _Wrong("length")
        return main[version]

    return check


def _one_case(text: str) -> str:
    if text != text.lower() and text != text.upper():
        raise _Wrong("case")
    return text.lower()


def _values(data: str) -> list[int]:
    try:
        return [_B32[letter] for letter in data]
    except KeyError:
        raise _Wrong("alphabet") from None


def _bech32_residue(prefix: str, values: list[int]) -> int:
    """BIP-173's polymod: 1 for Bech32, 0x2bc830a3 for Bech32m."""
    sum_ = 1
    spread = [ord(letter) >> 5 for letter in prefix] + [0] + [ord(letter) & 31 for letter in prefix]
    for value in spread + values:
        top = sum_ >> 25
        sum_ = (sum_ & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            if top >> bit & 1:
                sum_ ^= generator
    return sum_


_BECH32, _BECH32M = 1, 0x2BC830A3


def _eight_bits(values: list[int], *, strict: bool = True) -> bytes:
    number, bits, out = 0, 0, bytearray()
    for value in values:
        number, bits = (number << 5 | value) & 0xFFF, bits + 5
        if bits >= 8:
            bits -= 8
            out.append(number >> bits & 0xFF)
    if strict and (bits >= 5 or number & ((1 << bits) - 1)):
        raise _Wrong("checksum")
    return bytes(out)


def _segwit(prefix: str, tests: tuple[str, ...]) -> Callable[[str], str]:
    """BIP-173 and BIP-350 with their rules of version and length."""

    def check(address: str) -> str:
        text = _one_case(address)
        hrp, one, data = text.rpartition("1")
        if not one or hrp != prefix:
            raise _Wrong("testnet" if hrp in tests else "prefix")
        if len(text) > 90 or len(data) < 8:
            raise _Wrong("length")
        values = _values(data)
        version, residue = values[0], _bech32_residue(hrp, values)
        if residue != (_BECH32 if version == 0 else _BECH32M) or version > 16:
            raise _Wrong("checksum")
        program = _eight_bits(values[1:-6])
        if not 2 <= len(program) <= 40 or (version == 0 and len(program) not in (20, 32)):
            raise _Wrong("length")
        if version == 0:
            return "P2WPKH" if len(program) == 20 else "P2WSH"
        return "P2TR" if version == 1 and len(program) == 32 else f"segwit v{version}"

    return check


def _either(
    *checks: tuple[tuple[str, ...], Callable[[str], str]], other: Callable[[str], str]
) -> Callable[[str], str]:
    """The check whose beginnings the address has (in lower case), else `other`."""

    def check(address: str) -> str:
        low = address.lower()
        for beginnings, found in checks:
            if low.startswith(beginnings):
                return found(address)
        return other(address)

    return check


def _cash_residue(prefix: str, values: list[int]) -> int:
    sum_ = 1
    for value in [ord(letter) & 31 for letter in prefix] + [0] + values:
        top = sum_ >> 35
        sum_ = (sum_ & 0x07FFFFFFFF) << 5 ^ value
        for bit, generator in enumerate(
            (0x98F2BC8E61, 0x79B76D99E2, 0xF33E5FB3C4, 0xAE2EABE2A8, 0x1E4F43E470)
        ):
            if top >> bit & 1:
                sum_ ^= generator
    return sum_ ^ 1


def _cash(prefix: str, tests: tuple[str, ...], *, bare: bool) -> Callable[[str], tuple[int, bytes]]:
    """The code of CashAddr: version byte and payload. Raises _Wrong."""

    def read(address: str) -> tuple[int, bytes]:
        text = _one_case(address)
        before, colon, data = text.rpartition(":")
        if not colon and bare:
            before = prefix
        if before != prefix:
            raise _Wrong("testnet" if before in tests else "prefix")
        if not 30 <= len(data) <= 120:
            raise _Wrong("length")
        values = _values(data)
        if _cash_residue(prefix, values):
            if not colon and any(not _cash_residue(other, values) for other in tests):
                raise _Wrong("testnet")
            raise _Wrong("checksum")
        payload = _eight_bits(values[:-8])
        return payload[0], payload[1:]

    return read


_read_bitcoin_cash = _cash("bitcoincash", ("bchtest", "bchreg"), bare=True)
_read_kaspa = _cash("kaspa", ("kaspatest", "kaspasim", "kaspadev"), bare=False)
_CASH_SIZES = (20, 24, 28, 32, 40, 48, 56, 64)
_CASH_KINDS = {0: "P2PKH", 1: "P2SH", 2: "P2PKH with tokens", 3: "P2SH with tokens"}


def _bitcoin_cash(address: str) -> str:
    version, payload = _read_bitcoin_cash(address)
    kind = _CASH_KINDS.get(version >> 3)
    if kind is None:
        raise _Wrong("prefix")
    if len(payload) != _CASH_SIZES[version & 7]:
        raise _Wrong("length")
    return f"CashAddr {kind}"


def _kaspa(address: str) -> str:
    version, payload = _read_kaspa(address)
    kinds = {0: ("P2PK Schnorr", 32), 1: ("P2PK ECDSA", 33), 8: ("P2SH", 32)}
    if version not in kinds:
        raise _Wrong("prefix")
    kind, length = kinds[version]
    if len(payload) != length:
        raise _Wrong("length")
    return kind


def _ethereum(address: str) -> str:
    """EIP-55: mixed case is a checksum; all lower or all upper has none and is taken, marked so."""
    if address[:2] != "0x":
        raise _Wrong("prefix")
    digits = address[2:]
    if len(digits) != 40:
        raise _Wrong("length")
    if not set(digits) <= set("0123456789abcdefABCDEF"):
        raise _Wrong("alphabet")
    low = digits.lower()
    if digits in (low, low.upper()):
        return "account, without checksum"
    mask = _keccak(low.encode()).hex()
    if any(
        letter.isalpha() and letter.isupper() != (int(nibble, 16) >= 8)
        for letter, nibble in zip(digits, mask, strict=False)
    ):
        raise _Wrong("checksum")
    return "account"


def _keccak(data: bytes) -> bytes:
    return keccak.new(digest_bits=256, data=data).digest()


_MONERO_SIZES = {2: 1, 3: 2, 5: 3, 6: 4, 7: 5, 9: 6, 10: 7, 11: 8}
_MONERO_KINDS = {18: ("standard", 69), 19: ("integrated", 77), 42: ("subaddress", 69)}
_MONERO_TESTS = {53, 54, 63, 24, 25, 36}


def _monero(address: str) -> str:
    if len(address) not in (95, 106):
        raise _Wrong("length")
    raw = bytearray()
    for start in range(0, len(address), 11):
        block = address[start : start + 11]
        number = 0
        try:
            for letter in block:
                number = number * 58 + _B58[letter]
        except KeyError:
            raise _Wrong("alphabet") from None
        size = _MONERO_SIZES[len(block)]
        if number >> (8 * size):
            raise _Wrong("checksum")
        raw += number.to_bytes(size)
    if _keccak(bytes(raw[:-4]))[:4] != bytes(raw[-4:]):
        raise _Wrong("checksum")
    if raw[0] in _MONERO_TESTS:
        raise _Wrong("testnet")
    kind, length = _MONERO_KINDS.get(raw[0], ("", 0))
    if not kind:
        raise _Wrong("prefix")
    if len(raw) != length:
        raise _Wrong("length")
    return kind


def _shielded(
    prefix: str, tests: tuple[str, ...], constant: int, kind: str, sizes: range
) -> Callable[[str], str]:
    """Zcash Sapling (Bech32) and unified addresses (Bech32m, jumbled: its checksum is what can be seen)."""

    def check(address: str) -> str:
        text = _one_case(address)
        hrp, _, data = text.rpartition("1")
        if hrp != prefix:
            raise _Wrong("testnet" if hrp in tests else "prefix")
        values = _values(data)
        if len(values) < 8 or _bech32_residue(hrp, values) != constant:
            raise _Wrong("checksum")
        if len(_eight_bits(values[:-6])) not in sizes:
            raise _Wrong("length")
        return kind

    return check


_legacy = {b"\x00": "P2PKH", b"\x05": "P2SH"}
_CHECKS: Mapping[str, Callable[[str], str]] = {
    "BTC": _either(
        (("bc1", "tb1", "bcrt1"), _segwit("bc", ("tb", "bcrt"))),
        other=_versions(_legacy, (b"\x6f", b"\xc4")),
    ),
    "BCH": _either(
        (("bitcoincash:", "bchtest:", "bchreg:", "q", "p", "z", "r"), _bitcoin_cash),
        other=_versions({version: f"legacy {kind}" for version, kind in _legacy.items()}, (b"\x6f", b"\xc4")),
    ),
    "LTC": _either(
        (("ltc1", "tltc1", "rltc1"), _segwit("ltc", ("tltc", "rltc"))),
        other=_versions({b"\x30": "P2PKH", b"\x32": "P2SH", b"\x05": "P2SH, old"}, (b"\x6f", b"\xc4", b"\x3a")),
    ),
    "DOGE": _versions({b"\x1e": "P2PKH", b"\x16": "P2SH"}, (b"\x71", b"\xc4", b"\x6f")),
    "ETH": _ethereum,
    "ETC": _ethereum,
    "DASH": _versions({b"\x4c": "P2PKH", b"\x10": "P2SH"}, (b"\x8c", b"\x13")),
    "ZEC": _either(
        (("zs1", "ztestsapling1"), _shielded("zs", ("ztestsapling",), _BECH32, "Sapling", range(43, 44))),
        (("u1", "utest1"), _shielded("u", ("utest",), _BECH32M, "unified", range(48, 512))),
        other=_versions({b"\x1c\xb8": "transparent P2PKH", b"\x1c\xbd": "transparent P2SH"},
                        (b"\x1d\x25", b"\x1c\xba")),
    ),
    "TRX": _versions({b"\x41": "account"}, (b"\xa0",)),
    "XMR": _monero,
    "KAS": _kaspa,
}  # fmt: skip
