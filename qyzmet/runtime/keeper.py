"""The small process that keeps one embedded PostgreSQL: starts it, watches it, stops it.

It runs as a script of its own, apart from any terminal, and uses the standard library only. It
is told everything by locks that the kernel drops when a process ends in whatever way:

- `users.lock`: shared by each process that uses the server. When nobody holds it, the server stops.
- `keeper.lock`: held by the keeper, so that there is one.
- `running.lock`: inherited by every process of the server, so held as long as one of them lives;
  no process number is ever believed without it.

A server that dies while it is used is started again; one that dies before it was ready is not: then
the log says why.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, Any

POLL_SECONDS = 0.1
RESTART_PAUSE_SECONDS = 0.5
FAST_STOP_SECONDS = 60.0

_told_to_stop = False


def is_held(path: Path) -> bool:
    """True where another open file holds the lock, shared or alone."""
    with path.open("a") as file:
        return not try_lock(file, fcntl.LOCK_EX)


def try_lock(file: IO[Any], kind: int) -> bool:
    """Takes the lock if it is free now."""
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


class Keeper:
    """Keeps the server that `plan` describes (see `qyzmet.runtime.embedded`)."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self.plan = plan
        self.locks = Path(plan["locks"])
        self.pid_file = Path(plan["data"]) / "postmaster.pid"
        self.running = self.locks / "running.lock"
        self.child: subprocess.Popen[bytes] | None = None

    def forget_old_start(self) -> None:
        """Removes what a killed server left, so that nobody takes it for a sign of life.

        PostgreSQL itself asks whether the old process number lives, and is wrong where the number is
        used again or its process was never reaped.
        """
        if not is_held(self.running):
            for file in (self.pid_file, *Path(self.plan["socket"]).glob(".s.PGSQL.*")):
                file.unlink(missing_ok=True)

    def keep(self) -> None:
        """Returns when the server has stopped for good."""
        users = (self.locks / "users.lock").open("a")
        while True:
            if not is_held(self.running):
                self.start()
            was_ready = False
            while self.server_lives():
                was_ready = was_ready or self.is_ready()
                if _told_to_stop or try_lock(users, fcntl.LOCK_EX):
                    self.stop()
                    for directory in self.plan["delete"]:
                        shutil.rmtree(directory, ignore_errors=True)
                    return
                time.sleep(POLL_SECONDS)
            if self.child is not None and not was_ready:
                return
            time.sleep(RESTART_PAUSE_SECONDS)

    def start(self) -> None:
        self.forget_old_start()
        with self.running.open("a") as running, Path(self.plan["log"]).open("ab") as log:
            fcntl.flock(running, fcntl.LOCK_EX)
            self.child = subprocess.Popen(
                self.plan["command"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.plan["data"],
                pass_fds=[running.fileno()],
                start_new_session=True,
                **self.plan["as_user"],
            )

    def is_ready(self) -> bool:
        """Whether the server has said that it accepts work."""
        try:
            return self.pid_file.read_text().rstrip().endswith("ready")
        except OSError:
            return False

    def server_lives(self) -> bool:
        if self.child is not None:
            self.child.poll()
        return is_held(self.running)

    def stop(self) -> None:
        """Ends all sessions and stops the server; waits until its last process is gone."""
        self.signal(signal.SIGQUIT if self.plan["delete"] else signal.SIGINT)
        hard = time.monotonic() + FAST_STOP_SECONDS
        while self.server_lives():
            if time.monotonic() > hard:
                self.signal(signal.SIGQUIT)
            time.sleep(0.01)

    def signal(self, number: signal.Signals) -> None:
        # A keeper that took over from a killed one did not start the server itself. The lock
        # `running` is held here, so the number in the file is the server's.
        with contextlib.suppress(OSError, ValueError):
            pid = self.child.pid if self.child else int(self.pid_file.read_text().split()[0])
            os.kill(pid, number)


def _stop_soon(_number: int, _frame: object) -> None:
    global _told_to_stop
    _told_to_stop = True


def main() -> None:
    plan = json.loads(sys.argv[1])
    lock = (Path(plan["locks"]) / "keeper.lock").open("a")
    if not try_lock(lock, fcntl.LOCK_EX):
        return
    keeper = Keeper(plan)
    keeper.forget_old_start()
    if os.fork():
        os._exit(0)  # the lock stays with the child
    os.chdir("/")
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _stop_soon)
    keeper.keep()


if __name__ == "__main__":
    main()
