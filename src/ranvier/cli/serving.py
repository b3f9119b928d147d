"""``ranvier serve``: a model behind HTTP."""

from __future__ import annotations

import os
from pathlib import Path

import click

from ranvier.errors import ConfigurationError, missing_extra

try:
    from ranvier.serving.journal import Journal
    from ranvier.serving.limits import Limits
    from ranvier.serving.opening import Origin
    from ranvier.serving.server import Address, serve
except ModuleNotFoundError as error:
    _PACKAGES = {
        "starlette": "starlette",
        "threadpoolctl": "threadpoolctl",
        "uvicorn": "uvicorn",
        "httptools": "httptools",
        "orjson": "orjson",
        "prometheus_client": "prometheus-client",
        "python_multipart": "python-multipart",
    }
    if error.name not in _PACKAGES:
        raise
    raise missing_extra("Serving a model", _PACKAGES[error.name], "serve") from error

TOKEN = "RANVIER_TOKEN"  # noqa: S105 - a name
"""The variable of the environment that holds the token."""


def serve_model(
    path: Path,
    *,
    pixels: float | None,
    host: str,
    port: int,
    token: str | None,
    token_file: Path | None,
    allow_host: tuple[str, ...],
    max_body: int,
    max_rows: int,
    timeout: float,
    queue: int,
    readers: int,
    access_log: bool,
) -> None:
    """Serve a model until SIGTERM or Ctrl-C.

    Args:
        path: A file of a model, or the folder of a run.
        pixels: What white becomes in pictures; None for a model that takes none, and for runs.
        host: The address to bind to.
        port: The port; 0 for any.
        token: What clients must know, as given on the command line.
        token_file: A file that holds it.
        allow_host: Further names by which the server may be called.
        max_body: Bytes of a body.
        max_rows: Rows of a request.
        timeout: Seconds for a body, and again for the predictions.
        queue: Requests that may wait.
        readers: Threads that decode pictures.
        access_log: Whether every request is noted.

    Raises:
        RanvierError: If the model cannot be read or served, or the address cannot be used.
    """
    address = Address(host, port, _token(token, token_file), allow_host)
    limits = Limits(body=max_body, rows=max_rows, seconds=timeout, queue=queue, readers=readers)
    serve(
        Origin(path, pixels),
        address,
        limits,
        Journal(requests=access_log),
        lambda url: click.echo(f"Ready at {url}"),
    )


def _token(given: str | None, file: Path | None) -> str | None:
    """Return the token, from wherever it was given."""
    if given is not None and file is not None:
        raise ConfigurationError("The token is given with `--token` or with `--token-file`, not with both.")
    if file is not None:
        return file.read_text(encoding="utf-8").strip()
    return given if given is not None else os.environ.get(TOKEN)
