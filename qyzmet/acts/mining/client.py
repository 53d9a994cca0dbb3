"""The pool's side: sends a report to the API with signed requests (RFC 9421), piece by piece."""

from __future__ import annotations

import base64
import hashlib
import time
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from qyzmet.runtime.errors import BadValue, PartnerAway, Refused

PIECE = 4 << 20
_WITH_BODY = ("@method", "@path", "content-type", "content-digest", "idempotency-key")
_WITHOUT = ("@method", "@path", "@query")


class PoolClient:
    """Requests of one pool; `now` gives seconds since the epoch. Every POST bears a key, so that it may be repeated."""

    def __init__(
        self, key: Any, pool: str, http: httpx.Client, now: Callable[[], float] | None = None
    ) -> None:
        self._key, self._pool, self._http, self._now = key, pool, http, now or time.time

    def post(
        self, path: str, body: bytes, media_type: str = "application/json", key: str = ""
    ) -> dict[str, Any]:
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        headers = {
            "content-type": media_type, "content-digest": f"sha-256=:{digest}:",
            "idempotency-key": key or str(uuid.uuid4()),
        }  # fmt: skip
        headers |= self.signed("POST", path, headers, _WITH_BODY)
        return self._answer(self._http.post(path, content=body, headers=headers))

    def get(self, path: str, query: str = "") -> dict[str, Any]:
        headers = self.signed("GET", path, {"@query": f"?{query}"}, _WITHOUT)
        return self._answer(self._http.get(f"{path}?{query}" if query else path, headers=headers))

    def signed(
        self, method: str, path: str, values: Mapping[str, str], covered: tuple[str, ...]
    ) -> dict[str, str]:
        """The two headers of a signature over these components."""
        known = {"@method": method, "@path": path, **values}
        names = " ".join(f'"{name}"' for name in covered)
        said = f'({names});created={int(self._now())};keyid="{self._pool}"'
        base = "\n".join([*(f'"{name}": {known[name]}' for name in covered), f'"@signature-params": {said}'])
        signature = base64.b64encode(_signature(self._key, base.encode())).decode()
        return {"signature-input": f"sig={said}", "signature": f"sig=:{signature}:"}

    def _answer(self, response: httpx.Response) -> dict[str, Any]:
        if response.status_code >= 500:
            raise PartnerAway(f"The API answered {response.status_code}. Send the report again later.")
        if response.status_code >= 400:
            problem = response.json()
            raise Refused(f"{problem.get('title', 'Refused')}: {problem.get('detail', '')}")
        answer: dict[str, Any] = response.json()
        return answer


def send(
    url: str, key_file: Path, pool: str, month: str, file: Path | None, *, nil: bool = False, mends: str = ""
) -> dict[str, Any]:
    """Opens, sends, submits; returns the report's state. Raises Refused or PartnerAway."""
    try:
        key = load_pem_private_key(key_file.read_bytes(), None)
    except (ValueError, TypeError):
        raise BadValue(
            "--key", "is a private key as PEM without password", "Make one, for example with openssl."
        ) from None
    about = {"month": month, "nil": nil, "mends": mends, "file_name": file.name if file else ""}
    try:
        with httpx.Client(base_url=url, timeout=120, trust_env=False) as http:
            return _sent(PoolClient(key, pool, http), about, file)
    except httpx.TransportError as error:
        raise PartnerAway(
            f"The API did not answer ({type(error).__name__}). Send the report again later."
        ) from None


def _sent(client: PoolClient, about: dict[str, Any], file: Path | None) -> dict[str, Any]:
    draft = client.post("/api/v1/mining/reports", msgspec.json.encode(about))["report"]
    if file is not None:
        with file.open("rb") as content:
            for number, piece in enumerate(iter(lambda: content.read(PIECE), b""), start=1):
                client.post(
                    f"/api/v1/mining/reports/{draft}/pieces/{number}", piece, "application/octet-stream"
                )
    return client.post(f"/api/v1/mining/reports/{draft}/submit", b"{}")


def _signature(key: Any, base: bytes) -> bytes:
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return key.sign(base)
    if isinstance(key, ec.EllipticCurvePrivateKey):
        first, second = decode_dss_signature(key.sign(base, ec.ECDSA(hashes.SHA256())))
        return first.to_bytes(32) + second.to_bytes(32)
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(base, padding.PKCS1v15(), hashes.SHA256())
    raise BadValue("--key", "is an Ed25519, P-256 or RSA key", "Make one, for example with openssl.")
