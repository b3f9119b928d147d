"""How far a disease will have advanced in a year, as a number: regression on ten measures.

The table is small (442 patients) and noisy, so a network that is too free learns it by heart. A narrow
hidden layer, an L2 penalty and early stopping hold it back. R squared says which share of the variance
is explained; always answering the mean would give 0.
"""

from __future__ import annotations

from ranvier.callbacks import EarlyStopping
from ranvier.datasets import diabetes
from ranvier.layers import Dense, Input
from ranvier.models import Sequential
from ranvier.optimizers import Adam
from ranvier.regularizers import L2
from ranvier.utils import set_random_seed


def main() -> float:
    """Train and return R squared on the test rows."""
    set_random_seed(0)
    (x_train, y_train), (x_test, y_test) = diabetes.load_data()
    inputs_scale = x_train.std(axis=0)
    mean, scale = y_train.mean(), y_train.std()
    x_train, x_test = x_train / inputs_scale, x_test / inputs_scale
    y_train, y_test = (y_train - mean) / scale, (y_test - mean) / scale

    model = Sequential([Input((10,)), Dense(16, activation="relu", kernel_regularizer=L2(1e-2)), Dense(1)])
    model.compile(optimizer=Adam(0.003), loss="mse", metrics=["mae", "r2_score"])
    model.fit(
        x_train,
        y_train,
        epochs=300,
        validation_split=0.15,
        callbacks=[EarlyStopping(patience=20, restore_best_weights=True)],
        verbose=0,
    )
    results = model.evaluate(x_test, y_test, verbose=0, return_dict=True)
    print(
        f"Mean absolute error: {results['mae'] * scale:.1f} points of the score (its spread is {scale:.1f})"
    )
    print(f"R squared on the test rows: {results['r2_score']:.3f}")
    return float(results["r2_score"])


if __name__ == "__main__":
    main()
