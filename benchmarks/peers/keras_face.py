"""A network written for Keras' face, whichever library answers to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.arrays import one_hot, read_arrays

if TYPE_CHECKING:
    from benchmarks.worker import Job


class KerasFace:
    """A peer with the names of Keras.

    Args:
        library: Has ``Sequential``, ``Input``, ``Dense``, ``Flatten`` and ``set_random_seed``.
        job: What to measure.
    """

    def __init__(self, library: Any, job: Job) -> None:
        self.library = library
        self.program = job.network()
        self.arrays = read_arrays(job.arrays)
        encode = one_hot if self.program.one_hot else lambda labels: labels
        self.y_train, self.y_test = encode(self.arrays.y_train), encode(self.arrays.y_test)
        self.row = self.arrays.x_test[:1]
        library.set_random_seed(0)

    def build(self) -> Any:
        """Return a compiled model."""
        library, program = self.library, self.program
        layers = [] if program.input_shape is None else [library.Input(shape=program.input_shape)]
        if program.flatten:
            layers.append(library.Flatten())
        layers += [library.Dense(units, activation="relu") for units in program.hidden]
        model = library.Sequential([*layers, library.Dense(10, activation="softmax")])
        prefix = "" if program.one_hot else "sparse_"
        model.compile(
            optimizer=program.optimizer, loss=f"{prefix}categorical_crossentropy", metrics=["accuracy"]
        )
        return model

    def fit(self, model: Any, epochs: int, *, validate: bool) -> None:
        """Train silently."""
        program, arrays = self.program, self.arrays
        options: dict[str, Any] = {"epochs": epochs, "batch_size": program.batch_size, "verbose": 0}
        if validate and program.validation == "tail":
            model.fit(arrays.x_train, self.y_train, validation_split=0.1, **options)
        elif validate and program.validation == "test":
            model.fit(arrays.x_train, self.y_train, validation_data=(arrays.x_test, self.y_test), **options)
        else:
            rows = program.training_rows(len(arrays.x_train))
            model.fit(arrays.x_train[:rows], self.y_train[:rows], **options)

    def evaluate(self, model: Any) -> float:
        """Return the accuracy on the test rows, in batches of Keras' default size."""
        return float(model.evaluate(self.arrays.x_test, self.y_test, verbose=0)[1])

    def predict_one(self, model: Any) -> None:
        """Predict one row."""
        model.predict(self.row, verbose=0)
