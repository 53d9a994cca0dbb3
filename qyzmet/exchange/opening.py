"""The signer that the settings name, with timestamps and revocation where they are set."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

from cryptography import x509

from qyzmet.exchange.cms import LocalSigner
from qyzmet.exchange.heads import HEADS, Heads
from qyzmet.exchange.ncanode import NcaNode, NcaNodeSigner
from qyzmet.exchange.remote import RemoteSigner
from qyzmet.exchange.revocation import Crl, Ocsp, Revocation, Source
from qyzmet.exchange.signing import Signer
from qyzmet.exchange.stamping import StampingSigner, TimestampAuthority
from qyzmet.runtime.clock import Clock
from qyzmet.runtime.config import Config
from qyzmet.runtime.errors import BadValue


@contextmanager
def open_signer(config: Config, clock: Clock, directory: Path) -> Iterator[Signer]:
    """The signer for as long as the block lasts; `directory` holds the heads and, for `local`, their keys."""
    with ExitStack() as stack:
        signer: Signer
        if config.signer == "local":
            signer = LocalSigner(directory, clock, revocation_of(config, clock))
        elif config.signer == "remote":
            remote = RemoteSigner(config.signer_socket, config.signer_token)
            stack.callback(remote.close)
            signer = remote
        else:
            external = NcaNodeSigner(NcaNode(config.ncanode_url), Heads.read(directory / HEADS), clock)
            stack.callback(external.close)
            signer = external
        if config.tsa_url:
            authority = TimestampAuthority(config.tsa_url, roots_of(config), clock)
            stack.callback(authority.close)
            signer = StampingSigner(signer, authority)
        yield signer


def revocation_of(config: Config, clock: Clock) -> Revocation | None:
    """Whom to ask about revoked certificates; None where nobody is set."""
    fresh = timedelta(minutes=config.revocation_minutes)
    sources: list[Source] = []
    if config.ocsp_url:
        sources.append(Ocsp(config.ocsp_url))
    if config.crl_url:
        sources.append(Crl.at(config.crl_url, fresh))
    return Revocation(sources, clock, fresh) if sources else None


def roots_of(config: Config) -> list[x509.Certificate]:
    """The trusted root certificates. Raises BadValue where the file is missing or not PEM."""
    return read_roots(config.signing_roots, "signing_roots")


def read_roots(path: Path, name: str) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError):
        raise BadValue(
            name, f"names no readable file of root certificates in PEM: {path}", "Put the roots there."
        ) from None
