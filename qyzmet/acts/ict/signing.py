"""A worker puts determinations on paper and has them signed; pages only show what is there."""

from __future__ import annotations

from functools import partial

from qyzmet.cases.package import Desk
from qyzmet.cases.rows import Connection
from qyzmet.exchange.signing import Signed, ToSign

#: Under which name `heads.json` holds the key of the register's keeper.
KEEPER = ("ict_register", "00")
AT_ONCE = 50


def put_on_paper(desk: Desk, connection: Connection) -> int:
    """Raises SigningWaits while there is no key for the register: nothing is lost, the papers come later."""
    from qyzmet.acts.ict.register import Register

    register, now = Register(connection), desk.law.now
    numbers = register.papers_to_make(AT_ONCE)
    if not numbers:
        return 0
    # Loaded when there is something to do: most workers never put anything on paper, and it takes a second.
    from qyzmet.acts.ict.paper import LANGUAGES, paper
    from qyzmet.exchange.pdf import signed_pdf

    for number in numbers:
        found = register.one(number)
        for language in LANGUAGES:
            signers: list[str] = []
            content = signed_pdf(
                paper(found, language), partial(_sign, desk, signers), now, f"Determination {number}"
            )
            register.put_paper(number, len(found.events), language, content, signers[0], now)
    return len(numbers)


def _sign(desk: Desk, signers: list[str], document: bytes) -> bytes:
    signed: Signed = desk.signer.sign([ToSign(document=document, authority=KEEPER[0], region=KEEPER[1])])[0]
    signers.append(signed.signer)
    return signed.signature
