"""scikit-learn's MLPClassifier, held to the same number of epochs."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from benchmarks.arrays import read_arrays
from benchmarks.timing import timings

if TYPE_CHECKING:
    from benchmarks.worker import Job

warnings.simplefilter("ignore", ConvergenceWarning)  # the number of epochs is what is asked for


class SklearnPeer:
    """A peer that has Adam only (also where the program says RMSprop) and holds rows out by itself."""

    def __init__(self, job: Job) -> None:
        self.program = job.network()
        self.arrays = read_arrays(job.arrays).flat()

    def build(self) -> Any:
        """Return an estimator."""
        return MLPClassifier(
            self.program.hidden,
            alpha=0.0,
            batch_size=self.program.batch_size,
            epsilon=1e-7,
            tol=0.0,
            validation_fraction=0.1,
            random_state=0,
        )

    def fit(self, model: Any, epochs: int, *, validate: bool) -> None:
        """Train silently; the patience is longer than the training, so that every epoch is run."""
        hold_out = validate and self.program.validation == "tail"
        rows = len(self.arrays.x_train) if hold_out else self.program.training_rows(len(self.arrays.x_train))
        model.set_params(max_iter=epochs, early_stopping=hold_out, n_iter_no_change=epochs + 1)
        model.fit(self.arrays.x_train[:rows], self.arrays.y_train[:rows])

    def evaluate(self, model: Any) -> float:
        """Return the accuracy on the test rows."""
        return float(model.score(self.arrays.x_test, self.arrays.y_test))

    def predict_one(self, model: Any) -> None:
        """Predict one row."""
        model.predict_proba(self.arrays.x_test[:1])


def measure(job: Job) -> dict[str, float]:
    """Return the figures of scikit-learn."""
    return timings(SklearnPeer(job), job)
