"""scikit-learn's network behind FastAPI, as its users write it.

Run by uvicorn as ``benchmarks.peers.sklearn_server:in_threads`` (an ordinary function, which FastAPI runs in
its threads) or ``:in_the_loop`` (a coroutine, which holds up the others while it predicts). The network is
read from the file that the variable ``SERVED_NETWORK`` names.
"""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel


class Rows(BaseModel):
    """The body of a request."""

    rows: list[list[float]]


def _network() -> Any:
    return pickle.loads(Path(os.environ["SERVED_NETWORK"]).read_bytes())


def in_threads() -> FastAPI:
    """Return the application whose predictions run in threads."""
    network, application = _network(), FastAPI()

    def predict(body: Rows) -> dict[str, Any]:
        return {"predictions": network.predict_proba(body.rows).tolist()}

    application.add_api_route("/predict", predict, methods=["POST"])
    return application


def in_the_loop() -> FastAPI:
    """Return the application whose predictions run in the event loop."""
    network, application = _network(), FastAPI()

    async def predict(body: Rows) -> dict[str, Any]:
        return {"predictions": network.predict_proba(body.rows).tolist()}

    application.add_api_route("/predict", predict, methods=["POST"])
    return application
