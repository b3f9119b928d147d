"""The server: its socket, its signals, its beginning and its end."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any

import uvicorn
from threadpoolctl import threadpool_limits

from ranvier.errors import ConfigurationError
from ranvier.serving.application import Application
from ranvier.serving.batching import Batcher
from ranvier.serving.guard import Guard, accepted_hosts, is_loopback
from ranvier.serving.holder import Holder
from ranvier.serving.journal import Journal
from ranvier.serving.limits import Limits
from ranvier.serving.metrics import Metrics
from ranvier.serving.opening import Origin, open_served
from ranvier.serving.protocol import BoundedProtocol

_BACKLOG = 1024
_KEEP_ALIVE = 60
_SWITCH_SECONDS = 0.0005


@dataclass(frozen=True)
class Address:
    """Where a server is reached, and by whom.

    Attributes:
        host: The address to bind to.
        port: The port; 0 for any that is free.
        token: What clients must know, or None.
        names: Further names by which it may be called.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    token: str | None = None
    names: tuple[str, ...] = ()

    def check(self) -> None:
        """Refuse to be reached from elsewhere by everyone.

        Raises:
            ConfigurationError: If a token is needed, or the given one cannot be sent in a header.
        """
        if self.token is None:
            if not is_loopback(self.host):
                raise ConfigurationError(
                    f"A server at {self.host!r} is reached from other machines, so it needs a token that its clients "
                    "must show: give one with `--token-file FILE` or in the variable RANVIER_TOKEN; or leave "
                    "`--host` out to be reached from this machine only."
                )
            return
        if not self.token or not self.token.isascii() or not self.token.isprintable() or " " in self.token:
            raise ConfigurationError(
                "A token must consist of printable ASCII characters without spaces; received one that does not."
            )


def serve(
    origin: Origin, address: Address, limits: Limits, journal: Journal, ready: Callable[[str], None]
) -> None:
    """Serve a model until SIGTERM or Ctrl-C; SIGHUP reads its file again.

    Args:
        origin: A file of a model, or the folder of a run.
        address: Where.
        limits: Of requests.
        journal: Is told of the beginning, the end, reloads and faults.
        ready: Called with the URL once requests are answered.

    Raises:
        RanvierError: If the model cannot be read or served, or the address or a limit cannot be used.
    """
    address.check()
    limits.check()
    with bound_socket(address.host, address.port) as listener, _words_of_others_to(journal):
        loaded = open_served(origin, limits.rows)
        batcher = Batcher(limits, on_batch=lambda batch: metrics.batch(batch), on_fault=_fault_noter(journal))
        metrics = Metrics(lambda: batcher.waiting)
        holder = Holder(origin, loaded, limits, metrics, journal)
        guard = Guard(accepted_hosts(address.host, address.names), address.token)
        application = Application(holder, batcher, guard, limits, metrics, journal)
        url = _url(address.host, listener.getsockname()[1])

        def started() -> None:
            journal.info("started", url=url, model=str(origin.path), digest=loaded.digest)
            ready(url)

        server = _Server(_configuration(application, limits), holder, started)
        # The thread of the model should not wait long for the one that speaks HTTP, nor that one for it.
        sys.setswitchinterval(_SWITCH_SECONDS)
        # On a busy machine, or in a container that may use few of its cores, BLAS's threads wait for one another: a row
        # of a table took 40 ms instead of 5.
        with threadpool_limits(1, user_api="blas"):
            server.run([listener])
        journal.info("stopped", requests=server.server_state.total_requests)


def bound_socket(host: str, port: int) -> socket.socket:
    """Return a socket bound to an address, not listening yet.

    Raises:
        ConfigurationError: If the address is unknown, taken or not allowed.
    """
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        try:
            if sys.platform != "win32":
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(place)
        except OSError:
            listener.close()
            raise
    except OSError as error:
        raise ConfigurationError(
            f"The server cannot be reached at {_url(host, port)}: {(error.strerror or str(error)).lower()}. Give "
            "another `--host` or `--port`; `--port 0` takes any that is free."
        ) from error
    return listener


def _configuration(application: Application, limits: Limits) -> uvicorn.Config:
    return uvicorn.Config(
        application.gate,
        http=BoundedProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        backlog=_BACKLOG,
        timeout_keep_alive=_KEEP_ALIVE,
        # Bodies and predictions have their own limits; this is for clients that do not take their answers.
        timeout_graceful_shutdown=int(2 * limits.seconds) + 10,
    )


class _Server(uvicorn.Server):
    """A server whose end is a success, and whose model is read again on SIGHUP."""

    def __init__(self, config: uvicorn.Config, holder: Holder, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._holder = holder
        self._on_started = started
        self._in_terminal = _in_terminal()
        self._reloads: set[asyncio.Task[None]] = set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)
        self._on_started()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        handlers: dict[int, Any] = {signal.SIGINT: self.handle_exit, signal.SIGTERM: self.handle_exit}
        if hasattr(signal, "SIGHUP"):
            handlers[signal.SIGHUP] = self._handle_reload
        previous = {number: signal.signal(number, handler) for number, handler in handlers.items()}
        try:
            yield
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)

    def _handle_reload(self, number: int, frame: FrameType | None) -> None:
        # The signal also says that the terminal was closed in which the server was started.
        if self._in_terminal and not _in_terminal():
            self.handle_exit(number, frame)
            return
        self._loop.call_soon_threadsafe(self._reload)

    def _reload(self) -> None:
        task = self._loop.create_task(self._holder.reload())
        self._reloads.add(task)
        task.add_done_callback(self._reloads.discard)


def _in_terminal() -> bool:
    return os.isatty(0)


def _url(host: str, port: int) -> str:
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _fault_noter(journal: Journal) -> Callable[[BaseException], None]:
    return lambda error: journal.error("model_fault", error=f"{type(error).__name__}: {error}")


class _Forwarder(logging.Handler):
    def __init__(self, journal: Journal) -> None:
        super().__init__(logging.ERROR)
        self._journal = journal

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        self._journal.error("http", message=record.getMessage().strip(), error=repr(error))


@contextmanager
def _words_of_others_to(journal: Journal) -> Iterator[None]:
    """Send warnings and what uvicorn has to say of errors to the journal, and what the reader of forms says nowhere."""

    def show(message: Warning | str, category: type[Warning], *place: Any, **more: Any) -> None:
        del place, more
        journal.info("warning", kind=category.__name__, message=message)

    handlers = {"uvicorn.error": _Forwarder(journal), "python_multipart": logging.NullHandler()}
    loggers = {logging.getLogger(name): handler for name, handler in handlers.items()}
    propagated = {logger: logger.propagate for logger in loggers}
    for logger, handler in loggers.items():
        logger.addHandler(handler)
        logger.propagate = False
    try:
        with warnings.catch_warnings():
            warnings.showwarning = show
            yield
    finally:
        for logger, handler in loggers.items():
            logger.removeHandler(handler)
            logger.propagate = propagated[logger]
