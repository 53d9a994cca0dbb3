"""Checks a decision receipt offline: `python receipt_verifier.py RECEIPT ROOT.crt [HEADS.json]`.

Exit code 0: genuine; 1: forged; 2: wrong use. HEADS.json is the installation's list of who signs for which
office; with it the signer is also checked against the office that the decision names.

This one file is published so that anybody can check what was decided: it needs Python, `cryptography` and
`asn1crypto`, no network and no part of Qyzmet. A receipt is canonical JSON with five members: `receipt`
(1), `installation` (SHA-256 of the root certificate it was issued under), `document` (the decision, itself
canonical JSON, as text), `signer` (digest and number of the certificate that signed) and `signature`
(base64 of a detached CMS, perhaps with a timestamp).
"""

from __future__ import annotations

import base64
import json
import sys
import warnings
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import new as hash_of
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from asn1crypto import cms, core, tsp
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

MEMBERS = {"receipt", "installation", "document", "signer", "signature"}
DECISION = {
    "decision", "act", "law", "benefit", "case", "recipient", "outcome", "amount_tiyn", "currency",
    "arithmetic", "figures", "law_on", "decided_at", "authority", "official", "clauses", "facts", "policies",
}  # fmt: skip
HASHES: dict[str, HashAlgorithm] = {"sha256": SHA256(), "sha384": SHA384(), "sha512": SHA512()}
NULL = b"\x05\x00"  #: what the parameters of an algorithm are, where there are any
KAZAKHSTAN = ZoneInfo("Asia/Almaty")
SKEW = timedelta(minutes=5)  #: how far the clocks of signer, decision and timestamp may be apart


class Forged(Exception):
    """The receipt does not count, and why."""


def canonical(value: object) -> str:
    """The one way to write a JSON value: members in order, no spaces, no escapes that need not be."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def verify(
    receipt: bytes, roots: Sequence[x509.Certificate], heads: Sequence[Mapping[str, str]] | None = None
) -> dict[str, Any]:
    """The decision, once everything holds. Raises Forged, naming what does not.

    `heads` are rows with `authority`, `region`, `office` (the BIN in the certificate) and, where they are
    limited, `certificate`, `from` and `until`.
    """
    try:
        return _verify(receipt, roots, heads)
    except Forged:
        raise
    except InvalidSignature:
        raise Forged("the signature is not by the key of the certificate") from None
    except Exception as error:  # whatever a malformed receipt makes a parser say
        raise Forged(f"it cannot be read: {type(error).__name__}") from None


def _verify(
    receipt: bytes, roots: Sequence[x509.Certificate], heads: Sequence[Mapping[str, str]] | None
) -> dict[str, Any]:
    content = _json(receipt.decode(), "receipt")
    if set(content) != MEMBERS or content["receipt"] != 1 or type(content["receipt"]) is not int:
        raise Forged("it is not a receipt of version 1: other members")
    root = next((one for one in roots if fingerprint(one) == content["installation"]), None)
    if root is None:
        raise Forged("it is from another installation, whose root certificate is not among those trusted")
    decision = _json(content["document"], "decision")
    signature = base64.b64decode(content["signature"], validate=True)
    if base64.b64encode(signature).decode() != content["signature"]:
        raise Forged("the signature is not written in canonical base64")
    signer, signed_at = _signed(signature, content["document"].encode(), root)
    if name_of(signer) != content["signer"]:
        raise Forged("it names another signer than its certificate does")
    _must_make_sense(decision, signed_at)
    if heads is not None:
        _must_be_of_office(signer, decision, heads)
    return decision


def _json(text: str, what: str) -> dict[str, Any]:
    value = json.loads(text)
    if not isinstance(value, dict) or canonical(value) != text:
        raise Forged(f"the {what} is not canonical JSON")
    return value


def _must_make_sense(decision: dict[str, Any], signed_at: datetime) -> None:
    """What the decision says of itself must fit together, whoever signed it."""
    if missing := DECISION - set(decision):
        raise Forged(f"the decision lacks {', '.join(sorted(missing))}")
    outcome, tiyn = decision["outcome"], decision["amount_tiyn"]
    if type(tiyn) is not int or outcome not in ("appoint", "refuse", "stands"):
        raise Forged("the decision has no outcome or amount that can be")
    if tiyn < 0 or (outcome == "appoint") != (tiyn > 0):
        raise Forged("amount and outcome of the decision contradict each other")
    decided = datetime.fromisoformat(decision["decided_at"])
    if abs(signed_at - decided) > SKEW:
        raise Forged("it was signed at another time than the decision says")
    for name, fact in decision["facts"].items():
        if datetime.fromisoformat(fact["learnt"]) > decided + SKEW:
            raise Forged(f"the decision rests on {name}, which was learnt later")


def _must_be_of_office(
    signer: x509.Certificate, decision: dict[str, Any], heads: Sequence[Mapping[str, str]]
) -> None:
    """The signer's certificate names the office in whose name it was decided, on that day."""
    authority, _, region = decision["authority"].rpartition("/")
    named = [
        str(one.value) for one in signer.subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)
    ]
    day = datetime.fromisoformat(decision["decided_at"]).astimezone(KAZAKHSTAN).date().isoformat()
    for row in heads:
        if (row["authority"], row["region"]) != (authority, region) or row.get("office") not in named:
            continue
        own = row.get("certificate") in (None, "", f"{signer.serial_number:X}")
        if own and (row.get("from") or day) <= day <= (row.get("until") or day):
            return
    raise Forged(f"the signer is not the head of {decision['authority']}, in whose name it was decided")


def _signed(signature: bytes, document: bytes, root: x509.Certificate) -> tuple[x509.Certificate, datetime]:
    data = cms.ContentInfo.load(signature, strict=True)["content"]
    (signer,) = data["signer_infos"]
    tokens = _tokens(signer)
    _must_be_plain(data, signer, "v1", "data")
    if data["encap_content_info"]["content"].native is not None:
        raise Forged("the signature is not a detached one")
    certificate, found = _certificates(data, signer)
    attributes = _check(signer, certificate, document, "data")
    at: datetime = attributes["signing_time"]
    _chain(certificate, found, root, at)
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    if not usage.digital_signature:
        raise Forged("the certificate is not one to sign with")
    for token in tokens:
        stamped = _stamped(token, signer["signature"].native, root)
        if abs(stamped - at) > SKEW:
            raise Forged("the timestamp is of another time")
    return certificate, at


def _must_be_plain(data: Any, signer: Any, version: str, kind: str) -> None:
    """What no signature covers has one way only to be written: nothing of it can be changed unseen."""
    inside = data["encap_content_info"]["content_type"].native
    if [data["version"].native, signer["version"].native, inside] != [version, "v1", kind]:
        raise Forged("the signature is another kind of CMS")
    whole = [(part, b"".join(part[name].dump() for name, *_ in part._fields)) for part in (data, signer)]
    if any(part.contents != known for part, known in whole) or not isinstance(data["crls"], core.Void):
        raise Forged("something was added to the signature")
    algorithms = [*data["digest_algorithms"], signer["digest_algorithm"], signer["signature_algorithm"]]
    if any(one["parameters"].dump() not in (b"", NULL) for one in algorithms):
        raise Forged("the signature has an algorithm with parameters")
    if len(algorithms) != 3 or algorithms[0]["algorithm"].native != algorithms[1]["algorithm"].native:
        raise Forged("the signature names other digests than its own")
    if signer["signature_algorithm"].signature_algo not in ("rsassa_pkcs1v15", "ecdsa"):
        raise Forged("the signature is by an algorithm that is not read here")


def _certificates(data: Any, signer: Any) -> tuple[x509.Certificate, list[x509.Certificate]]:
    """That of the signer, and all that the signature brings."""
    if any(one.chosen["signature_value"].contents[:1] != b"\x00" for one in data["certificates"]):
        raise Forged("the signature of a certificate has unused bits")
    found = [x509.load_der_x509_certificate(one.chosen.dump()) for one in data["certificates"]]
    named = signer["sid"].chosen
    issuer, number = named["issuer"].dump(), named["serial_number"].native
    for one in found:
        if (one.issuer.public_bytes(), one.serial_number) == (issuer, number):
            return one, found
    raise Forged("the certificate of the signer is not there")


def _check(signer: Any, certificate: x509.Certificate, document: bytes, kind: str) -> dict[str, Any]:
    """The signed attributes, once the signature over them and the digest in them hold."""
    signed = b"\x31" + signer["signed_attrs"].dump()[1:]
    algorithm = HASHES[signer["digest_algorithm"]["algorithm"].native]
    key = certificate.public_key()
    value = signer["signature"].native
    if isinstance(key, rsa.RSAPublicKey):
        key.verify(value, signed, padding.PKCS1v15(), algorithm)
    else:  # another kind of key than this does not sign so, and is refused as unreadable
        assert isinstance(key, ec.EllipticCurvePublicKey)
        key.verify(value, signed, ec.ECDSA(algorithm))
    attributes = {item["type"].native: item["values"].native[0] for item in signer["signed_attrs"]}
    if attributes.get("content_type") != kind:
        raise Forged("the signature is of another kind of content")
    if attributes.get("message_digest") != hash_of(algorithm.name, document).digest():
        raise Forged("the document was changed after it was signed")
    return attributes


def _chain(
    certificate: x509.Certificate, found: list[x509.Certificate], root: x509.Certificate, at: datetime
) -> None:
    """From the certificate to the root, each valid at that moment and each issuer a centre."""
    used = {certificate}
    for _ in range(8):
        if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
            raise Forged("a certificate was not valid when it was signed")
        if certificate == root:
            if set(found) - used:
                raise Forged("it brings a certificate that has no part in it")
            return
        for issuer in (root, *found):
            if issuer.subject == certificate.issuer and issuer != certificate:
                break
        else:
            raise Forged("the certificate does not lead to the trusted root")
        certificate.verify_directly_issued_by(issuer)
        if not issuer.extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
            raise Forged("a certificate was issued by one that is no centre")
        certificate = issuer
        used.add(certificate)
    raise Forged("the chain of certificates is too long")


def _tokens(signer: Any) -> list[bytes]:
    if isinstance(signer["unsigned_attrs"], core.Void):
        return []
    found = []
    for item in signer["unsigned_attrs"]:
        if item["type"].native != "signature_time_stamp_token":
            raise Forged("something was added to the signature")
        found += [value.dump() for value in item["values"]]
    return found


def _stamped(token: bytes, value: bytes, root: x509.Certificate) -> datetime:
    data = cms.ContentInfo.load(token, strict=True)["content"]
    written = bytes(data["encap_content_info"]["content"])
    info = tsp.TSTInfo.load(written, strict=True)
    imprint = info["message_imprint"]
    algorithm = HASHES[imprint["hash_algorithm"]["algorithm"].native]
    if imprint["hashed_message"].native != hash_of(algorithm.name, value).digest():
        raise Forged("the timestamp is of something else")
    (signer,) = data["signer_infos"]
    _must_be_plain(data, signer, "v3", "tst_info")
    if _tokens(signer):
        raise Forged("something was added to the timestamp")
    certificate, found = _certificates(data, signer)
    _check(signer, certificate, written, "tst_info")
    at: datetime = info["gen_time"].native
    _chain(certificate, found, root, at)
    uses = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    if list(uses.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        raise Forged("the timestamp is not by an authority for timestamps")
    return at


def fingerprint(certificate: x509.Certificate) -> str:
    """Names an installation: SHA-256 of its root certificate, in hexadecimal."""
    return hash_of("sha256", certificate.public_bytes(Encoding.DER)).hexdigest()


def name_of(certificate: x509.Certificate) -> str:
    """The signer as a receipt names it: SHA-256 of the certificate and its number, both hexadecimal."""
    return f"{fingerprint(certificate)}:{certificate.serial_number:X}"


def main(words: list[str]) -> int:
    """Says whether the receipt is genuine, and what was decided. 0 genuine, 1 forged, 2 wrong use."""
    warnings.simplefilter("error", CryptographyDeprecationWarning)  # a certificate that is only tolerated
    if len(words) not in (2, 3):
        print("Use: python receipt_verifier.py RECEIPT ROOT.crt [HEADS.json]", file=sys.stderr)
        return 2
    try:
        roots = x509.load_pem_x509_certificates(Path(words[1]).read_bytes())
        heads = json.loads(Path(words[2]).read_text("utf-8")) if len(words) == 3 else None
        decision = verify(Path(words[0]).read_bytes(), roots, heads)
    except Forged as forged:
        print(f"The receipt does NOT count: {forged}.")
        return 1
    except (OSError, ValueError) as error:
        print(f"A file cannot be read: {error}", file=sys.stderr)
        return 2
    tiyn = decision["amount_tiyn"]
    print(f"The receipt is genuine: case {decision['case']}, {decision['benefit']}, {decision['outcome']}.")
    print(f"Decided at {decision['decided_at']}; {tiyn // 100}.{tiyn % 100:02} {decision['currency']}.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
