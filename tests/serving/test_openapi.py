"""What the server says of itself is true."""

from __future__ import annotations

import re

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.serving.processes import Server


@pytest.fixture(params=["server", "pictures_server"])
def any_server(request: pytest.FixtureRequest) -> Server:
    return request.getfixturevalue(request.param)


def test_the_description_is_valid_and_true(any_server: Server) -> None:
    document = any_server.client.get("/openapi.json").json()
    OpenAPIV31SpecValidator(document).validate()
    operation = document["paths"]["/predict"]["post"]
    facts = any_server.client.get("/metadata").json()
    assert list(operation["requestBody"]["content"]) == facts["takes"]
    schemas = {"components": document["components"]}
    body = operation["requestBody"]["content"]["application/json"]
    Draft202012Validator({**body["schema"], **schemas}).validate(body["example"])
    answer = any_server.client.post("/predict", json=body["example"])
    response = operation["responses"]["200"]["content"]["application/json"]
    Draft202012Validator({**response["schema"], **schemas}).validate(answer.json())
    short = any_server.client.post("/predict", json={"rows": [[1]]})
    assert not Draft202012Validator({**body["schema"], **schemas}).is_valid({"rows": [[1]]})
    error = operation["responses"][str(short.status_code)]["content"]["application/json"]
    Draft202012Validator({**error["schema"], **schemas}).validate(short.json())
    for path, methods in document["paths"].items():
        if "get" in methods:
            assert any_server.client.get(path).status_code == 200
    wanted = "authorization" in any_server.client.headers
    assert (document.get("security") == [{"token": []}]) is wanted
    assert document["paths"]["/health"]["get"]["security"] == []


def test_the_page_holds_everything_it_needs(any_server: Server) -> None:
    for path in ("/", "/docs"):
        page = any_server.client.get(path)
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        policy = page.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'sha256-")
        assert "frame-ancestors 'none'" in policy
        assert re.findall(r"(?:src|href)=\"(?!data:)", page.text) == []
        assert "://" not in page.text
