"""Ctrl-C between two chunks of a training instead of in the middle of one."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Interrupt:
    """Whether Ctrl-C was pressed since the guard was set; or whoever waits for a thread asks the same of it."""

    def __init__(self) -> None:
        self.requested = False


@contextmanager
def guarded_interrupt(interrupt: Interrupt) -> Iterator[Interrupt]:
    """Note the first Ctrl-C instead of raising at once; a second one raises as usual.

    A program that has taken the state away must give it back before Python may leave the loop.
    Outside the main thread, where Python delivers no signals, this does nothing.

    Args:
        interrupt: What is to tell whether Ctrl-C was pressed.

    Yields:
        The same.
    """
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
