"""The checks of a mining pool's report as one would write them with pydantic, or with pandera on Polars.

python mining_peer.py pydantic|pandera FILE.csv    prints {"seconds": …, "bad": [rows], "findings": …}

The same rules on the same columns, from the file to a list of all findings; identification numbers and wallets
are looked at by the very functions of the act, once per distinct value where the peer's way allows it.
"""

from __future__ import annotations

import csv
import json
import sys
import time
from collections import defaultdict
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from qyzmet.acts.mining.coins import currency_of, ticker_of
from qyzmet.acts.mining.wallets import check_wallet
from qyzmet.people.identifiers import is_bin, is_iin

FIRST, LAST = date(2026, 5, 1), date(2026, 5, 31)
AMOUNT = r"^\d{1,15}(\.\d{1,18})?$"
CONTROL = r"[\x00-\x1f\x7f]"


@lru_cache(200_000)
def person(text: str) -> bool:
    return is_bin(text) or is_iin(text)


currency, ticker = lru_cache(10_000)(currency_of), lru_cache(10_000)(ticker_of)


@lru_cache(200_000)
def wallet(coin: str, address: str) -> bool:
    return check_wallet(coin, address).state != "invalid"


def by_pydantic(path: str) -> tuple[set[int], int, dict[str, str]]:
    from pydantic import (
        AfterValidator,
        BaseModel,
        BeforeValidator,
        Field,
        PrivateAttr,
        ValidationError,
        model_validator,
    )

    def right(text: str) -> str:
        if not person(text):
            raise ValueError("not a number with a right check digit")
        return text

    nothing = BeforeValidator(lambda value: value or None)
    text = Annotated[
        str, Field(min_length=1, max_length=300, pattern=r"^[^\x00-\x1f\x7f=+@][^\x00-\x1f\x7f]*$")
    ]
    amount = Annotated[str, Field(pattern=AMOUNT)]
    day = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$"), AfterValidator(date.fromisoformat)]

    class Row(BaseModel):
        _warnings: list[bool] = PrivateAttr(default_factory=list)
        rowNumber: int
        minerIinBin: Annotated[str, AfterValidator(right)]
        minerName: text
        licenceNumber: text
        licenceIssueDate: day
        walletDetails: text
        distributionDate: day
        assetName: text
        assetAmount: amount
        transferCombinedSum: Annotated[amount | None, nothing]
        transferDate: Annotated[day | None, nothing]
        commissionAssetName: Annotated[text | None, nothing]
        commissionAssetQuantity: Annotated[amount | None, nothing]
        commissionCurrencyName: Annotated[text | None, nothing]
        commissionCurrencyQuantity: Annotated[amount | None, nothing]

        @model_validator(mode="after")
        def whole(self) -> Any:
            if not FIRST <= self.distributionDate <= LAST:  # type: ignore[operator]
                raise ValueError("outside the month")
            if not wallet(self.assetName, self.walletDetails):
                raise ValueError("the wallet does not fit")
            for one, other in (
                (self.transferCombinedSum, self.transferDate),
                (self.commissionAssetName, self.commissionAssetQuantity),
                (self.commissionCurrencyName, self.commissionCurrencyQuantity),
            ):
                if (one is None) != (other is None):
                    raise ValueError("one of a pair lacks")
            self._warnings = [
                self.licenceIssueDate > self.distributionDate,  # type: ignore[operator]
                self.transferDate is not None and self.transferDate < self.distributionDate,
                self.transferCombinedSum is not None
                and Decimal(self.transferCombinedSum) < Decimal(self.assetAmount),
                self.commissionCurrencyName is not None and not currency(self.commissionCurrencyName),
                not ticker(self.assetName),
            ]
            return self

    bad, findings, seen, sums = set(), 0, set(), defaultdict(Decimal)
    with open(path, encoding="utf-8", newline="") as file:
        for place, row in enumerate(csv.DictReader(file), start=1):
            try:
                known = Row.model_validate(row)
                findings += sum(known._warnings)
                sums[known.assetName] += Decimal(known.assetAmount)
            except ValidationError as error:
                findings += len(error.errors(include_url=False))
                bad.add(place)
            key = hash(tuple(list(row.values())[1:]))
            if key in seen or row["rowNumber"] != str(place):
                bad.add(place)
            seen.add(key)
    return bad, findings, {name: str(total) for name, total in sums.items()}


def by_pandera(path: str) -> tuple[set[int], int, dict[str, str]]:
    import pandera.polars as pa
    import polars as pl

    frame = pl.read_csv(path, infer_schema=False, row_index_name="place", row_index_offset=1)
    names = frame.columns[1:]
    wrong = [each for each in frame["minerIinBin"].unique() if not (each and person(each))]
    pairs = frame.select("assetName", "walletDetails").unique()
    misfits = pl.DataFrame(
        [pair for pair in pairs.iter_rows() if None not in pair and not wallet(*pair)],
        schema=["assetName", "walletDetails"], orient="row",
    ).with_columns(misfit=pl.lit(True))  # fmt: skip

    def named(name: str, of: Any) -> tuple[list[str], list[str]]:
        values = frame[name].unique().drop_nulls().to_list()
        return values, [of(value) for value in values]

    frame = frame.join(misfits, on=["assetName", "walletDetails"], how="left", maintain_order="left")
    days = ("licenceIssueDate", "distributionDate", "transferDate")
    frame = frame.with_columns(
        *(pl.col(name).str.to_date("%Y-%m-%d", strict=False).alias(f"day_{name}") for name in days),
        *(
            pl.when(pl.col(name).str.contains(AMOUNT))
            .then(pl.col(name))
            .cast(pl.Decimal(38, 18))
            .alias(f"sum_{name}")
            for name in ("assetAmount", "transferCombinedSum")
        ),
        coin=pl.col("assetName").replace_strict(*named("assetName", ticker), default=""),
        iso=pl.col("commissionCurrencyName").replace_strict(
            *named("commissionCurrencyName", currency), default=None
        ),
        fits=pl.col("misfit").is_null(),
        digest=pl.struct(names[1:]).hash(),
    ).with_columns(once=pl.col("digest").is_first_distinct())

    def expr(make: Any, name: str) -> pa.Check:
        return pa.Check(lambda data: data.lazyframe.select(make(data.key)), error=name)

    def plain(_: str, required: bool, *checks: pa.Check) -> pa.Column:
        own = [
            expr(
                lambda key: ~pl.col(key).str.contains(CONTROL) & ~pl.col(key).str.contains(r"^[=+@]"),
                "control",
            ),
            expr(lambda key: pl.col(key).str.len_bytes() <= 300, "too_long"),
        ]
        return pa.Column(pl.String, [*own, *checks], nullable=not required)

    amount = expr(lambda key: pl.col(key).str.contains(AMOUNT), "amount")
    number = expr(lambda key: pl.col(key) == pl.col("place").cast(pl.String), "number")

    def warn(holds: pl.Expr) -> pa.Check:
        return pa.Check(lambda data: data.lazyframe.select(holds), error="warning")

    def day(name: str) -> pa.Check:
        return expr(lambda key: pl.col(f"day_{name}").is_not_null() | pl.col(key).is_null(), "day")

    def pair(other: str) -> pa.Check:
        return pa.Check(
            lambda data: data.lazyframe.select(pl.col(data.key).is_null() == pl.col(other).is_null()),
            error="pair", ignore_na=False,
        )  # fmt: skip

    schema = pa.DataFrameSchema(
        {
            "rowNumber": plain("rowNumber", True, number),
            "minerIinBin": plain("minerIinBin", True, expr(lambda key: ~pl.col(key).is_in(wrong), "person")),
            "minerName": plain("minerName", True), "licenceNumber": plain("licenceNumber", True),
            "licenceIssueDate": plain("licenceIssueDate", True, day("licenceIssueDate")),
            "walletDetails": plain("walletDetails", True, expr(lambda key: pl.col("fits"), "wallet")),
            "distributionDate": plain(
                "distributionDate", True, day("distributionDate"),
                expr(lambda key: pl.col("day_distributionDate").is_between(FIRST, LAST), "month"),
            ),
            "assetName": plain("assetName", True), "assetAmount": plain("assetAmount", True, amount),
            "transferCombinedSum": plain("transferCombinedSum", False, amount, pair("transferDate")),
            "transferDate": plain("transferDate", False, day("transferDate")),
            "commissionAssetName": plain("commissionAssetName", False, pair("commissionAssetQuantity")),
            "commissionAssetQuantity": plain("commissionAssetQuantity", False, amount),
            "commissionCurrencyName": plain("commissionCurrencyName", False, pair("commissionCurrencyQuantity")),
            "commissionCurrencyQuantity": plain("commissionCurrencyQuantity", False, amount),
            "day_licenceIssueDate": pa.Column(pl.Date, warn(pl.col("day_licenceIssueDate") <= pl.col("day_distributionDate")), nullable=True),
            "day_transferDate": pa.Column(pl.Date, warn(pl.col("day_transferDate") >= pl.col("day_distributionDate")), nullable=True),
            "sum_transferCombinedSum": pa.Column(pl.Decimal(38, 18), warn(pl.col("sum_transferCombinedSum") >= pl.col("sum_assetAmount")), nullable=True),
            "iso": pa.Column(pl.String, warn(pl.col("iso") != ""), nullable=True),
            "coin": pa.Column(pl.String, warn(pl.col("coin") != ""), nullable=True),
            "once": pa.Column(pl.Boolean, expr(lambda key: pl.col(key), "duplicate")),
        }
    )  # fmt: skip
    bad, found = set(), 0
    try:
        schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        wrong_rows = cases.filter(pl.col("check") != "warning")["index"].drop_nulls().unique()
        bad = {int(place) + 1 for place in wrong_rows}
        found = cases.height
    good = frame.filter(~pl.col("place").is_in(list(bad)))
    sums = good.group_by("assetName").agg(pl.col("sum_assetAmount").sum())
    return bad, found, {name: str(total) for name, total in sums.iter_rows()}


def main() -> None:
    began, spent = time.perf_counter(), time.process_time()
    bad, findings, sums = {"pydantic": by_pydantic, "pandera": by_pandera}[sys.argv[1]](sys.argv[2])
    seconds, spent = time.perf_counter() - began, time.process_time() - spent
    print(
        json.dumps(
            {"seconds": seconds, "processor": spent, "bad": sorted(bad), "findings": findings, "sums": sums}
        )
    )


if __name__ == "__main__":
    main()
