"""The vault's keys: a file only its owner reads, with a version beside each key.

Kinds: `master` wraps the keys of persons, `index` hashes IINs, `phone` hashes phone numbers. A new
version never overwrites an old one, so that rows and backups made with the old one stay readable.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
import os
import secrets
from pathlib import Path

from qyzmet.runtime.errors import BadValue, Refused

KINDS = ("master", "index", "phone")
KEY_BYTES = 32

_Keys = dict[str, dict[int, bytes]]


class VaultKeys:
    """Versioned keys, 32 bytes each. Never shows them."""

    def __init__(self, path: Path, keys: _Keys) -> None:
        self.path = path
        self._keys = keys

    def __repr__(self) -> str:
        return f"VaultKeys({self.path})"

    @classmethod
    def load_or_create(cls, path: Path) -> VaultKeys:
        """Reads the file, or makes it with new keys (mode 0600); two processes at once make one file.

        Raises BadValue where the file is readable by others or is not a key file.
        """
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh = _write_beside(path, {kind: {1: secrets.token_bytes(KEY_BYTES)} for kind in KINDS})
            with contextlib.suppress(FileExistsError):  # another process was faster
                os.link(fresh, path)
            fresh.unlink()
            _sync_directory(path.parent)
        return cls(path, _read(path))

    def key(self, kind: str, version: int) -> bytes:
        """The key; looks into the file again where it is new. Raises Refused where it is not there."""
        if version not in self._keys[kind]:
            self._keys = _read(self.path)
        try:
            return self._keys[kind][version]
        except KeyError:
            raise Refused(
                f"The vault uses version {version} of its {kind} key, which {self.path} does not hold. "
                "Copy the current key file from the machine where keys were rotated, or from the backup."
            ) from None

    def latest(self, kind: str) -> int:
        """The highest version in the file; which one is in use, the vault decides."""
        return max(self._keys[kind])

    def add(self, kind: str) -> int:
        """Adds a new version to the file and returns its number. Only one process at a time may do so."""
        self._keys = _read(self.path)
        version = self.latest(kind) + 1
        self._keys[kind][version] = secrets.token_bytes(KEY_BYTES)
        _write_beside(self.path, self._keys).replace(self.path)
        _sync_directory(self.path.parent)
        return version

    def fingerprint(self, kind: str, version: int) -> bytes:
        """Tells whether two files hold the same key, and nothing about the key."""
        return hmac.digest(self.key(kind, version), f"{kind} {version} of a vault".encode(), hashlib.sha256)


def _read(path: Path) -> _Keys:
    try:
        if path.stat().st_mode & 0o077:
            raise BadValue(str(path), "is readable by others", f"Run: chmod 600 {path}")
        written = json.loads(path.read_text())
        return {
            kind: {int(version): base64.b64decode(key) for version, key in written[kind].items()}
            for kind in KINDS
        }
    except OSError as error:
        raise BadValue(
            str(path), f"cannot be read: {error.strerror}", "Restore it from the backup."
        ) from None
    except (ValueError, KeyError, AttributeError) as error:
        if isinstance(error, BadValue):
            raise
        raise BadValue(str(path), "is not a key file of the vault", "Restore it from the backup.") from None


def _write_beside(path: Path, keys: _Keys) -> Path:
    """A complete new file next to `path`, on disk."""
    text = json.dumps(
        {
            kind: {str(version): base64.b64encode(key).decode() for version, key in versions.items()}
            for kind, versions in keys.items()
        },
        indent=1,
    )
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return fresh


def _sync_directory(directory: Path) -> None:
    opened = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
