from __future__ import annotations

import pickle
import subprocess
import sys

from tests.storage.attacks.payloads import BYTECODE, Command, attack


def test_what_must_not_happen_is_noticed(canary: list[str], tmp_path) -> None:
    subprocess.run([sys.executable, "-c", ""], check=True)
    pickle.loads(pickle.dumps(Command()))
    (tmp_path / "inside").write_text("may be written")
    (tmp_path.parent / "outside").write_text("may not")
    seen = {event.partition(" ")[0] for event in canary}
    assert {"subprocess.Popen", "pickle.find_class", "os.system", "open"} <= seen
    canary.clear()


def test_the_payload_is_code() -> None:
    assert attack.__code__.co_name == "attack"
    assert len(BYTECODE) > 100
