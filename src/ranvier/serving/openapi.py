"""The description of the server for programs: OpenAPI 3.1, and the same facts in short."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ranvier import __version__
from ranvier.serving.limits import Limits
from ranvier.serving.opening import Loaded
from ranvier.serving.served import FORM, JSON, PICTURES

_ERRORS = {
    "400": "The body cannot be read, or the request is malformed.",
    "401": "The token is missing or wrong.",
    "403": "A web page of another origin asked.",
    "408": "The body arrived too slowly.",
    "413": "The body is too large, or has too many rows.",
    "415": "The body has a type that the model does not take.",
    "421": "The server does not answer to this name.",
    "422": "The rows do not fit the model.",
    "500": "The server or the model failed.",
    "503": "The server is busy; try again after the seconds in Retry-After.",
    "504": "The model did not answer in time.",
}
_REQUIRED_OF_ALL = ("400", "403", "421", "500")


def metadata(loaded: Loaded, limits: Limits) -> dict[str, Any]:
    """Return what is known of the model that answers."""
    description = loaded.model.description
    return {
        "model": {"name": loaded.name, "digest": loaded.digest, "loaded": loaded.time},
        "title": description.title,
        "task": description.task,
        "takes": list(description.media_types),
        "row": description.row,
        "answer": description.answer,
        "example": description.example,
        "details": description.details,
        "limits": {
            "body_bytes": limits.body,
            "rows": limits.rows,
            "seconds": limits.seconds,
            "waiting_requests": limits.queue,
        },
        "ranvier": __version__,
    }


def openapi(loaded: Loaded, limits: Limits, *, token: bool) -> dict[str, Any]:
    """Return the description of every path.

    Args:
        loaded: The model that answers.
        limits: Of requests.
        token: Whether clients must show a token.
    """
    security: list[Any] = [{"token": []}] if token else []
    paths = {
        "/predict": {"post": _predict(loaded, limits)},
        "/health": {
            "get": _get("Whether the server lives, and which model answers.", JSON, {"type": "object"}, [])
        },
        "/metadata": {"get": _get("What the model takes and answers.", JSON, {"type": "object"}, security)},
        "/metrics": {"get": _get("Counters for Prometheus.", "text/plain", {"type": "string"}, security)},
        "/openapi.json": {"get": _get("This description.", JSON, {"type": "object"}, security)},
    }
    document: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {
            "title": loaded.model.description.title,
            "version": loaded.digest[:12],
            "description": f"A model served by Ranvier {__version__}.",
        },
        "paths": paths,
        "components": {"schemas": _schemas(loaded, limits)},
    }
    if token:
        document["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        document["security"] = security
    return document


def _predict(loaded: Loaded, limits: Limits) -> dict[str, Any]:
    description = loaded.model.description
    content: dict[str, Any] = {
        JSON: {
            "schema": {"$ref": "#/components/schemas/Rows"},
            "example": {"rows": [description.example]},
        }
    }
    if description.takes_pictures:
        content |= {name: {"schema": {"type": "string", "format": "binary"}} for name in PICTURES}
        files = {"type": "array", "items": {"type": "string", "format": "binary"}, "maxItems": limits.rows}
        content[FORM] = {"schema": {"type": "object", "properties": {"file": files}, "required": ["file"]}}
    return {
        "summary": "Predict rows.",
        "operationId": "predict",
        "requestBody": {"required": True, "content": content},
        "responses": {
            "200": _response(
                "A prediction for each row, in order.", {"$ref": "#/components/schemas/Predictions"}
            ),
            **{status: _error(words) for status, words in _ERRORS.items()},
        },
    }


def _get(summary: str, media_type: str, schema: Mapping[str, Any], security: list[Any]) -> dict[str, Any]:
    errors = {status: _error(_ERRORS[status]) for status in _REQUIRED_OF_ALL}
    if security:
        errors["401"] = _error(_ERRORS["401"])
    return {
        "summary": summary,
        "security": security,
        "responses": {"200": _response(summary, schema, media_type), **errors},
    }


def _response(words: str, schema: Mapping[str, Any], media_type: str = JSON) -> dict[str, Any]:
    return {"description": words, "content": {media_type: {"schema": schema}}}


def _error(words: str) -> dict[str, Any]:
    return _response(words, {"$ref": "#/components/schemas/Error"})


def _schemas(loaded: Loaded, limits: Limits) -> dict[str, Any]:
    description = loaded.model.description
    rows = {
        "type": "array",
        "items": {"$ref": "#/components/schemas/Row"},
        "minItems": 1,
        "maxItems": limits.rows,
    }
    return {
        "Row": description.row,
        "Rows": {
            "anyOf": [
                {
                    "type": "object",
                    "properties": {"rows": rows},
                    "required": ["rows"],
                    "additionalProperties": False,
                },
                rows,
            ]
        },
        "Prediction": description.answer,
        "Predictions": {
            "type": "object",
            "properties": {
                "predictions": {"type": "array", "items": {"$ref": "#/components/schemas/Prediction"}},
                "model": {
                    "type": "object",
                    "properties": {
                        "name": {"type": "string"},
                        "digest": {"type": "string", "description": "SHA-256 of the file of the model."},
                    },
                    "required": ["name", "digest"],
                },
            },
            "required": ["predictions", "model"],
        },
        "Error": {
            "type": "object",
            "properties": {"error": {"type": "string"}},
            "required": ["error"],
        },
    }
