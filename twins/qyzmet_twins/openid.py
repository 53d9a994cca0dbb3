"""An OpenID Connect provider for trying things: whoever comes chooses who they are. Never for real people.

Code flow with PKCE, discovery, keys; addresses of this machine alone are sent back to.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import urlencode, urlsplit

import msgspec
from joserfc import jwt
from joserfc.jwk import RSAKey
from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler

from qyzmet_twins.outside import Outside

_HOLDS_SECONDS = 300
#: Long, so that tests may turn the clock of sessions.
_TOKEN_SECONDS = 12 * 3600
_KEPT = ("client_id", "redirect_uri", "state", "nonce", "code_challenge")


class Persona(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody to be: roles and regions as the provider tells them ("all": every region)."""

    sub: str
    name: str
    about: str
    roles: list[str]
    regions: list[str] | str = "all"
    bin: str = ""


#: The kernel's roles; acts' roles may be typed on the page, or get a row here.
PERSONAS: Sequence[Persona] = (
    Persona(
        sub="officer-75",
        name="Айгүл Сейітқызы",
        about="officer, Almaty city",
        roles=["officer"],
        regions=["75"],
    ),
    Persona(
        sub="officer-71",
        name="Ерлан Болатұлы",
        about="officer, Astana city",
        roles=["officer"],
        regions=["71"],
    ),
    Persona(sub="officer-all", name="Мәдина Қайратқызы", about="officer, all regions", roles=["officer"]),
    Persona(
        sub="head-75",
        name="Нұрлан Ахметұлы",
        about="head who signs, Almaty city",
        roles=["head"],
        regions=["75"],
    ),
    Persona(sub="head-all", name="Гүлнәр Ибрайқызы", about="head who signs, all regions", roles=["head"]),
    Persona(sub="clerk-all", name="Әсел Маратқызы", about="State Corporation clerk", roles=["clerk"]),
    Persona(
        sub="driving-police", name="Серік Әлібек", about="administrative police", roles=["driving.police"]
    ),
    Persona(sub="driving-exams", name="Жанна Ли", about="exam centre operator", roles=["driving.exams"]),
    Persona(sub="driving-psc", name="Дина Омар", about="PSC operator", roles=["driving.psc"]),
    Persona(sub="driving-printing", name="Ринат Ким", about="printing centre", roles=["driving.printing"]),
    Persona(
        sub="driving-oversight", name="Марат Досжан", about="police directorate", roles=["driving.oversight"]
    ),
    Persona(sub="analyst", name="Тимур Жақсылық", about="SDU analyst", roles=["analyst"]),
    Persona(sub="auditor", name="Ольга Ким", about="auditor", roles=["auditor"]),
    Persona(
        sub="mining-officer",
        name="Сәуле Тұрсын",
        about="revenue officer, mining reports",
        roles=["mining.officer"],
    ),
    Persona(
        sub="mining-pool",
        name="«Пул» ЖШС",
        about="mining pool's representative",
        roles=["mining.pool"],
        bin="180540000101",
    ),
    Persona(
        sub="administrator", name="Данияр Оспанов", about="administrator, operator", roles=["administrator"]
    ),
)


def openid_handlers(outside: Outside, personas: Sequence[Persona] = PERSONAS) -> Sequence[HTTPRouteHandler]:
    """The provider, under /openid."""
    key = RSAKey.generate_key(2048, parameters={"kid": secrets.token_hex(8), "use": "sig", "alg": "RS256"})
    codes: dict[str, dict[str, Any]] = {}
    by_name = {persona.sub: persona for persona in personas}

    @get("/openid/.well-known/openid-configuration", sync_to_thread=False)
    def configuration(request: Request[Any, Any, Any]) -> dict[str, Any]:
        issuer = _issuer(request)
        return {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "jwks_uri": f"{issuer}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }

    @get("/openid/keys", sync_to_thread=False)
    def keys() -> dict[str, Any]:
        return {"keys": [key.as_dict(private=False)]}

    @get("/openid/authorize", sync_to_thread=False)
    def authorise(request: Request[Any, Any, Any]) -> Response[str]:
        asked = {name: request.query_params.get(name, "") for name in _KEPT}
        if not _on_this_machine(asked["redirect_uri"]):
            return Response("Only addresses of this machine are sent back to.", status_code=400)
        return Response(_page(asked, personas, _citizens(outside)), media_type="text/html; charset=utf-8")

    @post("/openid/choose")
    async def choose(request: Request[Any, Any, Any]) -> Response[bytes]:
        form = {name: str(value) for name, value in (await request.form()).items()}
        asked = {name: form.get(name, "") for name in _KEPT}
        if not _on_this_machine(asked["redirect_uri"]):
            return Response(b"", status_code=400)
        code = secrets.token_urlsafe(32)
        codes[code] = {**asked, "who": _who(form, by_name), "until": time.time() + _HOLDS_SECONDS}
        back = f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"
        return Response(b"", status_code=303, headers={"Location": back})

    @post("/openid/token", status_code=200)
    async def token(request: Request[Any, Any, Any]) -> Response[dict[str, Any]]:
        form = {name: str(value) for name, value in (await request.form()).items()}
        given = codes.pop(form.get("code", ""), None)
        verifier = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).rstrip(b"=").decode()
        if given is None or given["until"] < time.time() or given["code_challenge"] != challenge:
            return Response({"error": "invalid_grant"}, status_code=400)
        now = int(time.time())
        claims = {
            "iss": _issuer(request), "aud": given["client_id"], "iat": now, "exp": now + _TOKEN_SECONDS,
            "nonce": given["nonce"], **given["who"],
        }  # fmt: skip
        signed = jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key)
        return Response(
            {"access_token": secrets.token_urlsafe(16), "token_type": "Bearer", "id_token": signed}
        )

    return [configuration, keys, authorise, choose, token]


def _who(form: Mapping[str, str], by_name: Mapping[str, Persona]) -> dict[str, Any]:
    """The claims of whoever was chosen: a persona, a citizen, or roles that were typed."""
    if iin := form.get("iin", "").strip():
        return {
            "sub": f"iin-{hashlib.sha256(iin.encode()).hexdigest()[:12]}",
            "iin": iin,
            "qyzmet_roles": ["citizen"],
        }
    persona = by_name.get(form.get("persona", ""))
    if persona is None:
        regions = form.get("regions", "").split()
        persona = Persona(
            sub=form.get("sub", "").strip() or "somebody", name=form.get("sub", "") or "Somebody", about="",
            roles=form.get("roles", "").split(), regions=regions or "all", bin=form.get("bin", "").strip(),
        )  # fmt: skip
    return {
        "sub": persona.sub, "qyzmet_name": persona.name, "qyzmet_staff_number": persona.sub,
        "qyzmet_roles": persona.roles, "qyzmet_regions": persona.regions, "bin": persona.bin,
    }  # fmt: skip


def _citizens(outside: Outside) -> list[str]:
    """IINs of some citizens who received an SMS."""
    owners = (outside.world.owners(phone) for phone in outside.citizens.phones()[:12])
    return [found[0] for found in owners if found]


def _issuer(request: Request[Any, Any, Any]) -> str:
    return f"http://{request.headers.get('host', '127.0.0.1')}/openid"


def _on_this_machine(address: str) -> bool:
    return urlsplit(address).hostname in ("127.0.0.1", "localhost", "::1")


def _page(asked: Mapping[str, str], personas: Sequence[Persona], citizens: Sequence[str]) -> str:
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in asked.items()
    )

    def form(inner: str) -> str:
        return f'<form method="post" action="/openid/choose">{hidden}{inner}</form>'

    people = "".join(
        form(
            f'<button name="persona" value="{escape(p.sub)}"><b>{escape(p.name)}</b><br>{escape(p.about)}</button>'
        )
        for p in personas
    )
    some = "".join(
        form(f'<button name="iin" value="{escape(iin)}">citizen {escape(iin)}</button>') for iin in citizens
    )
    typed = form(
        '<label>IIN of any citizen <input name="iin" inputmode="numeric" maxlength="12"></label> <button>Go on</button>'
    )
    free = form(
        '<label>Name <input name="sub"></label> <label>Roles <input name="roles"></label> '
        '<label>Regions <input name="regions" placeholder="all"></label> '
        '<label>BIN <input name="bin" maxlength="12"></label> <button>Go on</button>'
    )
    return (
        '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Who are you? (for trying things)</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<style>body{font:1rem/1.5 sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}form{display:inline-block;"
        "margin:.3rem}button{font:inherit;padding:.5rem 1rem;text-align:left;cursor:pointer}</style>"
        "<h1>Who are you?</h1><p>A sign-in service for trying things: choose whom to be.</p>"
        f"<h2>Officials</h2>{people}<h2>Citizens who got an SMS</h2>{some}<h2>Any citizen</h2>{typed}"
        f"<h2>Any roles</h2>{free}</html>"
    )
