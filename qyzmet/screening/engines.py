"""The engines that read snapshots: DuckDB in this process, Spark where one machine is not enough."""

from __future__ import annotations

import contextlib
import itertools
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa

from qyzmet.runtime.errors import BadValue
from qyzmet.screening.schema import Table

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


class Line:
    """What is asked of an engine, carried out in order; what does not follow on it has a line of its own.

    On DuckDB a thread carries it out on a connection of its own to the same data, while Python writes what
    comes next; only the result of a future is waited for. What goes wrong is raised by all that comes after
    it. On Spark, which plans on another machine, each is carried out at once.
    """

    def __init__(self, connection: Any, *after: Line) -> None:
        self._connection, self._embedded = connection, connection.name == "duckdb"
        self._own = connection.con.cursor() if self._embedded else None
        self._thread = ThreadPoolExecutor(1, "screening")
        self._before: tuple[Future[Any], ...] = tuple(done for line in after for done in line._before)

    def close(self) -> None:
        """What has not begun is left out."""
        self._thread.shutdown(cancel_futures=True)
        if self._own is not None:
            self._own.close()

    def read(self, table: Table, path: Path) -> Any:
        """The file as a table; its types are those of the schema, against which it was checked."""
        if not self._embedded:
            return self._connection.read_parquet(str(path))
        name = _name(table.name)
        columns = ", ".join(f'"{column.name}"' for column in table.columns)
        source = str(path).replace("'", "''")
        self._do(lambda own: own.execute(f"CREATE VIEW {name} AS SELECT {columns} FROM '{source}'"))
        return _table(name, ibis.Schema.from_pyarrow(table.arrow))

    def keep(self, name: str, rows: Any) -> Any:
        """The rows, computed once and held by the engine until the connection ends.

        `rows` are an expression of the connection or an Arrow table.
        """
        name = _name(name)
        if not self._embedded:
            return self._kept_by_spark(name, rows)
        if isinstance(rows, pa.Table):
            # `register` would load pandas, half a second.
            self._do(lambda own: own.from_arrow(rows).create(name))
            return _table(name, ibis.Schema.from_pyarrow(rows.schema))
        statement = f"CREATE TABLE {name} AS {self._connection.compile(rows)}"
        self._do(lambda own: own.execute(statement))
        return _table(name, rows.schema())

    def fetch(self, rows: Any) -> Future[pa.Table]:
        """The rows of an expression as an Arrow table, when they are there."""
        if not self._embedded:
            return self._do(lambda _: rows.to_pyarrow())
        statement = self._connection.compile(rows)
        return self._do(lambda own: own.sql(statement).to_arrow_table())

    def _do(self, work: Callable[[Any], Any]) -> Future[Any]:
        before = self._before

        def after_them() -> Any:
            for each in before:
                each.result()
            return work(self._own)

        done = self._thread.submit(after_them)
        self._before = (done,)
        if not self._embedded:
            done.result()
        return done

    def _kept_by_spark(self, name: str, rows: Any) -> Any:
        session = self._connection._session
        if isinstance(rows, pa.Table):
            frame = session.createDataFrame(rows.to_pandas(), _spark_schema(rows.schema))
        else:
            # Computed at once and cut off from its plan, which all that is built on it would carry along.
            frame = session.sql(self._connection.compile(rows)).localCheckpoint(eager=True)
        frame.createOrReplaceTempView(name)
        return self._connection.table(name)


class Lines:
    """The lines of one run on a connection; they end with the block."""

    def __init__(self, connection: Any) -> None:
        self._connection, self._open = connection, contextlib.ExitStack()

    def __enter__(self) -> Lines:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def begin(self, *after: Line) -> Line:
        """A line of its own, whose first work waits for all that the others were asked so far."""
        line = Line(self._connection, *after)
        self._open.callback(line.close)
        return line


def _name(name: str) -> str:
    return f"q_{name}_{next(_NUMBERS)}"


def _table(name: str, schema: ibis.Schema) -> Any:
    """Its types are known: asking the engine for them costs as much as making it."""
    return ibis.table({column: kind.copy(nullable=True) for column, kind in schema.items()}, name=name)


def _spark_schema(schema: pa.Schema) -> Any:
    from pyspark.sql.pandas.types import from_arrow_schema

    return from_arrow_schema(schema)
