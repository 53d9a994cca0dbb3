"""Makes the data directory of an embedded database, and the secret from which its passwords come."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from qyzmet.runtime.errors import BadValue, DatabaseAway
from qyzmet.runtime.place import Place

Progress = Callable[[str], None]

SUPERUSER = "postgres"


def initialise(place: Place, throwaway: bool, say: Progress) -> str:
    """Makes the data directory where it is missing, whole or not at all; returns the secret.

    Raises DatabaseAway where that fails, BadValue where the data are there and the secret is not.
    """
    secret_file = place.locks / "password"
    if place.data.exists():
        try:
            return secret_file.read_text()
        except FileNotFoundError:
            raise BadValue(
                str(secret_file),
                f"is missing, and the database in {place.data} does not open without it",
                "Restore it from the backup.",
            ) from None
    say("Preparing a new database (only the first time)")
    secret = secrets.token_urlsafe(32)
    fresh, hand_over = place.server / "data.new", place.server / "password.new"
    if fresh.exists():
        shutil.rmtree(fresh)
    fresh.mkdir()
    place.give(fresh, 0o700)
    _write_secret(hand_over, secret)
    place.give(hand_over, 0o600)
    try:
        _run_initdb(place, fresh, hand_over, throwaway)
    finally:
        hand_over.unlink()
    _write_secret(secret_file, secret)
    fresh.rename(place.data)
    return secret


def _run_initdb(place: Place, directory: Path, password_file: Path, throwaway: bool) -> None:
    command = [
        str(place.binaries / "initdb"),
        f"--pgdata={directory}",
        f"--username={SUPERUSER}",
        f"--pwfile={password_file}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--no-instructions",
    ]
    if throwaway:
        command += ["--no-sync", "--set=scram_iterations=1"]
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        cwd=directory,
        env=environment(),
        start_new_session=True,
        **place.as_user,
    )
    if done.returncode != 0:
        raise DatabaseAway(
            f"A new database could not be made in {directory}: {done.stderr.strip()[-500:]} "
            "Free the disk or choose another QYZMET_HOME, or name a PostgreSQL in QYZMET_DATABASE_URL."
        )


def _write_secret(path: Path, secret: str) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secret)


def environment() -> dict[str, str]:
    """Ours without what would bend PostgreSQL's programs (PGDATA, PGPORT, languages)."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}
