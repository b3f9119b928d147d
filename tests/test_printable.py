from __future__ import annotations

from ranvier.printable import printable


def test_what_moves_the_cursor_becomes_text() -> None:
    assert printable("a\x1b[2Jb\r\u202ec\ud800é") == "a\\x1b[2Jb\\r\\u202ec\\ud800é"
    assert printable("abcdef", 4) == "abc…"
    assert printable("abcd", 4) == "abcd"
    assert printable(3) == "3"
