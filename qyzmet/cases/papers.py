"""What leaves the system of a decided case: the decision as data, its signature, its receipt, its papers.

Papers are made when somebody wants them; the data are what was signed. Every look is logged in the vault.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import chain
from typing import TYPE_CHECKING

import msgspec

from qyzmet.cases.case import Decision
from qyzmet.cases.catalogue import Catalogue
from qyzmet.cases.drawing.words import in_language
from qyzmet.cases.file import read_file
from qyzmet.cases.package import ActPackage
from qyzmet.cases.replaying import History, decided_at, past_decisions
from qyzmet.cases.rows import Connection
from qyzmet.cases.store import decisions_of
from qyzmet.cases.telling import tell
from qyzmet.cases.telling_facts import FactsInWords, local
from qyzmet.exchange.signing import Signer, ToSign
from qyzmet.people.regions import REGIONS
from qyzmet.people.vault import Vault
from qyzmet.runtime.clock import Clock
from qyzmet.runtime.errors import QyzmetError, Refused, UnknownName

if TYPE_CHECKING:
    from cryptography import x509

PDF = "application/pdf"
#: Names of documents with their media types; the signed ones bear a signature of the office's head (PAdES).
KINDS = {
    "decision.json": "application/json",
    "decision.p7s": "application/pkcs7-signature",
    "receipt.json": "application/json",
    **{
        f"{what}-{language}{signed}.pdf": PDF
        for what in ("decision", "dossier")
        for language in ("kk", "ru")
        for signed in ("", "-signed")
    },
}
_PAPER = re.compile(r"(decision|dossier)-(kk|ru)(-signed)?\.pdf")
_HAPPENED = {"kk": "Не болды", "ru": "Что происходило"}
_NAMES = ("surname", "given", "patronymic")


@dataclass(frozen=True)
class Office:
    """What papers need of the installation: `site` is the address of its pages, without a slash at the end.

    `roots` are the trusted root certificates, `signer` who signs papers on demand; without them there are
    no receipts and no signed papers.
    """

    clock: Clock
    site: str = ""
    roots: Callable[[], Sequence[x509.Certificate]] | None = None
    signer: Callable[[], Signer] | None = None


@dataclass(frozen=True)
class Reader:
    """Who looks, and in what."""

    connection: Connection
    vault: Vault
    catalogue: Catalogue
    who: str


class Verified(msgspec.Struct, frozen=True, array_like=True):
    """What anybody may know of a decision whose digest they have: nothing that names the person."""

    case: int
    act: str
    procedure: int
    region: str
    outcome: str
    amount_tiyn: int
    at: datetime
    office: str
    sha256: str
    stands: bool = True  #: False where a review has put another decision in its place


def verified(connection: Connection, catalogue: Catalogue, digest: str) -> Verified | None:
    """The decision with this SHA-256 in hexadecimal, None where there is none."""
    if not re.fullmatch(r"[0-9a-f]{64}", digest):
        return None
    with connection.transaction():
        row = connection.execute(
            """SELECT
                   d.case_id, p.act, c.procedure, c.region, d.outcome, d.amount_tiyn, d.decided_at, d.signer
               FROM decisions d JOIN cases c ON c.id = d.case_id JOIN procedures p ON p.id = c.procedure
               WHERE d.document_hash = %s""",
            (bytes.fromhex(digest),),
        ).fetchone()
    if row is None:
        return None
    *about, signer = row
    found = msgspec.convert([*about, signer.partition(", head of ")[2] or signer, digest], Verified)
    package = catalogue.packages.get(found.act)
    if package is None or package.again is None:
        return found
    standing = package.again.standing(connection, found.case)
    return msgspec.structs.replace(found, stands=standing in (None, found.case) or found.outcome == "stands")


def content_of(reader: Reader, office: Office, case: int, document: str) -> tuple[bytes, str]:
    """A document of a case with its media type.

    Raises UnknownName for one that there is not, Refused where the person was erased, or where a receipt or
    a signed paper needs what is not set up here.
    """
    if document not in KINDS:
        raise UnknownName("document", document, f"there are {', '.join(KINDS)}")
    decision = _decision(reader, case)
    if document == "decision.json":
        return decision.document, KINDS[document]
    if document == "decision.p7s":
        return decision.signature, KINDS[document]
    if document == "receipt.json":
        return _receipt(office, decision), KINDS[document]
    found = _PAPER.fullmatch(document)
    assert found is not None
    pdf = _paper(reader, office, case, decision, found[2], dossier=found[1] == "dossier")
    return (_signed(office, decision, pdf, case) if found[3] else pdf), PDF


def _decision(reader: Reader, case: int) -> Decision:
    with reader.connection.transaction():
        row = reader.connection.execute(
            """SELECT coalesce(c.recipient, c.subject), c.step, c.procedure FROM decisions d
               JOIN cases c ON c.id = d.case_id WHERE d.case_id = %s""",
            (case,),
        ).fetchone()
    if row is None:
        raise UnknownName("decision", str(case), "the case has none yet")
    found = decisions_of(reader.connection, reader.vault, [case]).get(case)
    if found is None:
        raise Refused("The document was destroyed with the person's key.")
    person, step, procedure = row
    here = reader.catalogue.procedure(procedure).steps.get(step)
    reader.vault.reveal(
        [person], who=reader.who, purpose="read the decision", clause=here.clause.id if here else step,
        fields=("surname",),
    )  # fmt: skip
    return found


def _receipt(office: Office, decision: Decision) -> bytes:
    from qyzmet.exchange.receipts import receipt

    if office.roots is None:
        raise Refused("No receipts are given here: no root certificates are set. Set signing.roots.")
    return receipt(decision.document, decision.signature, office.roots())


def _paper(
    reader: Reader, office: Office, case: int, decision: Decision, language: str, *, dossier: bool
) -> bytes:
    from qyzmet.exchange.paper import Names, Part, paper

    file = read_file(
        reader.connection,
        reader.vault,
        reader.catalogue,
        case,
        who=reader.who,
        purpose="the decision on paper",
    )
    package = reader.catalogue.packages.get(file.act)
    said = msgspec.json.decode(decision.document)
    words = FactsInWords(file, language, reader.catalogue.calendar)
    authority = said["authority"].rpartition("/")[0]
    region = REGIONS.get(file.case.region, {}).get(language, file.case.region)
    names = Names(
        act=package.act.titles.get(language, "") if package else "",
        benefit=_title_of(reader.catalogue, said["benefit"], language),
        authority=f"{authority}, {region}",
        person=file.name,
        arithmetic=_arithmetic(reader, package, case, language),
        facts={name: words.name(name) for name in said["facts"]},
        values={name: words.value(fact["value"]) for name, fact in said["facts"].items()},
    )
    parts: list[Part] = []
    if dossier:
        lines = [
            (f"{local(line.at)} · {line.place} · {line.actor}", line.said, list(line.details))
            for line in tell(file, language, reader.catalogue.calendar)
        ]
        parts.append((_HAPPENED[language], lines))
    return paper(decision.document, decision.signer, language, office.site, names, parts)


def _arithmetic(reader: Reader, package: ActPackage | None, case: int, language: str) -> Sequence[str]:
    """How the sum was come to, in the paper's language; without it the paper has the decision's own lines."""
    if package is None or package.again is None:
        return ()
    reader.catalogue.refresh()
    history = History(reader.connection, reader.catalogue)
    for past in chain.from_iterable(
        past_decisions(reader.connection, reader.vault, reader.catalogue, [case])
    ):
        if past.case is not None and past.outcome == "appoint":
            with suppress(QyzmetError, KeyError):
                law = history.law(package, decided_at(past.case))
                return package.again.arithmetic(past.case, law, language)
    return ()


def _title_of(catalogue: Catalogue, code: str, language: str) -> str:
    number = catalogue.number_of.get(code)
    return code if number is None else in_language(catalogue.by_number[number].title, language, code)


def _signed(office: Office, decision: Decision, pdf: bytes, case: int) -> bytes:
    from qyzmet.exchange.heads import office_named_in
    from qyzmet.exchange.pdf import signed_pdf

    named = office_named_in(decision.document)
    if office.signer is None or named is None:
        raise Refused("Nobody signs papers here. Take the paper without a signature, or the receipt.")
    signer = office.signer()

    def sign(content: bytes) -> bytes:
        (done,) = signer.sign([ToSign(document=content, authority=named[0], region=named[1])])
        return done.signature

    digest = sha256(decision.document).hexdigest()
    return signed_pdf(pdf, sign, office.clock.now(), f"Decision {case}, SHA-256 {digest}")
