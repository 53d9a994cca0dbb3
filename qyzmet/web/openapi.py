"""The API as an OpenAPI 3.1 document, written from the types that carry the data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from qyzmet.cases.package import Feed
from qyzmet.web.events import RefusedPage, Taken
from qyzmet.web.health import Live, Readiness
from qyzmet.web.problem import MEDIA_TYPE, Problem
from qyzmet.web.rows import Batch
from qyzmet.web.workplaces import AsideList, Released, TaskList, TaskState, Work

_JSON = "application/json"
_SIGNED = [{"signature": list[str]()}]
_PROBLEMS = {
    "400": "The request cannot be read, its key is missing, or the digest is of another body",
    "401": "The signature is missing, wrong, too old or of nobody known",
    "403": "The sender has nothing to do with this source",
    "413": "The body is larger than 8 MiB",
    "415": "The body is not plain application/json in UTF-8",
    "422": "The batch has too many rows, or the key belongs to another request",
    "500": "A mistake of Qyzmet; nothing was kept",
    "503": "A database is away; nothing was taken",
}


def document(feeds: Iterable[Feed], more: Iterable[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """Every path of the API; what several use stands once under `components`.

    `more` are parts of acts: mappings with `paths` and `schemas`.
    """
    sources = {feed.name: feed.event for feed in feeds if feed.event is not None}
    types: list[Any] = [Problem, Live, Readiness, Taken, RefusedPage]
    types += [TaskList, AsideList, Work, TaskState, Released]
    types += [Batch[event] for event in sources.values()]  # type: ignore[valid-type]
    schemas, components = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    problem, live, readiness, taken, refused, tasks, aside, work, state, released, *batches = schemas
    paths: dict[str, Any] = {
        "/health/live": {"get": _get("live", "The process lives", live, {}, problem)},
        "/health/ready": {
            "get": _get(
                "ready", "Whether requests can be carried out", readiness, {"503": "Not now"}, problem
            )
        },
        "/api/v1/openapi.json": {"get": _get("describe", "This document", {"type": "object"}, {}, problem)},
    }
    for source, batch in zip(sources, batches, strict=True):
        paths[f"/api/v1/events/{source}"] = {"post": _push(source, batch, taken, problem)}
        paths[f"/api/v1/events/{source}/refused"] = {"get": _list(source, refused, problem)}
    paths["/api/v1/tasks"] = {"get": _work_list("tasks", "What the official may do today", tasks, problem)}
    paths["/api/v1/aside"] = {"get": _work_list("aside", "Cases set aside for people", aside, problem)}
    for name, summary in _TASK_WORK.items():
        told = _work(f"{name.replace('-', '_')}_task", summary, "task", work, state, problem)
        paths[f"/api/v1/tasks/{{task}}/{name}"] = {"post": told}
    put_back = _work("release_case", "Puts a case back to work", "case", work, released, problem)
    paths["/api/v1/aside/{case}/release"] = {"post": put_back}
    for part in more:
        paths |= part.get("paths", {})
        for name, schema in part.get("schemas", {}).items():
            if components.setdefault(name, schema) != schema:
                raise ValueError(f"Two parts of the API call different types {name}: rename one.")
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Qyzmet",
            "version": "1",
            "description": "Errors are problem+json (RFC 9457). Every POST bears an Idempotency-Key.",
        },
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "signature": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Signature",
                    "description": "HTTP Message Signatures, RFC 9421; docs/api.md has an example.",
                },
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A token that a person made on the page for programs.",
                },
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "qyzmet",
                    "description": "The session of a page; a POST also bears the page's X-CSRF-Token.",
                },
            },
        },
    }


_TASK_WORK = {
    "claim": "Takes a task on",
    "give-back": "Puts a claimed task back",
    "end": "Ends a task, or proposes its end where a second official confirms",
    "reject": "Does not confirm what another official proposed",
    "hand-over": "A head takes a claimed task back and gives it to another official, or to all",
}


def _work_list(name: str, summary: str, schema: Any, problem: Any) -> dict[str, Any]:
    said = {code: _PROBLEMS[code] for code in ("400", "401", "500", "503")} | {"409": "No post allows it"}
    overdue = {"name": "overdue", "in": "query", "required": False, "schema": {"type": "string"}}
    listed = _get(f"list_{name}", summary, schema, said, problem)
    parameters = [overdue] if name == "tasks" else []
    return {**listed, "security": _SIGNED, "parameters": [*parameters, *_signed_headers()]}


def _work(name: str, summary: str, place: str, work: Any, answer: Any, problem: Any) -> dict[str, Any]:
    """A change by an official."""
    said = _PROBLEMS | {
        "404": "There is no such task or outcome",
        "409": "No post allows it, or it was changed meanwhile; nothing was changed",
        "422": "A value breaks its rule, or the key belongs to another request",
    }
    number = {"name": place, "in": "path", "required": True, "schema": {"type": "integer"}}
    return {
        "operationId": name,
        "summary": summary,
        "security": _SIGNED,
        "parameters": [number, _header("Idempotency-Key"), _header("Content-Digest"), *_signed_headers()],
        "requestBody": {"required": True, "content": {_JSON: {"schema": work}}},
        "responses": {
            "200": {"description": summary, "content": {_JSON: {"schema": answer}}},
            **_problems(said, problem),
        },
    }


def _signed_headers() -> list[dict[str, Any]]:
    return [_header("Signature-Input"), _header("X-Official")]


def _push(source: str, batch: Any, taken: Any, problem: Any) -> dict[str, Any]:
    return {
        "operationId": f"push_{_name(source)}",
        "summary": f"Registry events of {source}",
        "description": "Durable when answered. Each row has a result of its own; bad rows stop nothing.",
        "security": _SIGNED,
        "parameters": [_header("Idempotency-Key"), _header("Content-Digest"), _header("Signature-Input")],
        "requestBody": {"required": True, "content": {_JSON: {"schema": batch}}},
        "responses": {
            "200": {
                "description": "What became of each row",
                "headers": {
                    "Idempotency-Replayed": {
                        "description": "`true` where this answer was given before",
                        "schema": {"type": "string"},
                    }
                },
                "content": {_JSON: {"schema": taken}},
            },
            **_problems(_PROBLEMS, problem),
        },
    }


def _list(source: str, refused: Any, problem: Any) -> dict[str, Any]:
    after = {"name": "after", "in": "query", "required": False, "schema": {"type": "string"}}
    said = {code: _PROBLEMS[code] for code in ("401", "403", "500", "503")} | {"422": "The cursor is not one"}
    listed = _get(f"refused_{_name(source)}", f"Rows of {source} that were set aside", refused, said, problem)
    return {**listed, "security": _SIGNED, "parameters": [after, _header("Signature-Input")]}


def _get(name: str, summary: str, schema: Any, problems: dict[str, str], problem: Any) -> dict[str, Any]:
    answer = {"description": summary, "content": {_JSON: {"schema": schema}}}
    return {
        "operationId": name,
        "summary": summary,
        "responses": {"200": answer, **_problems(problems, problem)},
    }


def _problems(said: dict[str, str], problem: Any) -> dict[str, Any]:
    return {
        code: {"description": text, "content": {MEDIA_TYPE: {"schema": problem}}}
        for code, text in said.items()
    }


def _header(name: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": True, "schema": {"type": "string"}}


def _name(source: str) -> str:
    return source.replace("/", "_")
