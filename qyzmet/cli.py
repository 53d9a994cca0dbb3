"""The command `qyzmet`."""

from __future__ import annotations


def main() -> None:
    raise SystemExit("no command yet")
