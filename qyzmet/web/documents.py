"""Documents of a case for those who may see them, and what making them needs of the installation."""

from __future__ import annotations

from contextlib import ExitStack
from functools import lru_cache
from pathlib import Path

from qyzmet.cases import papers
from qyzmet.cases.papers import Office, Reader
from qyzmet.cases.worklists import Outline
from qyzmet.exchange.signing import Signer
from qyzmet.runtime.clock import Clock
from qyzmet.runtime.config import Config
from qyzmet.web.desks import Desk

PDF = papers.PDF
PAPERS = [name for name, kind in papers.KINDS.items() if kind == PDF]
#: Where the pages are found while no public address is set.
HERE = "http://localhost:8000"


def content_of(desk: Desk, office: Office, case: Outline, document: str, *, who: str) -> tuple[bytes, str]:
    """A document of a case; the look is logged. Raises UnknownName, Refused where the person was erased."""
    reader = Reader(desk.connection, desk.vault, desk.catalogue, who)
    return papers.content_of(reader, office, case.id, document)


def office_of(config: Config | None, clock: Clock, public_url: str) -> Office:
    """What papers need, from the settings; the signer is opened when the first paper is to be signed."""
    site = (public_url or HERE).rstrip("/")
    if config is None:
        return Office(clock, site)

    def roots() -> list[object]:
        from qyzmet.exchange.opening import roots_of

        return list(roots_of(config))

    @lru_cache(maxsize=1)
    def signer() -> Signer:
        from qyzmet.exchange.opening import open_signer

        return ExitStack().enter_context(open_signer(config, clock, keys_of(config)))

    return Office(clock, site, roots, signer)  # type: ignore[arg-type]


def keys_of(config: Config) -> Path:
    """The folder with the list of heads and, where they are kept in files, their keys."""
    return config.signing_roots.parent
