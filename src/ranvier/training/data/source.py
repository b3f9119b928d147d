"""From the arguments of ``fit``, ``evaluate`` and ``predict`` to a table or a stream."""

from __future__ import annotations

from typing import Any, TypeAlias

from ranvier.errors import ConfigurationError, DataError
from ranvier.training.data.batch import unpacked
from ranvier.training.data.batches import check_count, check_shuffle
from ranvier.training.data.feeds import is_dataset
from ranvier.training.data.kinds import is_array_like, kind_of
from ranvier.training.data.stream import Stream
from ranvier.training.data.table import Table

Source: TypeAlias = Table | Stream
"""Where rows come from: all at hand, or batch by batch."""


def training_source(
    x: Any,
    y: Any = None,
    sample_weight: Any = None,
    *,
    batch_size: int | None = None,
    class_weight: Any = None,
    validation_split: float = 0.0,
    validation_data: Any = None,
    steps_per_epoch: int | None = None,
    validation_steps: int | None = None,
    validation_batch_size: int | None = None,
    shuffle: bool | str = True,
    seed: int = 0,
    budget: int | None = None,
) -> tuple[Source, Source | None]:
    """Read the data arguments of ``fit``.

    Args:
        x: Inputs: data, or something that yields batches.
        y: Targets, with data only.
        sample_weight: What each row counts, with data only.
        batch_size: The rows of a batch, with data only.
        class_weight: Weights by class number; multiplied with ``sample_weight`` where both are given.
        validation_split: The share of the last rows to keep for validation, before any shuffling;
            ignored where ``validation_data`` is given, as in Keras.
        validation_data: ``(x, y)``, ``(x, y, sample_weight)``, or something that yields batches.
        steps_per_epoch: The steps of an epoch.
        validation_steps: The steps of a validation.
        validation_batch_size: The rows of a batch in validation.
        shuffle: True, False, or ``"batch"`` (data only) to shuffle batches as a whole. A generator
            keeps its own order.
        seed: The seed of the order of a PyDataset's batches.
        budget: Bytes that lazy data may take when copied whole.

    Returns:
        Training data, and validation data or None. Batches of a :class:`Table` are planned by
        :class:`BatchPlan`; a :class:`Stream` has its own.

    Raises:
        ConfigurationError: If arguments exclude each other or are out of their range.
        DataError: If there are no rows, or not the same number everywhere.
    """
    check_count(validation_batch_size, "validation_batch_size")
    check_count(validation_steps, "validation_steps")
    check_shuffle(shuffle)
    if validation_split and validation_data is None:
        _refuse_split(x, validation_split)
    if shuffle == "batch" and is_stream(x) and not is_dataset(x):
        raise ConfigurationError(
            f"`shuffle='batch'` needs data whose rows are at hand; received: `x` as {kind_of(x)}. Shuffle "
            "inside it."
        )
    data = _source(
        "fit", x, y, sample_weight, batch_size, steps_per_epoch, "steps_per_epoch", budget,
        resumes=True, shuffle=bool(shuffle), seed=seed, class_weight=class_weight,
    )  # fmt: skip
    validation: Source | None = None
    if validation_data is not None:
        validation = validation_source(
            validation_data, batch_size=validation_batch_size, steps=validation_steps, budget=budget
        )
    elif validation_split and isinstance(data, Table):
        data, validation = data.split_tail(validation_split)
    # The weights of classes are for training only, so they come after the split.
    return data.weighted(class_weight) if isinstance(data, Table) else data, validation


def validation_source(
    validation_data: Any,
    *,
    batch_size: int | None = None,
    steps: int | None = None,
    budget: int | None = None,
) -> Source:
    """Read ``validation_data`` as ``fit`` takes it.

    Args:
        validation_data: A tuple or list ``(x,)``, ``(x, y)`` or ``(x, y, sample_weight)``; ``x`` alone;
            or something that yields batches.
        batch_size: What was given as ``validation_batch_size``.
        steps: What was given as ``validation_steps``.
        budget: Bytes that lazy data may take when copied whole.

    Returns:
        The data; each epoch of a stream starts again where that is possible.

    Raises:
        ConfigurationError: If arguments exclude each other or are out of their range.
        DataError: If there are no rows, or not the same number everywhere.
    """
    x, y, sample_weight = unpacked(validation_data, "`validation_data`")
    return _source(
        "fit", x, y, sample_weight, batch_size, steps, "validation_steps", budget,
        batch_size_name="validation_batch_size",
    )  # fmt: skip


def evaluation_source(
    x: Any,
    y: Any = None,
    sample_weight: Any = None,
    *,
    batch_size: int | None = None,
    steps: int | None = None,
    budget: int | None = None,
) -> Source:
    """Read the data arguments of ``evaluate``, as :func:`training_source` reads those of ``fit``."""
    return _source("evaluate", x, y, sample_weight, batch_size, steps, "steps", budget)


def prediction_source(
    x: Any, *, batch_size: int | None = None, steps: int | None = None, budget: int | None = None
) -> Source:
    """Read the data arguments of ``predict``; targets that a stream gives as well are left in its batches."""
    return _source("predict", x, None, None, batch_size, steps, "steps", budget)


def is_stream(x: Any) -> bool:
    """Whether a value yields batches, and is not data as a whole."""
    if isinstance(x, Stream):
        return True
    if isinstance(x, Table):
        return False
    if is_dataset(x):
        return True
    return not is_array_like(x) and (hasattr(x, "__iter__") or hasattr(x, "__next__"))


def _source(
    method: str,
    x: Any,
    y: Any,
    sample_weight: Any,
    batch_size: int | None,
    steps: int | None,
    steps_name: str,
    budget: int | None,
    *,
    batch_size_name: str = "batch_size",
    resumes: bool = False,
    shuffle: bool = False,
    seed: int = 0,
    class_weight: Any = None,
) -> Source:
    check_count(batch_size, batch_size_name)
    check_count(steps, steps_name)
    if x is None:
        raise DataError(
            f"`{method}` needs data; received: `x` None. Give an array, a frame or a generator as `x`."
        )
    if not is_stream(x) and not isinstance(x, Table):
        return Table(x, y, sample_weight, budget=budget)
    for name, value in (("y", y), ("sample_weight", sample_weight)):
        if value is not None:
            raise ConfigurationError(
                f"`{name}` must be left out when `x` is {kind_of(x)}, which gives it itself; received: "
                f"`{name}` as {kind_of(value)}. Put it into the batches: (x, y) or (x, y, sample_weight)."
            )
    if isinstance(x, Table):
        return x
    if batch_size is not None:
        raise ConfigurationError(
            f"`{batch_size_name}` must be left out when `x` is {kind_of(x)}, whose batches have their own "
            f"size; received: {batch_size}. Set the size where the batches are made."
        )
    if isinstance(x, Stream):
        if steps is not None or class_weight is not None:
            raise ConfigurationError(
                f"A Stream has its steps and class weights already; received: `{steps_name}` {steps!r}, "
                f"`class_weight` {class_weight!r}. Give them when it is made."
            )
        return x
    return Stream(
        x,
        steps_per_epoch=steps,
        resumes=resumes,
        shuffle=shuffle,
        seed=seed,
        class_weight=class_weight,
        steps_name=steps_name,
    )


def _refuse_split(x: Any, validation_split: float) -> None:
    if is_stream(x):
        raise ConfigurationError(
            f"`validation_split` needs data whose rows are at hand; received: {validation_split!r} with `x` "
            f"as {kind_of(x)}. Give `validation_data` instead."
        )
