"""Where the batches of a stream come from, and what a new epoch means to each origin."""

from __future__ import annotations

import itertools
from abc import ABC, abstractmethod
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from ranvier.errors import ConfigurationError, DataTypeError, UnsupportedError
from ranvier.training.data.batches import epoch_window, permutation
from ranvier.training.data.kinds import is_array_like, kind_of
from ranvier.training.data.sequence import PyDataset

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_KERAS_NAMES = frozenset({"PyDataset", "Sequence"})


class Feed(ABC):
    """Raw batches, epoch by epoch.

    Args:
        origin: What the user gave.
        steps: The steps of an epoch where the user set them.
        resumes: Whether, with ``steps``, an epoch goes on where the last one stopped.
    """

    one_shot = False

    def __init__(self, origin: Any, steps: int | None, resumes: bool) -> None:
        self.origin = origin
        self.wanted = steps
        self.resumes = resumes

    @property
    @abstractmethod
    def length(self) -> int | None:
        """The batches of one pass over the origin, or None if it does not say."""

    @abstractmethod
    def epoch(self, number: int, skip: int = 0) -> Iterator[Any]:
        """Give the raw batches of an epoch, at most ``steps``, without the first ``skip``."""

    def replay(self, seed: int, epochs: int, *, begun: bool) -> bool:
        """Come to where an interrupted training was, if that is possible without reading batches.

        Args:
            seed: The seed of the interrupted training.
            epochs: How many epochs it had finished.
            begun: Whether an epoch has begun, to look at its first batch.

        Returns:
            Whether it was possible.
        """
        del seed, epochs, begun
        return False

    @property
    def steps(self) -> int | None:
        """The steps of an epoch, or None if only its end will tell."""
        return self.wanted if self.wanted is not None else self.length


class IterableFeed(Feed):
    """An iterator, which is passed through once, or an iterable, which starts again for each epoch."""

    def __init__(self, origin: Any, steps: int | None, resumes: bool) -> None:
        super().__init__(origin, steps, resumes)
        self.one_shot = hasattr(origin, "__next__")
        self._pass: Iterator[Any] | None = None

    @property
    def length(self) -> int | None:
        """The batches of one pass, where ``len`` tells: a data loader over a sized data set."""
        if self.one_shot:
            return None
        try:
            length = len(self.origin)
        except TypeError:  # no length, or an endless one
            return None
        return length if length >= 0 else None

    def epoch(self, number: int, skip: int = 0) -> Iterator[Any]:
        """Give the next batches of the running pass, or those of a new one."""
        del number
        if not self.one_shot and not (self.resumes and self.wanted is not None):
            self._pass = None
        fresh = self._pass is None
        taken, steps = 0, self.steps
        while steps is None or taken < steps:
            if self._pass is None:
                self._pass = iter(self.origin)
            try:
                item = next(self._pass)
            except StopIteration:
                if self.one_shot:
                    return
                self._pass = None
                if taken or fresh:
                    return
                fresh = True  # the last epoch ended exactly at the end of its pass
                continue
            taken += 1
            if taken > skip:
                yield item


class SequenceFeed(Feed):
    """A data set that is asked for its batches by number.

    Args:
        origin: The data set.
        steps: The steps of an epoch where the user set them.
        resumes: Whether, with ``steps``, an epoch goes on where the last one stopped.
        shuffle: Whether each pass takes the batches in an order of its own.
        seed: The seed of the shuffling.

    Raises:
        ConfigurationError: If the data set is endless and ``steps`` is None.
        UnsupportedError: If the data set asks for processes.
    """

    def __init__(self, origin: Any, steps: int | None, resumes: bool, shuffle: bool, seed: int) -> None:
        super().__init__(origin, steps, resumes)
        self.shuffle = shuffle
        self.seed = seed
        self._begun = False
        if getattr(origin, "use_multiprocessing", False):
            raise UnsupportedError(
                f"Batches are prepared by threads; received: {kind_of(origin)} with "
                "use_multiprocessing=True. Set `workers` and leave `use_multiprocessing` out."
            )
        if self.length is None and steps is None:
            raise ConfigurationError(
                f"A data set without an end needs a number of steps; received: {kind_of(origin)} with "
                "num_batches None. Give `steps_per_epoch` (`validation_steps`, `steps`)."
            )

    @property
    def length(self) -> int | None:
        """The number of batches, or None if they have no end."""
        if hasattr(self.origin, "num_batches"):
            count = self.origin.num_batches
            return None if count is None else int(count)
        return len(self.origin)

    def replay(self, seed: int, epochs: int, *, begun: bool) -> bool:
        """Call the hooks of the epochs that were finished: a data set may shuffle its rows in them."""
        self.seed = seed
        for _ in range(epochs):
            if not begun:
                _call_hook(self.origin, "on_epoch_begin")
            _call_hook(self.origin, "on_epoch_end")
            begun = False
        self._begun = begun
        return True

    def epoch(self, number: int, skip: int = 0) -> Iterator[Any]:
        """Give the batches of an epoch in its order, between the two hooks of the data set."""
        if not self._begun:
            _call_hook(self.origin, "on_epoch_begin")
        self._begun = False
        indices = itertools.islice(self._indices(number), skip, None)
        workers = getattr(self.origin, "workers", 1)
        if workers > 1:
            yield from _prepared(self.origin.__getitem__, indices, workers, self.origin.max_queue_size)
        else:
            for index in indices:
                yield self.origin[index]
        _call_hook(self.origin, "on_epoch_end")

    def _indices(self, number: int) -> Iterable[int]:
        length, steps = self.length, self.steps
        begun = number if self.resumes else 0
        if length is None or steps is None:
            return itertools.islice(itertools.count(begun * (steps or 0)), steps)
        if length == 0:
            return ()
        # Without steps of the user's own an epoch is one pass, and its number that of the epoch.
        run, first, last = epoch_window(length, steps, begun if self.wanted is not None else number)
        order = permutation(length, self.seed, run).tolist() if self.shuffle else range(length)
        return order[first:last]


def feed_of(origin: Any, *, steps: int | None, resumes: bool, shuffle: bool, seed: int) -> Feed:
    """Return the feed that suits what the user gave.

    Raises:
        DataTypeError: If it does not give batches.
    """
    if is_dataset(origin):
        return SequenceFeed(origin, steps, resumes, shuffle, seed)
    if hasattr(origin, "__iter__") or hasattr(origin, "__next__"):
        return IterableFeed(origin, steps, resumes)
    raise DataTypeError(
        f"Expected something that yields batches; received: {kind_of(origin)}. Give arrays, a PyDataset, a "
        "data loader or a generator of (x, y)."
    )


def is_dataset(value: Any) -> bool:
    """Whether a value is asked for its batches by number: ours, Keras' or of the same form."""
    if isinstance(value, PyDataset):
        return True
    ancestors = type(value).__mro__
    if any(kind.__name__ in _KERAS_NAMES and "keras" in kind.__module__ for kind in ancestors):
        return True
    if is_array_like(value) or hasattr(value, "__iter__"):
        return False
    if any(kind.__module__.startswith("torch.utils.data") for kind in ancestors):
        raise DataTypeError(
            f"A data set of PyTorch gives single rows; received: {kind_of(value)}. Wrap it in "
            "`torch.utils.data.DataLoader(..., batch_size=32)`."
        )
    return hasattr(value, "__getitem__") and (hasattr(value, "__len__") or hasattr(value, "num_batches"))


def _call_hook(dataset: Any, name: str) -> None:
    hook = getattr(dataset, name, None)
    if hook is not None:
        hook()


def _prepared(
    function: Callable[[int], Any], indices: Iterable[int], workers: int, ahead: int
) -> Iterator[Any]:
    """Call a function in threads, at most ``ahead`` calls early, and give the results in order."""
    waiting: deque[Future[Any]] = deque()
    with ThreadPoolExecutor(workers, thread_name_prefix="ranvier-batches") as pool:
        try:
            for index in indices:
                waiting.append(pool.submit(function, index))
                if len(waiting) > ahead:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
