"""Is a tumour malignant? Thirty measures of cell nuclei, and an answer whose errors are told apart.

Accuracy alone hides what matters here: a malignant tumour called benign costs more than the reverse.
So the threshold is chosen on validation rows such that hardly any malignant one is missed, and
sensitivity (malignant ones found) and specificity (benign ones left alone) are shown beside accuracy.
This is an exercise on a small published table, not a medical device.
"""

from __future__ import annotations

import numpy as np

from ranvier.callbacks import EarlyStopping
from ranvier.datasets import breast_cancer
from ranvier.layers import Dense, Dropout, Input, Normalization
from ranvier.models import Sequential
from ranvier.utils import set_random_seed

WANTED_SENSITIVITY = 0.98


def threshold_for(probabilities: np.ndarray, malignant: np.ndarray) -> float:
    """Find the largest threshold, at most a half, that finds the wanted share of malignant rows.

    Args:
        probabilities: Of being malignant, shape (rows,).
        malignant: What each row is, shape (rows,).
    """
    return min(0.5, float(np.quantile(probabilities[malignant], 1 - WANTED_SENSITIVITY)))


def main() -> float:
    """Train, choose the threshold, and return the test accuracy."""
    set_random_seed(0)
    (x_train, y_train), (x_test, y_test) = breast_cancer.load_data()
    malignant_train, malignant_test = y_train == 0, y_test == 0  # the table says 0 for malignant

    scaled = Normalization()
    scaled.adapt(x_train)
    model = Sequential(
        [Input((30,)), scaled, Dense(32, activation="relu"), Dropout(0.3), Dense(1, activation="sigmoid")]
    )
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy", "auc"])
    fitting, choosing = slice(0, 364), slice(364, None)
    model.fit(
        x_train[fitting],
        malignant_train[fitting],
        epochs=200,
        validation_data=(x_train[choosing], malignant_train[choosing]),
        callbacks=[EarlyStopping(patience=15, restore_best_weights=True)],
        verbose=0,
    )

    threshold = threshold_for(model.predict(x_train[choosing], verbose=0)[:, 0], malignant_train[choosing])
    found = model.predict(x_test, verbose=0)[:, 0] >= threshold
    accuracy = float(np.mean(found == malignant_test))
    sensitivity = float(np.mean(found[malignant_test]))
    specificity = float(np.mean(~found[~malignant_test]))
    print(f"Threshold {threshold:.3f}, chosen on {len(x_train[choosing])} validation rows")
    print(f"Sensitivity: {sensitivity:.3f} of {malignant_test.sum()} malignant tumours found")
    print(f"Specificity: {specificity:.3f} of {(~malignant_test).sum()} benign ones left alone")
    print(f"Test accuracy: {accuracy:.4f}")
    return accuracy


if __name__ == "__main__":
    main()
