from ranvier.training.structure import HashedOnce


class Counted:
    def __init__(self) -> None:
        self.hashes = 0

    def __hash__(self) -> int:
        self.hashes += 1
        return 1


def test_equal_parts_are_one_key() -> None:
    table = {HashedOnce("dense", (3, 4)): "found"}
    assert table[HashedOnce("dense", (3, 4))] == "found"
    assert HashedOnce("dense", (3, 5)) not in table
    assert HashedOnce("dense") != ("dense",)


def test_parts_are_hashed_once() -> None:
    part = Counted()
    key = HashedOnce(part)
    table = {key: 1}
    assert all(key in table for _ in range(5))
    assert part.hashes == 1
