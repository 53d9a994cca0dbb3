"""How many decisions a second are signed, stamped and checked: `python bench/signing.py [SECONDS]`.

Signing is measured in this process (one core) and by the process that holds the keys (on one and on all
cores), with RSA-2048 and, for the latter, with the audit written. Beside the rate by the clock on the
wall stands the rate a core would reach that does nothing else (by processor time): it does not change
when the machine has other work.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from qyzmet.exchange import timestamps
from qyzmet.exchange.cms import LocalSigner
from qyzmet.exchange.development import Office, development_authority, roots_in
from qyzmet.exchange.remote import RemoteSigner, token_in
from qyzmet.exchange.signer_process import AUDIT, Served, listening_at, run
from qyzmet.exchange.signing import Signer, ToSign
from qyzmet.exchange.verification import verify
from qyzmet.runtime.clock import SystemClock

BATCH = 1000


class Rate(NamedTuple):
    """Done, in so many seconds of the wall's clock and of this process's processor time."""

    done: int
    wall: float
    here: float

    @property
    def by_wall(self) -> float:
        return self.done / self.wall


def rate(seconds: float, batch: Callable[[], int]) -> Rate:
    began, cpu, done = time.perf_counter(), time.process_time(), 0
    while time.perf_counter() - began < seconds:
        done += batch()
    return Rate(done, time.perf_counter() - began, time.process_time() - cpu)


def children_cpu() -> float:
    """Processor time of processes that ended, and of theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@contextmanager
def process(directory: Path, processes: int) -> Iterator[RemoteSigner]:
    """The signer's process beside this one, and the signer that asks it."""
    clock, token = SystemClock(), token_in(directory / "signer-token", make=True)
    with listening_at(directory / "signer.sock") as listening:
        child = os.fork()
        if child == 0:
            served = Served(LocalSigner(directory, clock), token, directory / AUDIT, clock)
            run(listening, processes, lambda: served)
            os._exit(0)
        signer = RemoteSigner(directory / "signer.sock", directory / "signer-token")
        try:
            yield signer
        finally:
            signer.close()
            os.kill(child, 15)
            os.waitpid(child, 0)


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 3.0
    clock, cores = SystemClock(), os.cpu_count() or 1
    with TemporaryDirectory() as name:
        directory = Path(name)
        offices = [Office("committee", str(region)) for region in range(10, 30)]
        began = time.perf_counter()
        development_authority(directory, clock, offices)
        print(f"{len(offices)} heads made in {time.perf_counter() - began:.1f} s")
        documents = [
            ToSign(
                document=b'{"authority":"committee/%d","n":"%s"}' % (10 + number % 20, b"%d" % number * 200),
                authority="committee",
                region=str(10 + number % 20),
            )
            for number in range(BATCH)
        ]

        def signing(signer: Signer) -> Rate:
            return rate(seconds, lambda: len(signer.sign(documents)))

        for processes in sorted({1, cores}):
            before = children_cpu()
            with process(directory, processes) as remote:
                found = signing(remote)
            used = children_cpu() - before
            print(
                f"{found.by_wall:,.0f} signatures a second by a signer of {processes} processes on {cores} "
                f"cores; {found.done / used:,.0f} a second of one core's time there, "
                f"{found.done / found.here:,.0f} here"
            )
        local = LocalSigner(directory, clock)
        say(signing(local), "signatures")
        signed, roots = local.sign(documents[:100]), roots_in(directory)

        def check() -> int:
            for item, one in zip(documents, signed, strict=False):
                verify(item.document, one.signature, roots, clock.now())
            return len(signed)

        say(rate(seconds, check), "checks")
        stamped(seconds, directory, [one.signature for one in signed])


def say(found: Rate, what: str) -> None:
    by_core = found.done / found.here
    print(f"{found.by_wall:,.0f} {what} a second in one process; {by_core:,.0f} a second of one core's time")


def stamped(seconds: float, directory: Path, signatures: list[bytes]) -> None:
    """Timestamps by the twin over HTTP, where the twins are installed; both sides share the cores."""
    try:
        from qyzmet_twins.outside import Outside
        from qyzmet_twins.serving import Served as Twins
        from qyzmet_twins.tiny import TinyWorld
    except ImportError:
        return
    from qyzmet.exchange.stamping import TimestampAuthority

    clock = SystemClock()
    with Twins(Outside(TinyWorld(), clock, centre=directory)) as twins:
        authority = TimestampAuthority(f"{twins.ports.url}/tsa", roots_in(directory), clock)

        def batch() -> int:
            tokens = authority.stamp([timestamps.value_of(one) for one in signatures])
            for one, token in zip(signatures, tokens, strict=True):
                timestamps.attach(one, token)
            return len(tokens)

        say(rate(seconds, batch), "timestamps, authority and asker together,")
        authority.close()


if __name__ == "__main__":
    main()
