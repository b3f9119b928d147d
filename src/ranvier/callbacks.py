"""Callbacks: what happens around training, evaluation and prediction.

Each name is imported when it is first used; none of them loads the engine.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ranvier.training.callbacks.backup_and_restore import BackupAndRestore as BackupAndRestore
    from ranvier.training.callbacks.callback import Callback as Callback
    from ranvier.training.callbacks.callback_list import CallbackList as CallbackList
    from ranvier.training.callbacks.csv_logger import CSVLogger as CSVLogger
    from ranvier.training.callbacks.early_stopping import EarlyStopping as EarlyStopping
    from ranvier.training.callbacks.history import History as History
    from ranvier.training.callbacks.lambda_callback import LambdaCallback as LambdaCallback
    from ranvier.training.callbacks.learning_rate_scheduler import (
        LearningRateScheduler as LearningRateScheduler,
    )
    from ranvier.training.callbacks.model_checkpoint import ModelCheckpoint as ModelCheckpoint
    from ranvier.training.callbacks.progbar_logger import ProgbarLogger as ProgbarLogger
    from ranvier.training.callbacks.reduce_lr_on_plateau import ReduceLROnPlateau as ReduceLROnPlateau
    from ranvier.training.callbacks.swap_ema_weights import SwapEMAWeights as SwapEMAWeights
    from ranvier.training.callbacks.tensorboard import TensorBoard as TensorBoard
    from ranvier.training.callbacks.terminate_on_nan import TerminateOnNaN as TerminateOnNaN

_HOMES = {
    "BackupAndRestore": "backup_and_restore",
    "CSVLogger": "csv_logger",
    "Callback": "callback",
    "CallbackList": "callback_list",
    "EarlyStopping": "early_stopping",
    "History": "history",
    "LambdaCallback": "lambda_callback",
    "LearningRateScheduler": "learning_rate_scheduler",
    "ModelCheckpoint": "model_checkpoint",
    "ProgbarLogger": "progbar_logger",
    "ReduceLROnPlateau": "reduce_lr_on_plateau",
    "SwapEMAWeights": "swap_ema_weights",
    "TensorBoard": "tensorboard",
    "TerminateOnNaN": "terminate_on_nan",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"ranvier.training.callbacks.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
