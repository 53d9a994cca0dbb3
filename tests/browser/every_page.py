"""Every page that there is: its address with real values filled in, and whose it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from selectolax.lexbor import LexborHTMLParser

from qyzmet.cases.package import packages
from qyzmet.runtime.clock import SystemClock
from qyzmet.web.app import Site, litestar
from qyzmet.web.assets import Assets
from qyzmet.web.permissions import PUBLIC, SIGNED_IN, Permissions
from qyzmet.web.site import installed_sites

NOBODY, OFFICIAL, CITIZEN = "nobody", "official", "citizen"
#: Files, pictures, and what answers with another address.
_NO_PAGE = re.compile(
    r"\.(svg|csv|json|pdf|xlsx)$|/sign-in/begin$|\{document:str\}$|/figures/\{name:str\}$|/files/|/export/"
    r"|/assessment/documents/|/driving/link/"
)
#: Values of addresses: what a living country has, and one of each kind for every act.
VALUES = {
    "place": "0",
    "slot": "1",
    "report": "x",
    "number": "17",
    "code": "2024",
    "state_body": "X",
    "bin": "990140000005",
    "name": "x",
}


@dataclass(frozen=True)
class Address:
    path: str  #: after the language
    whose: str
    route: str


def permissions() -> Permissions:
    sites = [make(cast(Any, None)) for make in installed_sites(packages()).values()]
    return Permissions(
        (each.permissions for each in sites), (each.roles for each in sites),
        (each.works_as for each in sites),
    )  # fmt: skip


def addresses(case: str, own: str) -> list[Address]:
    """Every page with whose eyes to see it; `case` is an official's, `own` a citizen's."""
    table, found = permissions(), set[Address]()
    site = Site(
        cast(Any, None), cast(Any, None), SystemClock(), list(packages().values()), assets=Assets.read()
    )
    for route in litestar(site).routes:
        for handler in getattr(route, "route_handlers", ()):
            path = route.path.removeprefix("/{lang:str}")
            if path == route.path or "GET" not in handler.http_methods or _NO_PAGE.search(path):
                continue
            permission = str(handler.opt["permission"])
            for whose in _eyes(permission, table):
                values = VALUES | {"case": own if whose == CITIZEN else case}
                found |= {Address(each, whose, path) for each in _filled(path, values)}
    return sorted(found, key=lambda each: (each.whose, each.path))


def _eyes(permission: str, table: Permissions) -> Sequence[str]:
    if permission == PUBLIC:
        return (NOBODY,)
    if permission == SIGNED_IN:
        return (OFFICIAL,)
    return (OFFICIAL,) if table.table[permission] - {CITIZEN} else (CITIZEN,)


def _filled(path: str, values: dict[str, str]) -> Iterator[str]:
    if not path.startswith("/law/"):
        yield re.sub(r"\{(\w+):\w+\}", lambda found: values.get(found[1], "x"), path)
        return
    for act in packages().values():
        first = {"code": act.act.code, "name": min(act.procedures, default=""), "mark": act.policies[0].mark}
        if "{name" not in path or first["name"]:
            yield re.sub(r"\{(\w+):\w+\}", lambda found, first=first: first[found[1]], path)  # type: ignore[misc]


_LATIN = re.compile(r"[A-Za-z]{3,}")
_SAID = ("aria-label", "alt", "placeholder", "title")
#: Latin words that are right in every language: names, abbreviations that the acts write so, formats, codes.
_NAMES = re.compile(
    r"JSON: [a-z, ]+|(?:GET|POST) /\S+|Qyzmet|English|Smart Data Ukimet|eGov(?: mobile)?|Astana Hub|www\.\S+|https?://\S+|Qoldau\.kz|Call-орталық\S*"
    r"|\b(?:SMS|SDU|PDAC|CONSENT|ODK|PAdES|SHA|API|CSV|XLSX|PDF|JSON|JWK|OpenAPI|POST|GET|LAB|ISO|ICT|data|lab|IT)\b"
    r"|\b(?:MATCH|NO_MATCH|MANUAL_REVIEW|WHOLE|GOOD_ROWS|BOTH|ANY|Asia/Almaty|Idempotency-Key|Schema|DRAFT)\b"
    r"|problem\+json|application/\S+|Bearer|GLOSSARY\.md|\w+\.(?:py|crt|json)\b|BIN\d*|qyzmet[./]\S+|e-mail|cursor|draws\.json"
    r"|\b(?:proactive|driving|mining|assessment|ict)(?:[:/,]\S*|\b)|\b(?:para|annex|order|row|item|step)[\w§.]*\d\S*"
    r"|\b[A-Z]+(?:_[A-Z0-9]+)+\b|\b(?:officer|head|clerk|one|officials?)-\w+|\beverybody\b|'[a-z0-9_ ]+'"
    r"|\bP-[A-Z-]+\b|\bERROR\b|\b(?:part|form)\.?\d[\d.]*|-\b"
    r"|individuals_db/\w+|state_bodies/\w+|\b[A-F0-9]{20,}\b|\b[0-9a-f]{16,}\b"
)


def foreign(html: str) -> Iterator[str]:
    """Texts of a page with Latin words that are no names: what nobody has translated.

    What is marked as being in another language counts as well, but for the SMS, which are as they were sent,
    and for what programs read (`code`).
    """
    tree = LexborHTMLParser(html)
    for node in tree.css("script, style, code, pre, kbd, [translate=no]"):
        node.decompose()
    for node in tree.body.traverse(include_text=True) if tree.body else ():
        if node.tag == "-text":
            said = [node.text_content or ""]
        else:
            said = [node.attributes.get(name) or "" for name in _SAID]
        yield from (text.strip() for text in said if _LATIN.search(_NAMES.sub("", text)))
