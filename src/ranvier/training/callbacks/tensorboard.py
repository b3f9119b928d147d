"""Curves, histograms and pictures for TensorBoard."""

# ruff: noqa: ARG002 - a hook has the arguments of its event

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ranvier import notices
from ranvier.errors import ConfigurationError, UnsupportedError
from ranvier.training.callbacks.callback import Callback, Logs
from ranvier.training.callbacks.event_file import EventFile
from ranvier.training.callbacks.event_records import scalar_value, text_value
from ranvier.training.callbacks.hooks import heard_when, is_ours
from ranvier.training.callbacks.weight_summaries import weight_histogram, weight_image

if TYPE_CHECKING:
    from collections.abc import Mapping


class TensorBoard(Callback):
    """Write what TensorBoard shows (``tensorboard --logdir logs``).

    The curves of training lie in the folder ``train``, those of validation in ``validation``; they
    are called ``epoch_loss``, ``batch_loss``, ``evaluation_loss_vs_iterations``, and so for every
    metric. Writing needs no package besides Ranvier, looking needs ``ranvier[tensorboard]``.

    Args:
        log_dir: The folder.
        histogram_freq: Write histograms of the weights every this many epochs; 0 for none.
        write_graph: Whether to write the model's layers, where the model has a ``to_json``.
        write_images: Whether to write the weights as pictures, too, whenever there are histograms.
        write_steps_per_second: Whether to write how fast training is.
        update_freq: ``"epoch"``; or ``"batch"`` or a number of batches to write the results within
            the epochs as well.
        profile_batch: Must be 0.
        embeddings_freq: Must be 0.
        embeddings_metadata: Must be None.

    Raises:
        ConfigurationError: If ``histogram_freq`` or ``update_freq`` is none of these.
        UnsupportedError: If profiles or embeddings are asked for.
    """

    def __init__(
        self,
        log_dir: str | os.PathLike[str] = "logs",
        histogram_freq: int = 0,
        write_graph: bool = True,
        write_images: bool = False,
        write_steps_per_second: bool = False,
        update_freq: str | int = "epoch",
        profile_batch: int | str | tuple[int, int] = 0,
        embeddings_freq: int = 0,
        embeddings_metadata: Mapping[str, str] | str | None = None,
    ) -> None:
        super().__init__()
        _refuse_unsupported(profile_batch, embeddings_freq, embeddings_metadata)
        self.log_dir = os.fspath(log_dir)
        self.histogram_freq = _checked_frequency("histogram_freq", histogram_freq, least=0)
        self.write_graph = write_graph
        self.write_images = write_images
        self.write_steps_per_second = write_steps_per_second
        self.update_freq = update_freq if update_freq == "epoch" else _batches_between(update_freq)
        self._files: dict[str, EventFile] = {}
        self._train_batches = 0
        self._batch_begin = 0.0
        self._epoch_begin = 0.0
        self._epoch_begin_iterations = 0

    @property
    def reads_weights(self) -> bool:
        """Whether there are histograms to write, or a subclass may read weights."""
        return self.histogram_freq > 0 or not is_ours(self)

    def set_model(self, model: Any) -> None:
        """Begin new files, and write the model's layers."""
        super().set_model(model)
        self._files = {}
        if self.write_graph and hasattr(model, "to_json"):
            self._write_layers(model)

    def _write_layers(self, model: Any) -> None:
        try:
            layers = model.to_json()
        except NotImplementedError:  # a subclassed model has code in place of a graph
            return
        except Exception as error:
            # A picture must not keep a model from being trained.
            notices.warn(f"TensorBoard gets no graph, the model has no configuration: {error}")
            return
        self._add("train", text_value("keras", layers, "graph_keras_model", b"1"), 0)

    def get_state(self) -> dict[str, Any]:
        """Return the number of batches, over which results within epochs are drawn."""
        return {"batches": self._train_batches}

    def set_state(self, state: dict[str, Any]) -> None:
        """Take up what :meth:`get_state` returned."""
        self._train_batches = state["batches"]

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Count batches from the beginning."""
        self._train_batches = 0

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Start the clock of the epoch."""
        if self.write_steps_per_second:
            self._epoch_begin = time.monotonic()
            self._epoch_begin_iterations = int(self.model.optimizer.iterations)

    @heard_when(lambda callback: callback.update_freq != "epoch")
    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Start the clock of the batch."""
        self._batch_begin = time.monotonic()

    @heard_when(lambda callback: callback.update_freq != "epoch")
    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Write the results so far if so many batches have passed."""
        self._train_batches += 1
        if isinstance(self.update_freq, str) or self._train_batches % self.update_freq:
            return
        values = dict(logs or {})
        if self.write_steps_per_second:
            values["steps_per_second"] = 1 / max(time.monotonic() - self._batch_begin, 1e-9)
        self._add_scalars("train", {f"batch_{k}": v for k, v in values.items()}, self._train_batches)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Write the results of the epoch, and the weights if it is time."""
        logs = logs or {}
        train = {name: value for name, value in logs.items() if not name.startswith("val_")}
        validation = {name[4:]: value for name, value in logs.items() if name.startswith("val_")}
        optimizer = getattr(self.model, "optimizer", None)
        if logs and optimizer is not None:
            train["learning_rate"] = float(optimizer.learning_rate)
            if self.write_steps_per_second:
                steps = int(optimizer.iterations) - self._epoch_begin_iterations
                train["steps_per_second"] = steps / max(time.monotonic() - self._epoch_begin, 1e-9)
        for kind, values in (("train", train), ("validation", validation)):
            self._add_scalars(kind, {f"epoch_{name}": value for name, value in values.items()}, epoch)
        if self.histogram_freq and epoch % self.histogram_freq == 0:
            self._add_weights(epoch)
        self._flush()

    def on_test_end(self, logs: Logs | None = None) -> None:
        """Write the results of an evaluation over the optimizer's iterations."""
        optimizer = getattr(self.model, "optimizer", None)
        if optimizer is not None and hasattr(optimizer, "iterations"):
            values = {f"evaluation_{name}_vs_iterations": value for name, value in (logs or {}).items()}
            self._add_scalars("validation", values, int(optimizer.iterations))
        self._flush()

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Write what waits."""
        self._flush()

    def on_interrupt(self) -> None:
        """Write what waits."""
        self._flush()

    def _add_weights(self, epoch: int) -> None:
        for layer in self.model.layers:
            for weight in layer.weights:
                values = np.asarray(weight)
                self._add("train", weight_histogram(f"{weight.path}/histogram", values), epoch)
                image = weight_image(f"{weight.path}/image", values) if self.write_images else None
                if image is not None:
                    self._add("train", image, epoch)

    def _add_scalars(self, kind: str, values: Mapping[str, Any], step: int) -> None:
        for tag, value in values.items():
            if not isinstance(value, str) and np.ndim(value) == 0:
                self._add(kind, scalar_value(tag, float(value)), step)

    def _add(self, kind: str, value: bytes, step: int) -> None:
        if kind not in self._files:
            self._files[kind] = EventFile(Path(self.log_dir) / kind)
        self._files[kind].add(value, step)

    def _flush(self) -> None:
        for file in self._files.values():
            file.flush()


def _batches_between(update_freq: str | int) -> int:
    if update_freq == "batch":
        return 1
    return _checked_frequency("update_freq", update_freq, least=1, also="'epoch', 'batch' or ")


def _checked_frequency(name: str, value: Any, least: int, also: str = "") -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise ConfigurationError(
            f"`{name}` of TensorBoard must be {also}an integer of at least {least}; received: {value!r}."
        )
    return value


def _refuse_unsupported(profile_batch: Any, embeddings_freq: int, embeddings_metadata: Any) -> None:
    if profile_batch not in (0, "0", (0, 0), None):
        raise UnsupportedError(
            f"TensorBoard profiles are not written; received: profile_batch={profile_batch!r}. Use "
            "profile_batch=0, and `jax.profiler.trace(folder)` around `fit` for a profile."
        )
    if embeddings_freq or embeddings_metadata is not None:
        raise UnsupportedError(
            f"TensorBoard's projector is not supported; received: embeddings_freq={embeddings_freq!r}, "
            f"embeddings_metadata={embeddings_metadata!r}. Leave both out."
        )
