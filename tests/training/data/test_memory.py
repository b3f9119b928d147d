from __future__ import annotations

import os

import pytest

from ranvier.training.data import memory


@pytest.fixture
def system(tmp_path, monkeypatch):
    monkeypatch.setattr(memory, "_MEMORY_REPORT", tmp_path / "meminfo")
    monkeypatch.setattr(memory, "_GROUP_FOLDER", tmp_path)
    return tmp_path


def test_the_kernel_is_asked(system):
    (system / "meminfo").write_text("MemTotal: 99 kB\nMemAvailable:    4096 kB\n")
    assert memory.available_memory() == 4096 * 1024


def test_a_container_may_leave_less(system):
    (system / "meminfo").write_text("MemAvailable: 4096 kB\n")
    (system / "memory.max").write_text("3000\n")
    (system / "memory.current").write_text("1000\n")
    assert memory.available_memory() == 2000
    (system / "memory.current").write_text("9000\n")
    assert memory.available_memory() == 0
    (system / "memory.max").write_text("max\n")
    assert memory.available_memory() == 4096 * 1024


def test_elsewhere_the_free_pages_count(system, monkeypatch):
    monkeypatch.setattr(os, "sysconf", {"SC_AVPHYS_PAGES": 7, "SC_PAGE_SIZE": 100}.__getitem__)
    assert memory.available_memory() == 700
    (system / "meminfo").write_text("nothing of the kind\n")
    assert memory.available_memory() == 700


def test_a_system_that_does_not_say_gives_the_smallest_budget(system, monkeypatch):
    def refuse(name):
        raise ValueError(name)

    monkeypatch.setattr(os, "sysconf", refuse)
    assert memory.available_memory() is None
    assert memory.default_budget() == 256 * 2**20


@pytest.mark.parametrize(("available", "budget"), [(0, 256 * 2**20), (2**34, 2**32)])
def test_the_budget_is_a_quarter_and_at_least_256_mebibytes(monkeypatch, available, budget):
    monkeypatch.setattr(memory, "available_memory", lambda: available)
    assert memory.default_budget() == budget
