"""Coins by the names that pools write: ticker, English, Russian, Kazakh. The reported text is never replaced."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale

_NAMES: dict[str, tuple[str, ...]] = {
    "BTC": ("XBT", "Bitcoin", "Bitcoin Core", "биткоин", "биткойн"),
    "BCH": ("BCC", "Bitcoin Cash", "биткоин кэш", "биткоин кеш", "биткойн кэш"),
    "LTC": ("Litecoin", "лайткоин", "лайткойн"),
    "DOGE": ("Dogecoin", "Doge coin", "догикоин", "доджкоин", "додж"),
    "ETH": ("Ethereum", "Ether", "эфириум", "эфир", "этериум"),
    "ETC": ("Ethereum Classic", "эфириум классик", "эфир классик"),
    "DASH": ("Dash", "дэш", "даш"),
    "ZEC": ("Zcash", "Z-cash", "зикэш", "зкэш"),
    "TRX": ("Tron", "Tronix", "трон"),
    "XMR": ("Monero", "монеро"),
    "KAS": ("Kaspa", "каспа"),
}
TICKERS = tuple(_NAMES)


def _plain(text: str) -> str:
    return "".join(letter for letter in text.casefold().replace("ё", "е") if letter.isalnum())


_BY_NAME = {_plain(name): ticker for ticker, names in _NAMES.items() for name in (ticker, *names)}


def ticker_of(name: str) -> str:
    """The ticker of a coin by name or ticker, also written "Bitcoin (BTC)"; "" where it is not known.

    Two known names of different coins in one text make it unknown.
    """
    if (whole := _BY_NAME.get(_plain(name))) is not None:
        return whole
    outer, bracket, inner = name.partition("(")
    if not bracket:
        return ""
    found = {_BY_NAME.get(_plain(part)) for part in (outer, inner.rstrip(") "))}
    return found.pop() or "" if len(found) == 1 else ""


def currency_of(name: str) -> str:
    """The ISO 4217 code of a currency by code or by its Kazakh, Russian or English name; "" if unknown."""
    return _currencies().get(_plain(name), "")


@lru_cache(maxsize=1)
def _currencies() -> dict[str, str]:
    found: dict[str, str] = {}
    for language in ("en", "ru", "kk"):
        locale = Locale(language)
        for code, title in locale.currencies.items():
            found.setdefault(_plain(str(title)), code)
            found[_plain(code)] = code
    # Everyday words; a bare "dollar" or "rouble" could be of several countries and stays unknown.
    for word, code in {"тенге": "KZT", "теңге": "KZT", "евро": "EUR", "еуро": "EUR", "доллар сша": "USD",
                       "ақш доллары": "USD", "юань": "CNY", "российский рубль": "RUB"}.items():  # fmt: skip
        found[_plain(word)] = code
    return found
