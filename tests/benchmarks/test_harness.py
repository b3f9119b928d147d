"""The harness runs in quick mode for whatever is installed, and its arithmetic is right."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np
import pytest

from benchmarks import __main__ as harness
from benchmarks.arrays import one_hot, read_arrays
from benchmarks.contest import rotated
from benchmarks.peers.products import products_of_epoch
from benchmarks.preparation import prepare
from benchmarks.processes import CONTESTANTS, OURS, OURS_EMPTY, PRODUCTS, WorkerError, available, figures
from benchmarks.programs import AIMS, PROGRAMS
from benchmarks.tables import COLUMNS, aims_section, program_section, ratio, seconds, spread, whole_section
from benchmarks.whole_processes import IMPORTS, SKLEARN_SCRIPT, TRAIN_COMMAND, WholeProcesses
from benchmarks.worker import Job

if TYPE_CHECKING:
    from pathlib import Path


def test_quick_mode_measures_every_peer_installed(capsys: pytest.CaptureFixture[str]) -> None:
    # Keras' processes take longest and its face is Ranvier's own; one of the two shows that it works.
    found = [contestant.name for contestant in available(sys.executable)]
    left_out = {"keras-tensorflow", "keras-torch"} | ({"keras-jax"} if OURS in found else set())
    peers = [name for name in found if name not in left_out]
    status = harness.main(["--quick", "--no-whole-processes", "--programs", "p000", "--peers", *peers])
    printed = capsys.readouterr()
    assert status == 0, printed.err
    rows = [line for line in printed.out.splitlines() if line.startswith("| ")]
    for name in peers:
        assert any(row.startswith(f"| {name} |") and re.search(r"\d (s|ms|µs)", row) for row in rows), name


def test_whole_processes_are_measured(tmp_path: Path) -> None:
    if importlib.util.find_spec("ranvier.cli") is None:
        pytest.skip("the command line is missing")
    prepare(PROGRAMS["p000"]).write(tmp_path / "p000")
    whole = WholeProcesses(sys.executable, tmp_path, [OURS], quick=True)
    samples = whole.measure(1)
    assert whole.failures == []
    assert samples[TRAIN_COMMAND].keys() == {"whole_empty", "whole"}
    text = whole_section(samples)
    assert text is not None
    assert all(title in text for title in (*IMPORTS, SKLEARN_SCRIPT, TRAIN_COMMAND))


def test_products_are_those_of_training() -> None:
    generator = np.random.default_rng(0)
    weights = [generator.normal(size=shape).astype(np.float32) for shape in ((5, 4), (4, 3))]
    batches = generator.normal(size=(2, 6, 5)).astype(np.float32)
    first, second = products_of_epoch(weights, batches)
    hidden = batches[-1] @ weights[0]
    delta = hidden @ weights[1]
    np.testing.assert_allclose(second, hidden.T @ delta, rtol=1e-5)
    np.testing.assert_allclose(first, batches[-1].T @ (delta @ weights[1].T), rtol=1e-5, atol=1e-5)


def test_arrays_survive_their_files(tmp_path: Path) -> None:
    arrays = prepare(PROGRAMS["p000"])
    arrays.write(tmp_path)
    read = read_arrays(tmp_path)
    assert read.x_train.dtype == np.float32
    assert read.x_train.shape == (1437, 64)
    np.testing.assert_array_equal(read.x_train, arrays.x_train)
    np.testing.assert_array_equal(one_hot(np.array([1, 0]))[:, :3], [[0, 1, 0], [1, 0, 0]])


def test_mnist_is_read(data_home: Path) -> None:
    arrays = prepare(PROGRAMS["p001"])
    assert arrays.x_train.shape == (60000, 28, 28)
    assert arrays.y_test[0] == 7
    assert arrays.flat().x_test.shape == (10000, 784)
    assert float(arrays.x_train.max()) == 1.0


def test_missing_mnist_says_what_to_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RANVIER_DATA_HOME", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="RANVIER_DATA_HOME"):
        prepare(PROGRAMS["p002"])


def test_a_job_survives_its_way_to_the_worker() -> None:
    job = Job("sklearn", "p000", "folder", 1, 2, 0.5, 3.0)
    assert Job(**json.loads(json.dumps(asdict(job)))) == job
    assert job.network().hidden == (64, 32)


def test_a_failing_process_raises_with_its_last_words() -> None:
    with pytest.raises(WorkerError, match="no such peer"):
        figures([sys.executable, "-c", "raise SystemExit('no such peer')"])
    with pytest.raises(WorkerError, match="wrote no figures"):
        figures([sys.executable, "-c", "print('hello')"])


def test_order_rotates() -> None:
    names = [[contestant.name for contestant in rotated(CONTESTANTS[:3], turn)] for turn in range(4)]
    assert names[0] == names[3]
    assert {order[0] for order in names} == {contestant.name for contestant in CONTESTANTS[:3]}


def test_ratios_are_of_medians() -> None:
    samples = {OURS: {"steady_epoch": [1.0, 2.0, 9.0]}, "torch": {"steady_epoch": [4.0, 6.0, 50.0]}}
    assert ratio(samples, "steady_epoch", "torch", OURS) == 3.0
    assert ratio(samples, "first_fit", "torch", OURS) is None


@pytest.mark.parametrize(
    ("value", "expected"), [(12.3456, "12.3 s"), (0.0123, "12.3 ms"), (7.1e-6, "7.1 µs"), (5e-8, "0.05 µs")]
)
def test_times_have_the_unit_that_suits_them(value: float, expected: str) -> None:
    assert seconds(value) == expected
    assert spread([value]) == expected


def test_aims_say_what_was_missed() -> None:
    measures = {key: [2.0] for key in COLUMNS}
    samples = {OURS: measures, OURS_EMPTY: measures, PRODUCTS: {"steady_epoch": [1.0]}}
    samples["torch"] = {"first_fit": [2.2]}
    text = aims_section({"p000": samples})
    assert text is not None
    assert "| p000, first fit | (≥ 5) | (≥ 9) | **1.1** (≥ 1.3) | (≥ 0.7) | 2 (≤ 2.2) |" in text
    assert aims_section({"p000": {"torch": {}}}) is None
    assert "Times ours" in program_section(PROGRAMS["p000"], samples)
    assert {aim.program for aim in AIMS} == set(PROGRAMS)


def test_what_other_benchmarks_wrote_is_kept() -> None:
    kept = (
        "# Results\n\nOld.\n\n## p000: digits\n\nold\n\n## Serving\n\nfigures\n\n### More\n\n## Aims\n\nold\n"
    )
    written = "# Benchmark results\n\n## p000: digits\n\nnew\n\n## Aims\n\nnew"
    assert harness.with_other_headings(kept, written) == ["## Serving\n\nfigures\n\n### More"]
    assert harness.with_other_headings("", written) == []
