"""Where the databases are, one address per role."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Database:
    """Addresses with passwords, hence out of the repr; `warnings` are sentences for the operator."""

    engine_url: str = field(repr=False)
    vault_url: str = field(repr=False)
    owner_url: str = field(repr=False)
    web_url: str = field(repr=False)
    warnings: tuple[str, ...] = ()
    embedded_in: Path | None = None
