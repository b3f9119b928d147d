"""What the server counts, in the text format of Prometheus."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
)
from prometheus_client.exposition import choose_encoder

from ranvier import __version__
from ranvier.serving.batching import Batch
from ranvier.serving.opening import Loaded

_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_COUNTS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096)


class Metrics:
    """The counters of one server.

    Args:
        waiting: Returns how many requests wait for their predictions.
    """

    def __init__(self, waiting: Callable[[], int]) -> None:
        registry = self._registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        self._requests = Counter(
            "ranvier_http_requests",
            "Requests answered, refused ones too.",
            ("path", "status"),
            registry=registry,
        )
        self._refusals = Counter(
            "ranvier_refusals", "Requests refused, by reason.", ("reason",), registry=registry
        )
        self._seconds = Histogram(
            "ranvier_request_duration_seconds",
            "Time from the head of a request for predictions to its answer.",
            buckets=_SECONDS,
            registry=registry,
        )
        self._predicting = Histogram(
            "ranvier_batch_duration_seconds",
            "Time of the model for a batch.",
            buckets=_SECONDS,
            registry=registry,
        )
        self._batch_rows = Histogram(
            "ranvier_batch_rows", "Rows predicted together.", buckets=_COUNTS, registry=registry
        )
        self._batch_requests = Histogram(
            "ranvier_batch_requests", "Requests predicted together.", buckets=_COUNTS, registry=registry
        )
        self._rows = Counter("ranvier_rows", "Rows predicted.", registry=registry)
        self._reloads = Counter("ranvier_reloads", "Reloads of the model.", ("result",), registry=registry)
        self._model = Gauge(
            "ranvier_model_info", "The model that answers.", ("digest", "name"), registry=registry
        )
        version = Gauge("ranvier_server_info", "The server.", ("version",), registry=registry)
        version.labels(__version__).set(1)
        queue = Gauge(
            "ranvier_queue_requests", "Requests that wait for their predictions.", registry=registry
        )
        queue.set_function(lambda: float(waiting()))
        for result in ("success", "failure"):
            self._reloads.labels(result)

    def request(self, path: str, status: int) -> None:
        """Count an answer."""
        self._requests.labels(path, str(status)).inc()

    def refusal(self, reason: str) -> None:
        """Count a refusal."""
        self._refusals.labels(reason).inc()

    def answered(self, seconds: float) -> None:
        """Observe how long a request for predictions took."""
        self._seconds.observe(seconds)

    def batch(self, batch: Batch) -> None:
        """Observe a batch."""
        self._predicting.observe(batch.seconds)
        self._batch_rows.observe(batch.rows)
        self._batch_requests.observe(batch.requests)
        self._rows.inc(batch.rows)

    def reloaded(self, *, success: bool) -> None:
        """Count a reload."""
        self._reloads.labels("success" if success else "failure").inc()

    def model(self, loaded: Loaded) -> None:
        """Note which model answers."""
        self._model.clear()
        self._model.labels(loaded.digest, loaded.name).set(1)

    def text(self, accept: str) -> tuple[bytes, str]:
        """Return everything, and its media type.

        Args:
            accept: The value of ``Accept``, which may ask for OpenMetrics.
        """
        encoder, media_type = choose_encoder(accept)
        return encoder(self._registry), media_type
