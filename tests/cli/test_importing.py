from __future__ import annotations

import gc

from ranvier.cli.importing import undisturbed_imports


def test_collector_rests_during_imports() -> None:
    try:
        with undisturbed_imports():
            assert not gc.isenabled()
        assert gc.isenabled()
        gc.disable()
        with undisturbed_imports():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
        gc.unfreeze()
