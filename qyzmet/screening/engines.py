"""The engines that read snapshots: DuckDB in this process, Spark where one machine is not enough."""

from __future__ import annotations

import contextlib
import itertools
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa

from qyzmet.runtime.errors import BadValue

ENGINES = ("duckdb", "spark")
_NUMBERS = itertools.count()
_TRY = "Give --master local[2], spark://host:7077 or sc://host:15002 of a running Spark."


@contextlib.contextmanager
def engine(name: str, master: str = "local[*]", memory: str = "3GB") -> Iterator[Any]:
    """An Ibis connection for as long as the block lasts. Raises BadValue for a Spark that is not there."""
    connection = _duckdb(memory) if name == "duckdb" else _spark(master)
    try:
        yield connection
    finally:
        with contextlib.suppress(Exception):
            connection.disconnect()


def _duckdb(memory: str) -> Any:
    connection = ibis.duckdb.connect(memory_limit=memory, preserve_insertion_order=False)
    connection.raw_sql("SET enable_progress_bar = false")
    return connection


def _spark(master: str) -> Any:
    if find_spec("pyspark") is None:
        raise BadValue(
            "--engine spark",
            "needs the library pyspark, which is not installed",
            "pip install 'qyzmet[spark]'.",
        )
    from pyspark.sql import SparkSession

    if not master.startswith(("local", "spark://", "sc://", "yarn", "k8s://")):
        raise BadValue("--master", f"{master!r} is no address of a Spark", _TRY)
    if not master.startswith("local"):
        _must_answer(master)
    try:
        builder = SparkSession.builder.appName("qyzmet screen")
        if master.startswith("sc://"):
            session = builder.remote(master).getOrCreate()
        else:
            os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
            session = (
                builder.master(master)
                .config("spark.ui.enabled", "false")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.driver.memory", "3g")
                .config("spark.sql.shuffle.partitions", "8")
                .config("spark.sql.session.timeZone", "UTC")
                .getOrCreate()
            )
        return ibis.pyspark.connect(session)
    except Exception as error:
        raise BadValue("--master", f"no Spark could be started at {master}", _TRY) from error


def _must_answer(master: str) -> None:
    """Whether anything listens there at all, before Spark tries for minutes."""
    import socket
    from urllib.parse import urlsplit

    found = urlsplit(master if "//" in master else f"//{master}")
    if found.hostname is None or found.scheme in ("yarn",):
        return
    try:
        port = found.port or (15002 if found.scheme == "sc" else 7077)
        socket.create_connection((found.hostname, port), timeout=5).close()
    except (OSError, ValueError) as error:
        raise BadValue("--master", f"nothing answers at {master}", _TRY) from error


def read(connection: Any, path: Path) -> Any:
    return connection.read_parquet(str(path))


def keep(connection: Any, name: str, rows: Any) -> Any:
    """The rows, computed once and held by the engine until the connection ends.

    `rows` are an expression of the connection or an Arrow table.
    """
    name = f"{name}_{next(_NUMBERS)}"
    if connection.name == "duckdb":
        # Ibis drops what it made with a statement that today's SQL builder writes without a name.
        own = connection.con
        if isinstance(rows, pa.Table):
            own.from_arrow(rows).create(name)  # `register` would load pandas, half a second
        else:
            own.execute(f"CREATE TABLE {name} AS {connection.compile(rows)}")
        # Its types are known: asking the engine for them costs as much as making it.
        schema = ibis.Schema.from_pyarrow(rows.schema) if isinstance(rows, pa.Table) else rows.schema()
        return ibis.table({column: kind.copy(nullable=True) for column, kind in schema.items()}, name=name)
    if isinstance(rows, pa.Table):
        frame = connection._session.createDataFrame(rows.to_pandas(), _spark_schema(rows.schema))
    else:
        # Computed at once and cut off from its plan, which all that is built on it would carry along.
        frame = connection._session.sql(connection.compile(rows)).localCheckpoint(eager=True)
    frame.createOrReplaceTempView(name)
    return connection.table(name)


def in_turns(connection: Any, works: Sequence[Callable[[Any], Any]]) -> list[Any]:
    """What each work gives for a connection of its own to the same data, in order; on DuckDB two at a time.

    Joins of few rows keep one core busy: while one work has its rows computed, Python writes the next
    statement of another.
    """
    if connection.name != "duckdb":
        return [work(connection) for work in works]
    own = [ibis.duckdb.from_connection(connection.con.cursor()) for _ in works]
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda work, each: work(each), works, own))


def fetch(connection: Any, rows: Any) -> pa.Table:
    """The rows of an expression as an Arrow table."""
    if connection.name == "duckdb":
        return connection.con.sql(connection.compile(rows)).to_arrow_table()
    return rows.to_pyarrow()


def _spark_schema(schema: pa.Schema) -> Any:
    from pyspark.sql.pandas.types import from_arrow_schema

    return from_arrow_schema(schema)
