"""The fifteen columns of the form: number, name, heading in the act's words, our translations, kind.

The Kazakh headings are those of the explanation, point 3 (G-2). A file may name a column by any of these.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qyzmet.acts.mining.clauses import ACT
from qyzmet.law.act import Clause, carries_out

#: Text is kept to this length; a longer value is a finding.
MOST_TEXT = 300


@dataclass(frozen=True, slots=True)
class Column:
    """`kind` is one of number, person, text, day, amount."""

    number: int
    name: str
    kind: str
    required: bool
    titles: Mapping[str, str]

    @property
    def clause(self) -> Clause:
        return ACT[f"annex§3.col{self.number}"]


def _column(number: int, name: str, kind: str, kk: str, ru: str, en: str, required: bool = True) -> Column:
    return Column(number, name, kind, required, {"kk": kk, "ru": ru, "en": en})


COLUMNS = (
    _column(1, "rowNumber", "number", "реті бойынша нөмірі", "номер по порядку", "number in order"),
    _column(2, "minerIinBin", "person",
            "цифрлық майнердің жеке сәйкестендіру нөмірі/бизнес-сәйкестендіру нөмірі",
            "ИИН/БИН цифрового майнера", "IIN/BIN of the digital miner"),
    _column(3, "minerName", "text", "цифрлық майнердің атауы", "наименование цифрового майнера",
            "name of the digital miner"),
    _column(4, "licenceNumber", "text", "цифрлық майнинг бойынша қызметті жүзеге асыруға лицензия нөмірі",
            "номер лицензии на осуществление деятельности по цифровому майнингу",
            "number of the licence for digital mining"),
    _column(5, "licenceIssueDate", "day",
            "цифрлық майнинг бойынша қызметті жүзеге асыруға лицензияның берілген күні",
            "дата выдачи лицензии на осуществление деятельности по цифровому майнингу",
            "day of issue of the licence"),
    _column(6, "walletDetails", "text", "криптоәмиян деректемелері", "реквизиты криптокошелька",
            "crypto-wallet details"),
    _column(7, "distributionDate", "day", "қамтамасыз етілмеген цифрлық активті бөлу күні",
            "дата распределения необеспеченного цифрового актива", "day of distribution"),
    _column(8, "assetName", "text", "цифрлық майнерге бөлінген қамтамасыз етілмеген цифрлық активтің атауы",
            "наименование необеспеченного цифрового актива, распределённого цифровому майнеру",
            "name of the asset distributed"),
    _column(9, "assetAmount", "amount", "цифрлық майнерге бөлінген қамтамасыз етілмеген цифрлық активтің мөлшері",
            "размер необеспеченного цифрового актива, распределённого цифровому майнеру",
            "amount of the asset distributed"),
    _column(10, "transferCombinedSum", "amount",
            "цифрлық актив цифрлық майнерге қандай біріктірілген сомамен аударылғаны",
            "какой объединённой суммой цифровой актив переведён цифровому майнеру",
            "combined sum of the transfer", False),
    _column(11, "transferDate", "day", "цифрлық актив цифрлық майнерге аударылған күні",
            "дата перевода цифрового актива цифровому майнеру", "day of transfer", False),
    _column(12, "commissionAssetName", "text",
            "майнинг пулының комиссия түрінде алған қамтамасыз етілмеген цифрлық активтің атауы",
            "наименование необеспеченного цифрового актива, полученного майнинговым пулом в виде комиссии",
            "commission: name of the asset", False),
    _column(13, "commissionAssetQuantity", "amount",
            "майнинг пулының комиссия түрінде алған қамтамасыз етілмеген цифрлық активтің саны",
            "количество необеспеченного цифрового актива, полученного майнинговым пулом в виде комиссии",
            "commission: quantity of the asset", False),
    _column(14, "commissionCurrencyName", "text", "майнинг пулының комиссия түрінде алған валютаның атауы",
            "наименование валюты, полученной майнинговым пулом в виде комиссии",
            "commission: name of the currency", False),
    _column(15, "commissionCurrencyQuantity", "amount", "майнинг пулының комиссия түрінде алған валютаның саны",
            "количество валюты, полученной майнинговым пулом в виде комиссии",
            "commission: quantity of the currency", False),
)  # fmt: skip
NAMES = tuple(column.name for column in COLUMNS)
BY_NAME = {column.name: column for column in COLUMNS}


@carries_out(ACT["annex§3"])
def column_of(heading: str) -> Column | None:
    """The column that a heading names: by field name, official or translated heading, or `C9`."""
    return _HEADINGS.get(_plain(heading))


def _plain(text: str) -> str:
    return "".join(letter for letter in text.casefold().replace("ё", "е") if letter.isalnum())


_HEADINGS = {
    _plain(heading): column
    for column in COLUMNS
    for heading in (column.name, *column.titles.values(), f"C{column.number}", f"{column.number}-баған",
                    f"{column.number}. {column.titles['kk']}", f"{column.number}. {column.titles['ru']}")
}  # fmt: skip
