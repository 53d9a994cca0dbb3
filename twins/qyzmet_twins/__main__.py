"""The command `qyzmet-twins`."""

from __future__ import annotations


def main() -> None:
    raise SystemExit("no twin yet")
