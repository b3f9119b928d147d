"""Several networks for one table, trained with one compiled program."""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeAlias

import jax
import numpy as np
from sklearn.exceptions import ConvergenceWarning
from threadpoolctl import threadpool_limits

from ranvier.errors import NonFiniteLossError
from ranvier.estimators.tables.feeding import DeviceTable, TableRows
from ranvier.estimators.tables.member import Member, MemberTraining, Plan
from ranvier.estimators.tables.progress import EnsembleBar
from ranvier.training.callbacks.backup_and_restore import BackupAndRestore
from ranvier.training.callbacks.callback_list import CallbackList

HostArray: TypeAlias = "np.ndarray[Any, Any]"

LARGEST_SINGLE = 256
"""The rows of a step up to which its products keep one core busy, so that several members are trained at a time."""


@dataclass
class EnsembleTraining:
    """How the members of an ensemble are trained.

    Attributes:
        plan: What they have in common.
        rows: The rows.
        batch: The rows of a step.
        validations: For each member the numbers of the rows it sets aside.
        outside: Rows of the user's own to validate on instead, or None.
        seeds: A seed for each member.
        callbacks: The user's callbacks.
        progress_bar: Whether a bar over the epochs of all members is shown.
    """

    plan: Plan
    rows: TableRows
    batch: int
    validations: Sequence[HostArray]
    outside: TableRows | None
    seeds: Sequence[int]
    callbacks: Any
    progress_bar: bool

    def run(self) -> list[Member]:
        """Train all members.

        Raises:
            NonFiniteLossError: If none of them has a finite loss.
        """
        # The threads of NumPy's products wait for each other in loops that take the cores from the training: with
        # other work on two cores, to measure an epoch on 30 rows took eighty times as long.
        with threadpool_limits(1 if self.batch <= LARGEST_SINGLE else None, "blas"):
            return self._run()

    def _run(self) -> list[Member]:
        told = CallbackList(self.callbacks)
        table = DeviceTable(self.rows, self.batch)
        count = len(self.seeds)
        bar = EnsembleBar(self.plan.epochs, count) if self.progress_bar else None
        trainings = [self._training(number, table, told, bar) for number in range(count)]
        at_once = self._at_once(count, told)
        try:
            if at_once > 1:
                _run_in_threads(trainings, at_once)
            else:
                for training in trainings:
                    training.run()
            for keeper in told.keepers:
                keeper.on_train_end()
            if bar is not None:
                bar.finish()
        except KeyboardInterrupt:
            if bar is not None:
                bar.leave()
            warnings.warn("Training interrupted by user.", stacklevel=6)
        members = [
            self._member(training, number)
            for number, training in enumerate(trainings)
            if training.selection.best is not None
        ]
        diverged = [training.selection for training in trainings if training.selection.diverged]
        if not members:
            raise NonFiniteLossError(
                "The loss became NaN or infinite in the first epoch, so nothing was learned. Use a smaller "
                "`learning_rate`."
            )
        if diverged:
            epoch = len(diverged[0].history.get("loss", ())) + 1
            warnings.warn(
                f"The loss of {len(diverged)} of {len(trainings)} members became NaN or infinite in epoch {epoch}; "
                "they keep their best weights from before. Use a smaller `learning_rate`.",
                ConvergenceWarning,
                stacklevel=6,
            )
        return members

    def _training(
        self, number: int, table: DeviceTable, told: CallbackList, bar: EnsembleBar | None
    ) -> MemberTraining:
        apart = self.validations[number]
        training = np.setdiff1d(np.arange(self.rows.count), apart, assume_unique=True)
        validation = self.outside
        if validation is None and len(apart) and self.rows.weights[apart].any():
            validation = self.rows.take(apart)
        return MemberTraining(
            self.plan,
            table,
            self.rows,
            training,
            validation,
            self.seeds[number],
            # Each member has a backup of its own, which stays until the last is trained.
            callbacks=[
                each.part(f"member-{number + 1}") if isinstance(each, BackupAndRestore) else each
                for each in told.callbacks
            ],
            bar=None if bar is None else bar.part(number),
        )

    def _member(self, training: MemberTraining, number: int) -> Member:
        selection = training.selection
        assert selection.best is not None
        apart = self.validations[number] if self.outside is None and len(self.validations[number]) else None
        return Member(
            selection.best, selection.epoch, selection.score, selection.history, apart, selection.outputs
        )

    def _at_once(self, count: int, told: CallbackList) -> int:
        others = len(told.callbacks) > len(told.keepers)
        if others or self.batch > LARGEST_SINGLE:
            return 1
        if jax.default_backend() != "cpu":
            return 1
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        return max(1, min(count, cores))


def _run_in_threads(trainings: Sequence[MemberTraining], at_once: int) -> None:
    with ThreadPoolExecutor(at_once) as pool:
        waiting: list[Future[None]] = [pool.submit(training.run) for training in trainings]
        try:
            for future in waiting:
                future.result()
        except BaseException:
            for future in waiting:
                future.cancel()
            for training in trainings:
                training.stop()
            raise
