"""Sign-in by OpenID Connect against any provider: code flow with PKCE, state and nonce, each used once.

The provider tells who somebody is by these claims: `sub`; `qyzmet_roles` (a list), `qyzmet_regions` (a list
or "all"), `iin` for citizens and `bin` for who acts for an organisation. Unknown roles are left out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Any

import httpx
from authlib.common.security import generate_token
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from qyzmet.cases.rows import Connection
from qyzmet.people.identifiers import is_iin
from qyzmet.people.regions import REGIONS
from qyzmet.people.vault import Vault
from qyzmet.runtime.errors import PartnerAway, PartnerNonsense
from qyzmet.runtime.tls import trusted
from qyzmet.web.problem import Failed
from qyzmet.web.sessions import id_of
from qyzmet.web.users import User

SCOPE = "openid profile qyzmet"
_ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
_LEEWAY_SECONDS = 60


@dataclass
class Provider:
    """A provider as the settings name it. Its tokens hold by the real time, by no clock of ours."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    _found: dict[str, Any] = field(default_factory=dict, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def authorise(self, connection: Connection, redirect: str, then: str, now: datetime) -> tuple[str, str]:
        """The address at the provider to which the browser goes, and the state that it brings back."""
        verifier, nonce, state = generate_token(64), generate_token(32), generate_token(32)
        address = prepare_grant_uri(
            self._metadata()["authorization_endpoint"], self.client_id, "code", redirect, SCOPE, state,
            nonce=nonce, code_challenge=create_s256_code_challenge(verifier), code_challenge_method="S256",
        )  # fmt: skip
        kept = json.dumps({"verifier": verifier, "nonce": nonce, "redirect": redirect, "then": then})
        with connection.transaction():
            connection.execute("INSERT INTO web_signins VALUES (%s, %s, %s)", (id_of(state), kept, now))
        return str(address), state

    def claims(
        self, connection: Connection, state: str, code: str, now: datetime
    ) -> tuple[Mapping[str, Any], str]:
        """What the provider says of who came back, and where they wanted to go. Raises Failed."""
        with connection.transaction():
            row = connection.execute(
                "DELETE FROM web_signins WHERE state = %s RETURNING kept", (id_of(state),)
            ).fetchone()
        if row is None:
            raise _again("the sign-in was begun here and is ended once, within an hour")
        kept = row[0]
        token = self._exchanged(code, kept)
        return self._checked(token.get("id_token", ""), kept["nonce"], now), kept["then"]

    def _checked(self, token: str, nonce: str, now: datetime) -> Mapping[str, Any]:
        registry = jwt.JWTClaimsRegistry(
            now=int(now.timestamp()), leeway=_LEEWAY_SECONDS,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self.client_id},
            exp={"essential": True}, sub={"essential": True}, nonce={"essential": True, "value": nonce},
        )  # fmt: skip
        try:
            decoded = jwt.decode(token, self._keys(), algorithms=_ALGORITHMS)
            registry.validate(decoded.claims)
        except (JoseError, ValueError) as error:
            raise _again(
                "the provider's token is signed by it, for us, for this sign-in and still holds"
            ) from error
        return decoded.claims

    def _exchanged(self, code: str, kept: Mapping[str, str]) -> Mapping[str, Any]:
        """The provider's token for a code."""
        sent = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": kept["redirect"],
            "code_verifier": kept["verifier"], "client_id": self.client_id,
        }  # fmt: skip
        secret = (self.client_id, self.client_secret) if self.client_secret else None
        try:
            answer = httpx.post(
                self._metadata()["token_endpoint"], data=sent, auth=secret, timeout=10, trust_env=False,
                verify=trusted(),
            )  # fmt: skip
            found = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise PartnerAway(f"the sign-in provider does not answer: {type(error).__name__}") from error
        if answer.status_code != 200 or not isinstance(found, dict):
            raise _again("the provider confirms the sign-in")
        return found

    def _metadata(self) -> dict[str, Any]:
        with self._lock:
            if "metadata" not in self._found:
                found = _get(f"{self.issuer}/.well-known/openid-configuration")
                if found.get("issuer") != self.issuer:
                    raise PartnerNonsense(
                        "the sign-in provider calls itself by another name than the settings do"
                    )
                self._found["metadata"] = found
            metadata: dict[str, Any] = self._found["metadata"]
            return metadata

    def _keys(self) -> KeySet:
        """Asked anew for every sign-in: providers change their keys."""
        return KeySet.import_key_set(_get(self._metadata()["jwks_uri"]))  # type: ignore[arg-type]


def user_from(claims: Mapping[str, Any], roles: Mapping[str, Any], vault: Vault) -> User:
    """A user from a provider's claims. Raises Failed where somebody has no role here."""
    issuer, name = str(claims["iss"]), str(claims["sub"])
    found = claims.get("qyzmet_roles")
    mine = frozenset(role for role in found if role in roles) if isinstance(found, list) else frozenset[str]()
    mine -= {"citizen"}  # who is not told by an IIN is nobody's own person here
    subject = None
    if claims.get("iin"):
        if not is_iin(str(claims["iin"])):
            raise PartnerNonsense("the sign-in provider sent an IIN that is none")
        subject = vault.subjects_for([str(claims["iin"])])[0]
        mine |= {"citizen"}
    if not mine:
        raise Failed(
            403, "no-role", "You have no role here", "a person who signs in has at least one role of Qyzmet",
            "Ask whoever keeps the sign-in provider to give you one",
        )  # fmt: skip
    regions = claims.get("qyzmet_regions")
    seen = None if regions == "all" else frozenset(str(r) for r in regions or () if str(r) in REGIONS)
    # The provider's own name may be an IIN or an address; ours names nobody.
    short = hashlib.sha256(f"{issuer} {name}".encode()).hexdigest()[:16]
    shown = str(claims.get("qyzmet_name") or "") if subject is None else ""
    return User(_shown_id(claims, short), shown, mine, seen, subject, str(claims.get("bin") or ""))


def _shown_id(claims: Mapping[str, Any], short: str) -> str:
    """What stands in the ledger for an official: the staff number where the provider has one."""
    number = str(claims.get("qyzmet_staff_number") or "")
    return number if 0 < len(number) <= 40 and number.isprintable() and not claims.get("iin") else short


def _get(address: str) -> dict[str, Any]:
    try:
        found = httpx.get(address, timeout=10, trust_env=False, verify=trusted()).raise_for_status().json()
    except (httpx.HTTPError, ValueError) as error:
        raise PartnerAway(f"the sign-in provider does not answer: {type(error).__name__}") from error
    if not isinstance(found, dict):
        raise PartnerNonsense("the sign-in provider answers with something else than it should")
    return found


def _again(rule: str) -> Failed:
    return Failed(400, "sign-in", "Signing in did not work", rule, "Begin again")
