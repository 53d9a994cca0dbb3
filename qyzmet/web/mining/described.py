"""What the API of the act adds to the OpenAPI document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from qyzmet.acts.mining.found import FindingPage, ReportState
from qyzmet.acts.mining.header import Profile
from qyzmet.acts.mining.obligations import Obligation
from qyzmet.acts.mining.schema import Rows
from qyzmet.web.mining.api import XLSX, Opened
from qyzmet.web.problem import Problem

_BASE = "/api/v1/mining"
_SIGNED: list[dict[str, list[str]]] = [{"signature": []}]
_TYPES = (ReportState, FindingPage, Profile, Obligation, Rows, Opened, Problem)


def described() -> Mapping[str, Any]:
    schemas, components = msgspec.json.schema_components(_TYPES, ref_template="#/components/schemas/{name}")
    state, findings, profile, obligation, rows, opened, problem = schemas
    anything, piece = {"type": "object"}, {"type": "string", "format": "binary"}
    listed = {"type": "object", "properties": {"reports": {"type": "array", "items": state}}}
    owed = {"type": "object", "properties": {"obligations": {"type": "array", "items": obligation}}}

    def answers(kind: str, schema: Any, code: str) -> dict[str, Any]:
        refused = {"application/problem+json": {"schema": problem}}
        return {
            code: {"description": "Done", "content": {kind: {"schema": schema}}},
            "4XX": {"description": "Refused", "content": refused},
        }

    def read(
        name: str, about: str, schema: Any, *queries: str, kind: str = "application/json", signed: bool = True
    ) -> Any:
        given = [{"name": q, "in": "query", "required": False, "schema": {"type": "string"}} for q in queries]
        return {"operationId": f"mining_{name}", "summary": about, "parameters": given,
                "security": _SIGNED if signed else [], "responses": answers(kind, schema, "200")}  # fmt: skip

    def sent(
        name: str, about: str, body: Any, schema: Any, *, kind: str = "application/json", code: str = "200"
    ) -> Any:
        return {
            "operationId": f"mining_{name}", "summary": about, "security": _SIGNED,
            "parameters": [_header(name) for name in ("Idempotency-Key", "Content-Digest", "Signature-Input")],
            "requestBody": {"required": True, "content": {kind: {"schema": body}}},
            "responses": answers("application/json", schema, code),
        }  # fmt: skip

    one = f"{_BASE}/reports/{{report}}"
    paths = {
        f"{_BASE}/schema.json": {"get": read("schema", "The form as JSON Schema", anything, signed=False)},
        f"{_BASE}/keys.json": {"get": read("keys", "The keys that sign receipts (JWK set)", anything, signed=False)},
        f"{_BASE}/form.xlsx": {"get": read("form", "The form as a workbook with checks", piece, kind=XLSX, signed=False)},
        f"{_BASE}/wallet": {"get": read("wallet", "Whether an address is one of a coin", anything, "coin", "address", signed=False)},
        f"{_BASE}/reports": {
            "get": read("reports", "All transmissions, newest first", listed, "month"),
            "post": sent("open", "Opens a month's report", opened, state, code="201"),
        },
        f"{one}/pieces/{{number}}": {"post": sent("piece", "A piece of the file, up to 8 MiB", piece, anything, kind="application/octet-stream")},
        f"{one}/rows/{{number}}": {"post": sent("rows", "Rows as JSON, as a piece", rows, anything)},
        f"{one}/submit": {"post": sent("submit", "Submits; small files are decided at once", anything, state)},
        one: {"get": read("report", "State, progress, receipts", state)},
        f"{one}/findings": {"get": read("findings", "Every finding, in pages", findings, "language", "after")},
        f"{one}/returned.csv": {"get": read("returned", "Bad rows, to be mended and sent back", piece, "language", kind="text/csv")},
        f"{_BASE}/obligations": {"get": read("obligations", "What is due, when, met or not", owed)},
        f"{_BASE}/profile": {
            "get": read("profile", "The pool's profile", profile),
            "post": sent("change_profile", "A new profile", profile, profile),
        },
    }  # fmt: skip
    for path, methods in paths.items():
        for name, kind in (("report", "string"), ("number", "integer")):
            if f"{{{name}}}" in path:
                for method in methods.values():
                    given = {"name": name, "in": "path", "required": True, "schema": {"type": kind}}
                    method["parameters"] = [given, *method["parameters"]]
    return {"paths": paths, "schemas": components}


def _header(name: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": True, "schema": {"type": "string"}}
