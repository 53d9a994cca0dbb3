"""Who sent a request: by our own signer by the book, and by another maker's library."""

from __future__ import annotations

import base64
import hashlib
import uuid
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import http_message_signatures as other
import httpx
import msgspec
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from http_message_signatures import algorithms

from qyzmet.runtime.errors import BadValue
from qyzmet.web.app import Site
from qyzmet.web.senders import SenderKey, read_senders
from tests.web.conftest import AWARDS, BIRTHS, Api, birth, running, signed

BODY = msgspec.json.encode({"events": [birth(1)]})


def refused(answer: httpx.Response, status: int, kind: str) -> str:
    """The rule that is said, of a problem of this kind; nothing was taken."""
    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (status, f"urn:qyzmet:problem:{kind}"), problem
    assert answer.headers["content-type"] == "application/problem+json"
    return str(problem["rule"])


def test_what_is_not_signed_right_is_not_taken(api: Api) -> None:
    def rule(**changed: str) -> str:
        answer = api.send(BODY, **changed)
        assert answer.headers["www-authenticate"].startswith("Signature")
        return refused(answer, 401, "signature")

    assert "missing" in rule(drop="Signature")
    assert "missing" in rule(drop="Signature-Input")
    assert "missing" in rule(signature="sig1=?0")
    assert "missing" in rule(signature="sig2=:AAAA:")
    assert "does not hold" in rule(signature=f"sig1=:{base64.b64encode(bytes(64)).decode()}:")
    assert "does not hold" in rule(idempotency_key=str(uuid.uuid4()))
    assert "no sender" in rule(signature_input='sig1=("@method");created=1;keyid="somebody"')
    covered = ("@method", "@path", "content-type", "content-digest")
    path = f"/api/v1/events/{BIRTHS}"
    headers = api.headers(path, BODY)
    headers |= signed("POST", path, headers, covered, BIRTHS, api.clock.now())
    answer = api.http.post(path, content=BODY, headers=headers)
    assert refused(answer, 401, "signature") == "the signature does not cover idempotency-key"
    assert api.count("registry_events") == 0


def test_a_signature_is_taken_for_five_minutes_around(api: Api) -> None:
    path = f"/api/v1/events/{BIRTHS}"
    covered = ("@method", "@path", "content-type", "content-digest", "idempotency-key")
    for minutes, status in ((-6, 401), (-4, 200), (4, 200), (6, 401)):
        headers = api.headers(path, BODY)
        at = api.clock.now() + timedelta(minutes=minutes)
        headers |= signed("POST", path, headers, covered, BIRTHS, at)
        answer = api.http.post(path, content=BODY, headers=headers)
        assert answer.status_code == status
        if status == 401:
            assert "s are taken" in refused(answer, 401, "signature")


def test_a_signature_that_says_it_has_expired_is_not_taken(api: Api) -> None:
    path = f"/api/v1/events/{BIRTHS}"
    covered = ("@method", "@path", "content-type", "content-digest", "idempotency-key")
    headers = api.headers(path, BODY)
    expires = f";expires={int(api.clock.now().timestamp()) - 1}"
    headers |= signed("POST", path, headers, covered, BIRTHS, api.clock.now(), parameters=expires)
    assert "expired" in refused(api.http.post(path, content=BODY, headers=headers), 401, "signature")


def test_another_body_under_the_same_headers_is_not_taken(api: Api) -> None:
    headers = api.headers(f"/api/v1/events/{BIRTHS}", BODY)
    changed = BODY.replace(b'"order":4', b'"order":5')
    answer = api.http.post(f"/api/v1/events/{BIRTHS}", content=changed, headers=headers)
    refused(answer, 400, "digest")
    headers.pop("Content-Digest")
    answer = api.http.post(f"/api/v1/events/{BIRTHS}", content=BODY, headers=headers)
    refused(answer, 400, "digest")


def test_a_request_replayed_word_for_word_gets_its_answer_and_does_nothing(api: Api) -> None:
    path = f"/api/v1/events/{BIRTHS}"
    headers = api.headers(path, BODY)
    first = api.http.post(path, content=BODY, headers=headers)
    again = api.http.post(path, content=BODY, headers=headers)
    assert again.content == first.content
    assert again.headers["idempotency-replayed"] == "true"
    api.clock.advance(timedelta(minutes=6))
    refused(api.http.post(path, content=BODY, headers=headers), 401, "signature")
    elsewhere = api.http.post(f"/api/v1/events/{AWARDS}", content=BODY, headers=headers)
    refused(elsewhere, 401, "signature")


def test_one_source_cannot_speak_for_another(api: Api) -> None:
    path = f"/api/v1/events/{AWARDS}"
    headers = api.headers(path, BODY, source=BIRTHS)
    answer = api.http.post(path, content=BODY, headers=headers)
    assert "sign for individuals_db/births alone" in refused(answer, 403, "other-source")


PRIVATE: dict[str, Any] = {
    "ed25519": (algorithms.ED25519, ed25519.Ed25519PrivateKey.generate()),
    "ecdsa-p256-sha256": (algorithms.ECDSA_P256_SHA256, ec.generate_private_key(ec.SECP256R1())),
    "rsa-v1_5-sha256": (algorithms.RSA_V1_5_SHA256, rsa.generate_private_key(65537, 2048)),
    "rsa-pss-sha512": (algorithms.RSA_PSS_SHA512, rsa.generate_private_key(65537, 2048)),
}


class _Keys(other.HTTPSignatureKeyResolver):
    def __init__(self, key: Any) -> None:
        self._key = key

    def resolve_private_key(self, key_id: str) -> Any:
        return self._key

    def resolve_public_key(self, key_id: str) -> Any:
        return self._key.public_key()


def test_signatures_of_another_maker_hold_with_every_algorithm(site: Site, api: Api) -> None:
    path = f"/api/v1/events/{BIRTHS}"
    both = [SenderKey(key.public_key()) for _, key in PRIVATE.values()]
    with running(replace(site, senders={BIRTHS: both})) as url:
        for number, (name, (algorithm, key)) in enumerate(PRIVATE.items(), 1):
            body = msgspec.json.encode({"events": [birth(number)]})
            digest = base64.b64encode(hashlib.sha512(body).digest()).decode()
            request = httpx.Request(
                "POST", url + path, content=body,
                headers={
                    "Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4()),
                    "Content-Digest": f"sha-512=:{digest}:",
                },
            )  # fmt: skip
            signer = other.HTTPMessageSigner(signature_algorithm=algorithm, key_resolver=_Keys(key))
            signer.sign(
                request, key_id=BIRTHS, created=api.clock.now(), use_existing_digest=True,
                covered_component_ids=(
                    "@method", "@authority", "@path", "content-type", "content-digest", "idempotency-key",
                ),
            )  # fmt: skip
            answer = api.http.send(request)
            assert answer.status_code == 200, (name, answer.text)


def test_files_of_keys_are_read_when_the_program_starts(tmp_path: Path) -> None:
    def pem(public: Any) -> bytes:
        return bytes(
            public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        )

    def read(content: bytes, source: str = BIRTHS) -> int:
        file = tmp_path / "key.pem"
        file.write_bytes(content)
        return len(read_senders({source: file}, [BIRTHS])[source])

    good = pem(PRIVATE["ed25519"][1].public_key())
    assert read(good + pem(PRIVATE["rsa-pss-sha512"][1].public_key())) == 2
    private = PRIVATE["ed25519"][1].private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    for content, said in (
        (b"", "no public key"),
        (private, "block PRIVATE KEY"),
        (pem(rsa.generate_private_key(65537, 1024).public_key()), "1024 bits"),
        (pem(ec.generate_private_key(ec.SECP384R1()).public_key()), "secp384r1"),
        (pem(ed25519.Ed25519PrivateKey.generate().public_key()).replace(b"M", b"A"), "does not read"),
    ):
        with pytest.raises(BadValue, match=said):
            read(content)
    with pytest.raises(BadValue, match="no installed act"):
        read(good, "somebody/else")
    with pytest.raises(BadValue, match="cannot be read"):
        read_senders({BIRTHS: tmp_path / "nowhere"}, [BIRTHS])
