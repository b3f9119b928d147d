"""Lists of integers out of an object array of NumPy, decoded without unpickling.

NumPy writes an object array as a pickle, a program for a stack machine that may call anything.
Unpickling a file therefore means running it. Here is a machine that knows only the instructions
which carry data: where the program names a function or a class it puts down a mark, where it calls
one it puts down another, and nothing is ever looked up or called. What remains is the list of the
array's elements.

Source: the instructions as `pickletools` of the standard library documents them.
"""

from __future__ import annotations

import struct
from typing import Any

import numpy as np

from ranvier.errors import FileFormatError

_STATE_OF_AN_ARRAY = 5  # version, shape, dtype, order, elements
_MARK = object()
_FOREIGN = object()  # stands for whatever the program would have looked up or called

_CONSTANTS: dict[int, Any] = {ord("N"): None, 0x88: True, 0x89: False, ord(")"): ()}
_INTEGERS = {ord("K"): "<B", ord("M"): "<H", ord("J"): "<i"}
_TEXTS = {ord("X"): "<I", 0x8C: "<B", 0x8D: "<Q"}
_BYTES = {ord("U"): "<B", ord("T"): "<I", ord("C"): "<B", ord("B"): "<I", 0x8E: "<Q"}
_TUPLES = {0x85: 1, 0x86: 2, 0x87: 3}
_SKIPPED = {0x80: 1, 0x95: 8}  # the protocol's number and the length of a frame
_STORE = {ord("q"): "<B", ord("r"): "<I"}
_RECALL = {ord("h"): "<B", ord("j"): "<I"}


def integer_lists(program: bytes) -> list[np.ndarray[Any, Any]]:
    """Decode the elements of an array of lists of integers.

    Args:
        program: The bytes that follow the header of a ``.npy`` file of dtype object.

    Returns:
        One array of integers per element, int32.

    Raises:
        FileFormatError: If the bytes hold anything else.
    """
    try:
        elements = _Machine(program).run()
        return [np.asarray(_integers(element), np.int32) for element in elements]
    except FileFormatError:
        raise
    except (LookupError, TypeError, ValueError, OverflowError, struct.error) as error:
        raise FileFormatError(f"The list of sequences is damaged: {error!r}.") from error


def _integers(element: Any) -> list[int]:
    if not isinstance(element, list) or not all(type(number) is int for number in element):
        raise FileFormatError("Expected lists of integers; the file holds something else.")
    return element


class _Machine:
    """The stack machine: `run` returns the elements of the array that the program would build."""

    def __init__(self, program: bytes) -> None:
        self.program = program
        self.place = 0
        self.stack: list[Any] = []
        self.memory: dict[int, Any] = {}
        self.elements: list[Any] | None = None

    def run(self) -> list[Any]:
        while (code := self.program[self.place]) != ord("."):
            self.place += 1
            if code in _INTEGERS:
                self._push_integers(code)
            else:
                self._step(code)
        if self.elements is None:
            raise FileFormatError("Expected an array of lists; the file holds something else.")
        return self.elements

    def _push_integers(self, code: int) -> None:
        """Push a run of integers; nearly the whole program consists of such runs."""
        program, push, place = self.program, self.stack.append, self.place
        while True:
            if code == 0x4B:  # K: one byte
                push(program[place])
                place += 1
            elif code == 0x4D:  # M: two bytes
                push(program[place] | program[place + 1] << 8)
                place += 2
            elif code == 0x4A:  # J: four bytes, signed
                push(int.from_bytes(program[place : place + 4], "little", signed=True))
                place += 4
            else:
                break
            code = program[place]
            place += 1
        self.place = place - 1

    def _step(self, code: int) -> None:
        if code in _CONSTANTS:
            self.stack.append(_CONSTANTS[code])
        elif code in _TEXTS or code in _BYTES:
            raw = self._take(self._number((_TEXTS | _BYTES)[code]))
            self.stack.append(raw.decode() if code in _TEXTS else raw)
        elif code in _SKIPPED:
            self._take(_SKIPPED[code])
        elif code in _STORE:
            self.memory[self._number(_STORE[code])] = self.stack[-1]
        elif code == 0x94:  # store under the next free number
            self.memory[len(self.memory)] = self.stack[-1]
        elif code in _RECALL:
            self.stack.append(self.memory[self._number(_RECALL[code])])
        else:
            self._build(code)

    def _build(self, code: int) -> None:
        if code == ord("("):
            self.stack.append(_MARK)
        elif code == ord("]"):
            self.stack.append([])
        elif code == ord("a"):
            element = self.stack.pop()
            self._list().append(element)
        elif code == ord("e"):
            elements = self._since_mark()
            self._list().extend(elements)
        elif code == ord("t"):
            self.stack.append(tuple(self._since_mark()))
        elif code in _TUPLES:
            self.stack.append(tuple(self._pop(_TUPLES[code])))
        else:
            self._refrain(code)

    def _refrain(self, code: int) -> None:
        """Put a mark where the program would look something up or call it."""
        if code == ord("c"):  # a module's line and a name's line
            self.place = self.program.index(b"\n", self.program.index(b"\n", self.place) + 1) + 1
            self.stack.append(_FOREIGN)
        elif code in (0x93, ord("R")):  # a module and a name; a function and its arguments
            self._pop(2)
            self.stack.append(_FOREIGN)
        elif code == ord("b"):  # the state of the object below
            state = self.stack.pop()
            if len(state) == _STATE_OF_AN_ARRAY and isinstance(state[-1], list):
                if state[1] != (len(state[-1]),):
                    raise FileFormatError(
                        f"Expected {len(state[-1])} sequences in a row; the array's shape is {state[1]!r}."
                    )
                self.elements = state[-1]
        else:
            raise FileFormatError(f"Expected lists of integers; met the instruction {code:#04x}.")

    def _list(self) -> list[Any]:
        target = self.stack[-1]
        if not isinstance(target, list):
            raise FileFormatError("Expected lists of integers; the file appends to something else.")
        return target

    def _pop(self, count: int) -> list[Any]:
        popped = self.stack[-count:]
        if len(popped) < count:
            raise IndexError("the stack is empty")
        del self.stack[-count:]
        return popped

    def _since_mark(self) -> list[Any]:
        start = len(self.stack) - 1
        while self.stack[start] is not _MARK:
            start -= 1
            if start < 0:
                raise IndexError("no mark")
        found = self.stack[start + 1 :]
        del self.stack[start:]
        return found

    def _take(self, count: int) -> bytes:
        taken = self.program[self.place : self.place + count]
        if len(taken) < count:
            raise IndexError("the program ends early")
        self.place += count
        return taken

    def _number(self, form: str) -> int:
        number: int = struct.unpack(form, self._take(struct.calcsize(form)))[0]
        return number
