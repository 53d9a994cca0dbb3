"""How many decisions a second the local signer signs and checks: `python bench/signing.py [SECONDS]`."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from qyzmet.exchange.cms import LocalSigner
from qyzmet.exchange.development import Office, development_authority, roots_in
from qyzmet.exchange.signing import ToSign
from qyzmet.exchange.verification import verify
from qyzmet.runtime.clock import SystemClock

BATCH = 1000


def rate(seconds: float, batch: Callable[[], int]) -> float:
    began, done = time.perf_counter(), 0
    while time.perf_counter() - began < seconds:
        done += batch()
    return done / (time.perf_counter() - began)


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 3.0
    clock = SystemClock()
    with TemporaryDirectory() as name:
        directory = Path(name)
        offices = [Office("committee", str(region)) for region in range(10, 30)]
        began = time.perf_counter()
        development_authority(directory, clock, offices)
        print(f"{len(offices)} heads made in {time.perf_counter() - began:.1f} s")
        signer = LocalSigner(directory, clock)
        documents = [
            ToSign(document=b"%d" % number * 200, authority="committee", region=str(10 + number % 20))
            for number in range(BATCH)
        ]
        print(f"{rate(seconds, lambda: len(signer.sign(documents))):,.0f} signatures a second")
        signed, roots = signer.sign(documents[:100]), roots_in(directory)

        def check() -> int:
            for item, one in zip(documents, signed, strict=False):
                verify(item.document, one.signature, roots, clock.now())
            return len(signed)

        print(f"{rate(seconds, check):,.0f} checked a second")


if __name__ == "__main__":
    main()
