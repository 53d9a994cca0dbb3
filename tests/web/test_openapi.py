"""The document of the API: valid, whole, and true of what is answered."""

from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from qyzmet.web.app import Site, application
from tests.web.conftest import BIRTHS, Api, birth


def _holds(document: dict[str, Any], schema: dict[str, Any], value: object) -> None:
    Draft202012Validator({**schema, "components": document["components"]}).validate(value)


def test_the_document_is_valid_and_has_every_path(api: Api, site: Site) -> None:
    document = api.http.get("/api/v1/openapi.json").json()
    validate(document)
    routes: Any = application(site)._inner
    assert set(document["paths"]) == {
        route.path.replace(":int", "").replace(":str", "") for route in routes.routes
    }


def test_answers_are_as_the_document_says(api: Api) -> None:
    document = api.http.get("/api/v1/openapi.json").json()
    push = document["paths"][f"/api/v1/events/{BIRTHS}"]["post"]
    events = [birth(1), birth(2, region="99"), birth(3, order=1)]
    _holds(document, push["requestBody"]["content"]["application/json"]["schema"], {"events": events})
    answer = api.push(*events)
    _holds(document, push["responses"]["200"]["content"]["application/json"]["schema"], answer.json())
    problem = push["responses"]["401"]["content"]["application/problem+json"]["schema"]
    _holds(document, problem, api.send(b"", drop="Signature").json())
    listed = document["paths"][f"/api/v1/events/{BIRTHS}/refused"]["get"]["responses"]["200"]
    _holds(document, listed["content"]["application/json"]["schema"], api.refused().json())
    ready = document["paths"]["/health/ready"]["get"]["responses"]["200"]
    _holds(document, ready["content"]["application/json"]["schema"], api.http.get("/health/ready").json())
