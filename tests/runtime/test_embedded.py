"""The embedded server: shared, private, gone with its last user, and back after every kind of kill."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from qyzmet.runtime import embedded, keeper
from qyzmet.runtime.connection import connect
from qyzmet.runtime.errors import BadValue, DatabaseAway
from qyzmet.runtime.place import reachable
from qyzmet.runtime.sizes import sizes

HOLDER = """
import sys
from pathlib import Path
from qyzmet.runtime import embedded
with embedded.server(Path(sys.argv[1]), throwaway=sys.argv[2] == "throwaway") as server:
    print(server.url("postgres"), flush=True)
    sys.stdin.read()
"""


@contextmanager
def holder(home: Path, kind: str = "durable") -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Another process that uses the server of this home until its input ends; yields it and the URL."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(home), kind],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield process, process.stdout.readline().strip()
    finally:
        process.stdin.close()
        process.stdout.close()
        process.wait(20)


def leave(process: subprocess.Popen[str]) -> int:
    assert process.stdin is not None
    process.stdin.close()
    return process.wait(20)


def runs(home: Path) -> bool:
    lock = home / "postgres" / "running.lock"
    return lock.exists() and keeper.is_held(lock)


def pids(home: Path) -> tuple[int, int]:
    """The server's process and its keeper's."""
    place = home / "postgres" / "place"
    directory = Path(place.read_text().strip()) if place.exists() else home / "postgres" / "server"
    server = int((directory / "data" / "postmaster.pid").read_text().split()[0])
    status = Path(f"/proc/{server}/status").read_text()
    return server, int(status.partition("PPid:")[2].split()[0])


def wait_for(what: Callable[[], bool]) -> None:
    until = time.monotonic() + 15
    while not what():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.02)


@pytest.fixture
def near() -> Iterator[Path]:
    """A home that the user nobody can reach, so that nothing is left under /var."""
    home = Path(tempfile.mkdtemp(prefix="qyzmet-test-"))
    home.chmod(0o711)
    yield home
    wait_for(lambda: not runs(home))
    shutil.rmtree(home)


def write(url: str, value: int) -> None:
    with connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (value integer)")
        connection.execute("INSERT INTO kept VALUES (%s)", (value,))


def read(url: str) -> list[int]:
    with connect(url) as connection:
        return [value for (value,) in connection.execute("SELECT value FROM kept ORDER BY 1")]


def test_two_processes_share_one_server_and_the_last_one_stops_it(near: Path) -> None:
    with holder(near) as (first, url):
        write(url, 1)
        with holder(near) as (second, same):
            assert same == url
            leave(first)
            assert read(url) == [1]
            leave(second)
            assert not runs(near)
    with embedded.server(near) as server:
        assert read(server.url("postgres")) == [1]


def test_a_killed_user_leaves_no_server_behind(near: Path) -> None:
    with holder(near) as (process, url):
        write(url, 1)
        process.kill()
        process.wait()
        wait_for(lambda: not runs(near))
    with embedded.server(near) as server:
        assert read(server.url("postgres")) == [1]


def test_after_all_are_killed_it_recovers_what_was_committed(near: Path) -> None:
    with holder(near) as (process, url):
        write(url, 1)
        server_pid, keeper_pid = pids(near)
        for pid in (keeper_pid, process.pid, server_pid):
            os.kill(pid, signal.SIGKILL)
        process.wait()
    with embedded.server(near) as server:
        assert read(server.url("postgres")) == [1]


def test_a_keeper_that_is_just_ending_is_followed_by_another(near: Path) -> None:
    """What a killed process held is free only when it is gone."""
    with embedded.server(near) as server:
        write(server.url("postgres"), 1)
    with (near / "postgres" / "keeper.lock").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        ends = threading.Timer(0.3, fcntl.flock, (held, fcntl.LOCK_UN))
        ends.start()
        with embedded.server(near) as server:
            assert read(server.url("postgres")) == [1]
        ends.join()


def test_a_server_killed_while_it_is_used_comes_back_at_the_same_address(near: Path) -> None:
    with embedded.server(near) as server:
        write(server.url("postgres"), 1)
        old, _ = pids(near)
        time.sleep(3 * keeper.POLL_SECONDS)
        os.kill(old, signal.SIGKILL)

        def back() -> bool:
            try:
                return read(server.url("postgres")) == [1]
            except DatabaseAway:
                return False

        wait_for(lambda: not Path(f"/proc/{old}").exists())
        wait_for(back)


def test_a_server_without_keeper_is_taken_over_by_the_next_user(near: Path) -> None:
    with holder(near) as (process, url):
        server_pid, keeper_pid = pids(near)
        os.kill(keeper_pid, signal.SIGKILL)
        with embedded.server(near) as server:
            assert server.url("postgres") == url
            assert pids(near)[0] == server_pid
            leave(process)
        assert not runs(near)


def test_ctrl_c_ends_its_process_cleanly_and_not_the_server_of_others(near: Path) -> None:
    with embedded.server(near) as server, holder(near) as (process, _):
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(20) == -signal.SIGINT
        connect(server.url("postgres")).close()
    assert not runs(near)


def test_a_throwaway_server_leaves_no_data(near: Path) -> None:
    with embedded.server(near, throwaway=True) as server:
        with connect(server.url("postgres")) as connection:
            assert connection.execute("SHOW fsync").fetchone() == ("off",)
        assert server.directory.exists()
    assert not server.directory.exists()


def test_a_home_out_of_reach_is_left_as_it_is(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    modes = [directory.stat().st_mode for directory in (home, *home.parents)]
    with embedded.server(home, throwaway=True) as server:
        connect(server.url("postgres")).close()
        assert (os.geteuid() != 0) == server.directory.is_relative_to(home)
    assert [directory.stat().st_mode for directory in (home, *home.parents)] == modes


def test_passwords_are_asked_for_and_kept_in_a_private_file(near: Path) -> None:
    with embedded.server(near, throwaway=True) as server:
        assert (near / "postgres" / "password").stat().st_mode & 0o777 == 0o600
        assert server.password("postgres") not in repr(server)
        for host in ("127.0.0.1", str(server.socket)):
            wrong = f"host={host} port={server.port} user=postgres dbname=postgres password=wrong"
            with pytest.raises(DatabaseAway, match="password authentication failed") as refused:
                connect(wrong)
            assert "password=wrong" not in str(refused.value)
        with pytest.raises(psycopg.OperationalError, match="no password supplied"):
            psycopg.connect(f"host=127.0.0.1 port={server.port} user=postgres dbname=postgres password=''")
        tcp = f"postgresql://postgres:{server.password('postgres')}@127.0.0.1:{server.port}/postgres"
        connect(tcp).close()


def test_it_is_durable_and_sized_as_said(near: Path) -> None:
    with embedded.server(near) as server, connect(server.url("postgres")) as connection:
        shown = {
            name: connection.execute("SELECT current_setting(%s)", (name,)).fetchone()
            for name in ("fsync", "synchronous_commit", "checkpoint_timeout", "max_connections")
        }
        size = connection.execute("SELECT pg_size_bytes(current_setting('shared_buffers'))").fetchone()
    assert shown == {
        "fsync": ("on",),
        "synchronous_commit": ("on",),
        "checkpoint_timeout": ("30min",),
        "max_connections": ("50",),
    }
    assert size is not None
    assert size[0] >= 256 << 20


@pytest.mark.parametrize(
    ("memory", "free", "buffers", "log"),
    [
        (1 << 30, 5 << 30, "256MB", "2048MB"),  # a small laptop with a full disk
        (16 << 30, 60 << 30, "4096MB", "20480MB"),
        (256 << 30, 2 << 40, "8192MB", "32768MB"),
    ],
)
def test_it_makes_itself_as_large_as_the_machine_allows(
    memory: int, free: int, buffers: str, log: str
) -> None:
    found = sizes(memory, free)
    assert (found["shared_buffers"], found["max_wal_size"]) == (buffers, log)


def test_another_port_is_taken_where_the_old_one_is_not_free(near: Path) -> None:
    with embedded.server(near) as server:
        old = server.port
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", old))
        other.listen()
        with embedded.server(near) as server:
            assert server.port != old
            connect(server.url("postgres")).close()


def test_a_server_that_cannot_start_says_why_and_where_its_log_is(near: Path) -> None:
    with embedded.server(near) as server:
        pass
    (server.directory / "data" / "PG_VERSION").write_text("9.6\n")
    with (
        pytest.raises(DatabaseAway, match=r"did not start.*incompatible.*postgres\.log"),
        embedded.server(near),
    ):
        pass


def test_a_path_too_long_for_a_socket_is_served_on_the_loopback_port(near: Path) -> None:
    home = near / ("x" * 90)
    with embedded.server(home, throwaway=True) as server:
        assert server.socket is None
        connect(server.url("postgres")).close()


def test_an_interrupted_preparation_is_begun_anew(near: Path) -> None:
    half = near / "postgres" / "server" / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    with embedded.server(near, throwaway=True) as server:
        connect(server.url("postgres")).close()
    assert not half.exists()


def test_what_is_missing_of_a_database_is_said_and_not_made_anew(near: Path) -> None:
    with embedded.server(near) as server:
        write(server.url("postgres"), 1)
    password = near / "postgres" / "password"
    hidden = password.rename(near / "hidden")
    with pytest.raises(BadValue, match="password: is missing, and the database"), embedded.server(near):
        pass
    hidden.rename(password)
    (near / "postgres" / "place").write_text("/var/lib/qyzmet-no-such-place\n")
    with pytest.raises(BadValue, match="which does not exist"), embedded.server(near):
        pass
    (near / "postgres" / "place").unlink()
    with embedded.server(near) as server:
        assert read(server.url("postgres")) == [1]


def test_a_home_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    (tmp_path / "home").touch()
    with pytest.raises(BadValue, match="QYZMET_HOME: cannot be used"), embedded.server(tmp_path / "home"):
        pass


@pytest.mark.skipif(os.geteuid() != 0, reason="all tests run as an ordinary user already")
def test_it_runs_for_an_ordinary_user_too(near: Path) -> None:
    python = (
        sys.executable
        if reachable(Path(sys.executable).resolve(), 65534)
        else shutil.which("python3", path="/usr/bin")
    )
    if python is None or not reachable(Path(python).resolve(), 65534):
        pytest.skip("the user nobody reaches no Python here")
    os.chown(near, 65534, 65534)
    # Modules are read as root, because the user nobody may not reach them either.
    become = "import os; os.setgroups([]); os.setgid(65534); os.setuid(65534); sys.executable = sys.argv[3]"
    program = HOLDER.replace("with embedded", f"{become}\nwith embedded", 1)
    program = program.replace("sys.stdin.read()", "print(server.user_of_system, server.directory)")
    done = subprocess.run(
        [sys.executable, "-c", program, str(near), "throwaway", python], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[1] == f"None {near}/postgres/server"
