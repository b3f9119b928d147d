"""Ctrl-C between two chunks of a training instead of in the middle of one."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Interrupt:
    """Whether Ctrl-C was pressed since the guard was set."""

    def __init__(self) -> None:
        self.requested = False


@contextmanager
def guarded_interrupt() -> Iterator[Interrupt]:
    """Note the first Ctrl-C instead of raising at once; a second one raises as usual.

    A program that has taken the state away must give it back before Python may leave the loop.
    Outside the main thread, where Python delivers no signals, this does nothing.

    Yields:
        An object that tells whether Ctrl-C was pressed.
    """
    interrupt = Interrupt()
    previous = signal.getsignal(signal.SIGINT)
    if (
        threading.current_thread() is not threading.main_thread()
        or previous is not signal.default_int_handler
    ):
        yield interrupt
        return

    def note(number: int, frame: FrameType | None) -> None:
        if interrupt.requested:
            signal.default_int_handler(number, frame)
        interrupt.requested = True

    signal.signal(signal.SIGINT, note)
    try:
        yield interrupt
    finally:
        signal.signal(signal.SIGINT, previous)
