"""The contract as an OpenAPI 3.1 document, written from the same types that carry the data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from qyzmet.exchange.contract import Operation, Question, Reply

PROBLEM = "application/problem+json"


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """An error as RFC 9457 has it."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str


def openapi(operations: Sequence[Operation[Any, Any]], title: str, version: str = "1") -> dict[str, Any]:
    """Every operation as a path; what several use stands once under `components`."""
    types: list[Any] = [Problem]
    for operation in operations:
        types += [_question(operation), _reply(operation)]
    schemas, components = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    envelopes = iter(schemas[1:])
    paths = {
        operation.path: {"post": _post(operation, next(envelopes), next(envelopes), schemas[0])}
        for operation in operations
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version},
        "paths": paths,
        "components": {"schemas": components},
    }


def _post(operation: Operation[Any, Any], question: Any, reply: Any, problem: Any) -> dict[str, Any]:
    repeats = "Acts once per key; a repeat answers the first receipt." if operation.effect else "Only asks."
    return {
        "operationId": f"{operation.system}_{operation.name}",
        "tags": [operation.system],
        "description": repeats,
        "requestBody": {"required": True, "content": {"application/json": {"schema": question}}},
        "responses": {
            "200": _response("One answer per item, in any order", "application/json", reply),
            "400": _response("The question breaks the contract", PROBLEM, problem),
            "409": _response("A key came again with another content; nothing was done", PROBLEM, problem),
            "503": _response("Not now", PROBLEM, problem),
        },
    }


def _response(description: str, media_type: str, schema: Any) -> dict[str, Any]:
    return {"description": description, "content": {media_type: {"schema": schema}}}


def _question(operation: Operation[Any, Any]) -> Any:
    return Question[operation.asked]  # type: ignore[name-defined]


def _reply(operation: Operation[Any, Any]) -> Any:
    return Reply[operation.answer]  # type: ignore[name-defined]
