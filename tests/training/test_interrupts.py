"""Ctrl-C is noted, and a second one raises."""

from __future__ import annotations

import signal
import threading

import pytest

from ranvier.training.interrupts import Interrupt, guarded_interrupt


def test_the_first_is_noted_and_the_second_raises() -> None:
    before = signal.getsignal(signal.SIGINT)
    with guarded_interrupt(Interrupt()) as interrupt:
        assert not interrupt.requested
        signal.raise_signal(signal.SIGINT)
        assert interrupt.requested
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_another_thread_and_another_handler_are_left_alone() -> None:
    before = signal.getsignal(signal.SIGINT)
    handlers = []

    def run() -> None:
        with guarded_interrupt(Interrupt()) as interrupt:
            handlers.append((signal.getsignal(signal.SIGINT), interrupt.requested))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert handlers == [(before, False)]
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        run()
    finally:
        signal.signal(signal.SIGINT, before)
    assert handlers[1] == (signal.SIG_IGN, False)
