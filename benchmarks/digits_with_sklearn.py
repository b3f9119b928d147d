"""What ``ranvier train digits`` does, as a script for scikit-learn: fit, accuracy, report."""

from __future__ import annotations

import sys
import warnings

from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import classification_report
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler


def main() -> None:
    """Train for the number of epochs in the argument."""
    epochs = int(sys.argv[1])
    warnings.simplefilter("ignore", ConvergenceWarning)
    x, y = load_digits(return_X_y=True)
    x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.2, random_state=42)
    scaler = StandardScaler().fit(x_train)
    network = MLPClassifier(
        (64, 32), alpha=0.0, batch_size=32, max_iter=epochs, early_stopping=True,
        n_iter_no_change=epochs + 1, validation_fraction=0.1, random_state=0,
    )  # fmt: skip
    network.fit(scaler.transform(x_train), y_train)
    predicted = network.predict(scaler.transform(x_test))
    print(f"test accuracy {(predicted == y_test).mean():.4f}")
    print(classification_report(y_test, predicted))


if __name__ == "__main__":
    main()
