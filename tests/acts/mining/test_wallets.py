"""Wallet addresses by coin: public, well-known ones are taken, each with one changed letter is refused."""

from __future__ import annotations

import pytest

from qyzmet.acts.mining.coins import currency_of, ticker_of
from qyzmet.acts.mining.wallets import INVALID, UNKNOWN, VALID, check_wallet

pytestmark = pytest.mark.clause("mining:annex§3.col6", "mining:annex§3.col8")

#: From the specifications and public pages of the coins: genesis block, donations, test vectors, exchanges.
KNOWN = [
    ("BTC", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "P2PKH"),
    ("BTC", "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy", "P2SH"),
    ("BTC", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "P2WPKH"),
    ("BTC", "bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr", "P2TR"),
    ("BCH", "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a", "CashAddr P2PKH"),
    ("BCH", "ppm2qsznhks23z7629mms6s4cwef74vcwvn0h829pq", "CashAddr P2SH"),
    ("BCH", "1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu", "legacy P2PKH"),
    ("LTC", "LVg2kJoFNg45Nbpy53h7Fe1wKyeXVRhMH9", "P2PKH"),
    ("LTC", "MQMcJhpWHYVeQArcZR3sBgyPZxxRtnH441", "P2SH"),
    ("LTC", "ltc1qg42tkwuuxefutzxezdkdel39gfstuap288mfea", "P2WPKH"),
    ("DOGE", "DH5yaieqoZN36fDVciNyRueRGvGLR3mr7L", "P2PKH"),
    ("ETH", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "account"),
    ("ETC", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359", "account"),
    ("DASH", "XpESxaUmonkq8RaLLp46Brx2K39ggQe226", "P2PKH"),
    ("ZEC", "t1VShHAhsQc5RVndQLyM1ZbQXLHKd35GkG1", "transparent P2PKH"),
    ("ZEC", "t3Vz22vK5z2LcKEdg16Yv4FFneEL1zg9ojd", "transparent P2SH"),
    ("ZEC", "zs1z7rejlpsa98s2rrrfkwmaxu53e4ue0ulcrw0h4x5g8jl04tak0d3mm47vdtahatqrlkngh9slya", "Sapling"),
    ("TRX", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "account"),
    (
        "XMR",
        "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A",
        "standard",
    ),
    (
        "XMR",
        "888tNkZrPN6JsEgekjMnABU4TBzc2Dt29EPAvkRxbANsAnjyPbb3iQ1YBRk1UXcdRsiKc9dhwMVgN5S9cQUiyoogDavup3H",
        "subaddress",
    ),
    ("KAS", "kaspa:qqkqkzjvr7zwxxmjxjkmxxdwju9kjs6e9u82uh59z07vgaks6gg62v8707g73", "P2PK Schnorr"),
]


@pytest.mark.parametrize(("coin", "address", "kind"), KNOWN)
def test_well_known_addresses_are_valid_and_say_their_kind(coin: str, address: str, kind: str) -> None:
    found = check_wallet(coin, address)
    assert (found.state, found.coin, found.kind) == (VALID, coin, kind)


@pytest.mark.parametrize(("coin", "address", "_kind"), KNOWN)
def test_each_with_one_changed_letter_is_refused(coin: str, address: str, _kind: str) -> None:
    """At every place behind the prefix, another letter of the same alphabet."""
    begin = address.find(":") + 1 or (2 if address.startswith("0x") else 1)
    for place in range(begin, len(address)):
        letter = address[place]
        letters = "qpzry9x8" if address.islower() and ":" in address else "23456789abcdefghABCDEFGH"
        if address.startswith("0x"):
            letters = letter.swapcase() if letter.isalpha() else "0123456789"
        other = next(
            each
            for each in letters
            if each.casefold() != letter.casefold() or (address.startswith("0x") and each != letter)
        )
        changed = address[:place] + other + address[place + 1 :]
        assert check_wallet(coin, changed).state == INVALID, changed


@pytest.mark.parametrize(("coin", "address"), [
    ("BTC", "mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn"),
    ("BTC", "2MzQwSSnBHWHqSAqtTVQ6v47XtaisrJa1Vc"),
    ("BTC", "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx"),
    ("BCH", "bchtest:pr6m7j9njldwwzlg9v7v53unlr4jkmx6eyvwc0uz5t"),
    ("ZEC", "tmJXomn8fhYy3AFqDEteifjHRMUdKtBuTGM"),
    ("XMR", "9wviCeWe2D8XS82k2ovp5EUYLzBt9pYNW2LXUFsZiv8S3Mt21FZ5qQaAroko1enzw3eGr9qC7X1D7Geoo2RrAotYPwq9Gm8"),
    ("KAS", "kaspatest:qqkqkzjvr7zwxxmjxjkmxxdwju9kjs6e9u82uh59z07vgaks6gg62v8707g73"),
])  # fmt: skip
def test_an_address_of_a_test_network_is_not_valid_for_the_coin(coin: str, address: str) -> None:
    found = check_wallet(coin, address)
    assert (found.state, found.reason) == (INVALID, "testnet")


@pytest.mark.parametrize(("coin", "address", "reason"), [
    ("BTC", KNOWN[7][1], "other_coin"), ("LTC", KNOWN[0][1], "other_coin"), ("BTC", "bc1", "length"),
    ("BTC", "1A1zP1eP5QGefi2DMPTfTL5SLmv7Divf0a", "alphabet"), ("ETH", KNOWN[11][1][2:], "prefix"),
    ("BTC", "bc1Qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "case"), ("BTC", "кошелёк", "length"),
    ("BTC", "bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "checksum"),
])  # fmt: skip
def test_the_reason_is_named(coin: str, address: str, reason: str) -> None:
    assert check_wallet(coin, address).reason == reason


@pytest.mark.parametrize(("name", "ticker"), [
    ("Bitcoin", "BTC"), ("биткоин", "BTC"), ("btc", "BTC"), ("Bitcoin (BTC)", "BTC"), ("Bitcoin Cash", "BCH"),
    ("Ethereum Classic", "ETC"), ("Эфириум", "ETH"), ("Zcash", "ZEC"), ("Monero (BTC)", ""), ("Ergo", ""), ("", ""),
])  # fmt: skip
def test_a_coin_is_known_by_name_or_ticker(name: str, ticker: str) -> None:
    assert ticker_of(name) == ticker


def test_an_unknown_coin_is_answered_unknown_and_never_valid() -> None:
    assert check_wallet("Ergo", "9f4QF8AD1nQ3nJahQVkMj8hFSVVzVom77b52JU7EW71Zexg6N8v").state == UNKNOWN
    assert check_wallet("Ergo", KNOWN[0][1]).state == UNKNOWN


@pytest.mark.clause("mining:annex§3.col14")
@pytest.mark.parametrize(("name", "code"), [
    ("KZT", "KZT"), ("теңге", "KZT"), ("тенге", "KZT"), ("доллар США", "USD"), ("АҚШ доллары", "USD"),
    ("euro", "EUR"), ("usd", "USD"), ("доллар", ""), ("тугрики наверное", ""),
])  # fmt: skip
def test_a_currency_gets_its_iso_code_beside_its_name(name: str, code: str) -> None:
    assert currency_of(name) == code
