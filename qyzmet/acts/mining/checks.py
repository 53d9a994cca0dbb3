"""Checks a batch of rows, column by column. Every finding is kept; distinct identifiers and wallets are few.

A batch is a frame of text columns `c1` … `c15` with the place of each row in `row`. Each rule is one mask
over a column; only where a mask holds is looked more closely at what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from qyzmet.acts.mining.clauses import ACT
from qyzmet.acts.mining.coins import currency_of, ticker_of
from qyzmet.acts.mining.columns import COLUMNS, MOST_TEXT
from qyzmet.acts.mining.deadlines import last_day
from qyzmet.acts.mining.wallets import INVALID, UNKNOWN, check_wallet
from qyzmet.law.act import carries_out
from qyzmet.people.identifiers import is_bin, is_iin

_C = {column.number: f"c{column.number}" for column in COLUMNS}
#: Columns of kinds in which white space is never right.
_BARE = [_C[column.number] for column in COLUMNS if column.kind != "text"]
_DAYS = [column.number for column in COLUMNS if column.kind == "day"]
_AMOUNTS = [column.number for column in COLUMNS if column.kind == "amount"]
#: As text; earlier days are mistakes, and the year 0 is none for the store.
_EARLIEST = "1900"
_AMOUNT = r"^\d{1,15}(\.\d{1,18})?$"
_DAY = r"^\d{4}-\d\d-\d\d$"
_CONTROL = r"[\x00-\x1f\x7f\u2028\u202a-\u202e]"
_FORMULA = r"^[=+@]"
_ODD = f"{_CONTROL}|{_FORMULA}"
_DECIMAL = pl.Decimal(38, 18)
_TOTALS = {"барлығы", "жиыны", "қорытынды", "итого", "всего", "total", "totals", "sum"}
FINDINGS = {"row": pl.Int64, "column": pl.Int64, "code": pl.String, "value": pl.String}


@dataclass
class Seen:
    """What goes on from batch to batch: the last number in order and what was found of distinct values.

    `places` is whether each number must be the place of its row, as in a mended file.
    """

    month: date
    places: bool = False
    last: int = 0
    persons: dict[str, bool] = field(default_factory=dict)
    tickers: dict[str, str] = field(default_factory=dict)
    currencies: dict[str, str] = field(default_factory=dict)
    wallets: dict[tuple[str, str], str] = field(default_factory=dict)

    def known(self, memory: dict[Any, Any], most: int = 500_000) -> None:
        """Memory is bounded: what was found is forgotten when it grows too large, and found again."""
        if len(memory) > most:
            memory.clear()


@dataclass(frozen=True)
class Batch:
    """A checked batch: the rows with their typed columns beside the text, and what was found."""

    rows: pl.DataFrame
    findings: pl.DataFrame


@carries_out(ACT["annex§3"])
def check_batch(raw: pl.DataFrame, seen: Seen) -> Batch:
    """Checks a batch; `seen` goes on to the next one."""
    rows = _typed(_cleaned(raw), seen)
    found = [
        *_by_masks(rows),
        *_numbers(rows, seen),
        *_persons(rows, seen),
        *_days(rows, seen.month),
        *_amounts(rows),
        *_wallets(rows, seen),
        *_texts(rows),
    ]
    findings = pl.concat(found) if found else pl.DataFrame(schema=FINDINGS)
    return Batch(rows, findings)


def _cleaned(raw: pl.DataFrame) -> pl.DataFrame:
    """Without white space at the ends; nothing is nothing, however it was written."""
    edges = raw.select(
        (pl.col(name).str.starts_with(" ") | pl.col(name).str.ends_with(" ")).any().alias(name)
        for name in _BARE
    ).row(0, named=True)
    # Most columns never have white space around: looking is cheaper than taking it away.
    stripped = [pl.col(name).str.strip_chars() for name in _C.values() if edges.get(name, True)]
    frame = raw.with_columns(stripped)
    return frame.with_columns(
        pl.when(pl.col(name) != "").then(pl.col(name)).alias(name) for name in _C.values()
    )


def _typed(rows: pl.DataFrame, seen: Seen) -> pl.DataFrame:
    """Days as `d5`, amounts that are well-formed as `n9`, coins and currency codes beside their texts."""
    for memory, of, name in ((seen.tickers, ticker_of, "c8"), (seen.tickers, ticker_of, "c12"),
                             (seen.currencies, currency_of, "c14")):  # fmt: skip
        seen.known(memory)
        for text in rows[name].unique().drop_nulls():
            if text not in memory:
                memory[text] = of(text)
    return rows.with_columns(
        *(
            pl.when((pl.col(_C[n]).str.len_bytes() == 10) & (pl.col(_C[n]) >= _EARLIEST))
            .then(pl.col(_C[n]).str.to_date("%Y-%m-%d", strict=False))
            .alias(f"d{n}")
            for n in _DAYS
        ),
        *(pl.col(_C[n]).str.contains(_AMOUNT).alias(f"a{n}") for n in _AMOUNTS),
        _named("c8", rows, seen.tickers, "coin"),
        _named("c12", rows, seen.tickers, "commission_coin"),
        _named("c14", rows, seen.currencies, "currency"),
    ).with_columns(
        pl.when(pl.col(f"a{n}")).then(pl.col(_C[n])).cast(_DECIMAL, strict=False).alias(f"n{n}")
        for n in (9, 10)
    )


def _named(column: str, rows: pl.DataFrame, memory: dict[str, str], alias: str) -> pl.Expr:
    mapping = {text: memory[text] for text in rows[column].unique().drop_nulls()}
    if not mapping:
        return pl.lit(None, pl.String).alias(alias)
    return (
        pl.col(column)
        .replace_strict(list(mapping), list(mapping.values()), default=None, return_dtype=pl.String)
        .alias(alias)
    )


def _found(rows: pl.DataFrame, column: int, code: str | pl.Expr, value: str = "") -> pl.DataFrame:
    """Findings about one column of these rows."""
    said = pl.col(value or _C.get(column, "c1")).fill_null("").str.slice(0, MOST_TEXT)
    return rows.select(
        "row",
        pl.lit(column, pl.Int64).alias("column"),
        (pl.lit(code) if isinstance(code, str) else code).cast(pl.String).alias("code"),
        said.alias("value"),
    )


def _masks() -> list[tuple[int, str, pl.Expr]]:
    masks = [(c.number, "required", pl.col(_C[c.number]).is_null()) for c in COLUMNS if c.required]
    for first, second, code in ((10, 11, "pair_transfer"), (12, 13, "pair_asset"), (14, 15, "pair_currency")):
        one, other = pl.col(_C[first]).is_null(), pl.col(_C[second]).is_null()
        masks += [(first, code, one & ~other), (second, code, other & ~one)]
    masks += [
        (5, "licence_after", pl.col("d5") > pl.col("d7")),
        (11, "transfer_before", pl.col("d11") < pl.col("d7")),
        (10, "combined_less", pl.col("n10") < pl.col("n9")),
        (14, "currency_unknown", pl.col("currency") == ""),
    ]
    return masks


_MASKS = _masks()
_SELECT = [mask.fill_null(False).alias(f"m{place}") for place, (_, _, mask) in enumerate(_MASKS)]


@carries_out(*(ACT[f"annex§3.col{n}"] for n in (3, 4, 5, 10, 11, 12, 13, 14, 15)))
def _by_masks(rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Filled or empty, lengths, pairs, the order of days, and sums that cannot be."""
    held = rows.select(_SELECT)
    counts = held.sum().row(0)
    for place, (column, code, _) in enumerate(_MASKS):
        if counts[place]:
            yield _found(rows.filter(held[f"m{place}"]), column, code)


@carries_out(ACT["annex§3.col1"])
def _numbers(rows: pl.DataFrame, seen: Seen) -> Iterator[pl.DataFrame]:
    """1, 2, 3 … without gaps; after a break the numbering is followed on from what stands there."""
    with_number = rows.select(
        "row",
        "c1",
        pl.when(pl.col("c1").str.contains(r"^\d{1,9}$")).then(pl.col("c1")).cast(pl.Int64).alias("n"),
    )
    no_form = with_number.filter(pl.col("n").is_null() & pl.col("c1").is_not_null())
    if no_form.height:
        totals = pl.col("c1").str.to_lowercase().str.strip_chars(" :.").is_in(_TOTALS)
        yield _found(no_form, 1, pl.when(totals).then(pl.lit("total_row")).otherwise(pl.lit("number_form")))
    if seen.places:
        expected = pl.col("row")
    else:
        # A row without a number counts as the one that was expected there.
        filled = with_number.with_columns(place=pl.int_range(pl.len(), dtype=pl.Int64)).with_columns(
            base=pl.col("n") - pl.col("place")
        )
        with_number = filled.with_columns(
            before=pl.col("base").shift(1).forward_fill().fill_null(seen.last + 1)
        )
        expected = pl.col("before") + pl.col("place")
    out = with_number.filter(pl.col("n").is_not_null() & (pl.col("n") != expected))
    if out.height:
        yield _found(out, 1, "number_order")
    if with_number.height and not seen.places:
        base = with_number["base"].drop_nulls()
        last = int(base[-1]) if len(base) else seen.last + 1
        seen.last = last + with_number.height - 1


@carries_out(ACT["annex§3.col2"])
def _persons(rows: pl.DataFrame, seen: Seen) -> Iterator[pl.DataFrame]:
    """Each distinct number is looked at once."""
    seen.known(seen.persons)
    bad = []
    for number in rows["c2"].unique().drop_nulls():
        right = seen.persons.get(number)
        if right is None:
            right = seen.persons[number] = is_bin(number) or is_iin(number)
        if not right:
            bad.append(number)
    if bad:
        text = pl.col("c2")
        code = (
            pl.when(text.str.contains(r"^\d{12}$"))
            .then(pl.lit("person_check"))
            .when(text.str.contains(r"^\d{10,11}$"))
            .then(pl.lit("person_zero"))
            .otherwise(pl.lit("person_form"))
        )
        yield _found(rows.filter(text.is_in(bad)), 2, code)


@carries_out(ACT["annex§3.col7"], ACT["form.5"])
def _days(rows: pl.DataFrame, month: date) -> Iterator[pl.DataFrame]:
    for number in _DAYS:
        text = pl.col(_C[number])
        bad = rows.filter(text.is_not_null() & pl.col(f"d{number}").is_null())
        if bad.height:
            code = (
                pl.when(text.str.contains(r"^\d{5}(\.0+)?$"))
                .then(pl.lit("day_serial"))
                .when(text.str.contains(_DAY))
                .then(pl.lit("day_none"))
                .otherwise(pl.lit("day_form"))
            )
            yield _found(bad, number, code)
    outside = rows.filter((pl.col("d7") < month) | (pl.col("d7") > last_day(month)))
    if outside.height:
        yield _found(outside, 7, "outside_month")


@carries_out(ACT["annex§3.col9"])
def _amounts(rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    for number in _AMOUNTS:
        bad = rows.filter(pl.col(f"a{number}").eq(False))
        if bad.height:
            yield _found(bad, number, _amount_code(pl.col(_C[number])))


def _amount_code(text: pl.Expr) -> pl.Expr:
    """The first of these that holds."""
    chosen: pl.Expr = pl.lit("amount_form")
    for pattern, code in (
        (r"^\d{16,}(\.\d*)?$", "amount_digits"),
        (r"^\d+\.\d{19,}$", "amount_places"),
        (r",", "amount_comma"),
        (r"^[\d\s.,]+[eE][+-]?\d+$", "amount_scientific"),
        (r"^-", "amount_negative"),
    ):
        chosen = pl.when(text.str.contains(pattern)).then(pl.lit(code)).otherwise(chosen)
    return chosen


@carries_out(ACT["annex§3.col6"], ACT["annex§3.col8"])
def _wallets(rows: pl.DataFrame, seen: Seen) -> Iterator[pl.DataFrame]:
    """Each distinct wallet of a coin is looked at once; unknown coins are said to be unknown."""
    seen.known(seen.wallets)
    wrong = []
    for pair in rows.select("c8", "c6").unique().drop_nulls().iter_rows():
        code = seen.wallets.get(pair)
        if code is None:
            code = seen.wallets[pair] = _wallet_code(*pair)
        if code:
            wrong.append((*pair, code))
    if wrong:
        table = pl.DataFrame(wrong, schema=["c8", "c6", "code"], orient="row")
        joined = rows.join(table, on=["c8", "c6"], how="inner", maintain_order="left")
        unknown = pl.col("code") == "wallet_unknown"
        yield _found(joined.filter(~unknown), 6, pl.col("code"))
        yield _found(joined.filter(unknown), 8, "wallet_unknown")


def _wallet_code(coin: str, wallet: str) -> str:
    """What is wrong with a wallet; "" where nothing is."""
    found = check_wallet(coin, wallet)
    if found.state == UNKNOWN:
        return "wallet_unknown"
    return f"wallet_{found.reason}" if found.state == INVALID else ""


def _texts(rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Length, control characters, what a spreadsheet takes for a formula. Where values repeat, each is looked at once.

    Columns of other kinds are held to a form of their own that has none of these.
    """
    for column in COLUMNS:
        if column.kind != "text":
            continue
        name = _C[column.number]
        values = rows[name].unique()
        if len(values) * 4 > rows.height:
            values = rows[name]
        odd = values.filter(values.str.contains(_ODD) | (values.str.len_bytes() > MOST_TEXT))
        if not len(odd):
            continue
        found = rows.filter(pl.col(name).is_in(odd.implode()))
        text = pl.col(name)
        for code, holds in (
            ("control", text.str.contains(_CONTROL)),
            ("formula", text.str.contains(_FORMULA)),
            ("too_long", text.str.len_chars() > MOST_TEXT),
        ):
            yield _found(found.filter(holds), column.number, code)
