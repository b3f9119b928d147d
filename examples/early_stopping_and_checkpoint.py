"""Stop when the validation loss no longer falls, and keep the best model on disk."""

from __future__ import annotations

import tempfile
from pathlib import Path

from ranvier.callbacks import EarlyStopping, ModelCheckpoint
from ranvier.datasets import wine
from ranvier.layers import Dense, Input, Normalization
from ranvier.models import Sequential, load_model
from ranvier.utils import set_random_seed

MOST_EPOCHS = 500


def main() -> float:
    """Train, load the checkpoint back, and return its test accuracy."""
    set_random_seed(0)
    (x_train, y_train), (x_test, y_test) = wine.load_data()
    scaled = Normalization()
    scaled.adapt(x_train)
    model = Sequential([Input((13,)), scaled, Dense(32, activation="relu"), Dense(3, activation="softmax")])
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "best.safetensors"
        stopping = EarlyStopping(monitor="val_loss", patience=10, restore_best_weights=True)
        checkpoint = ModelCheckpoint(path, monitor="val_loss", save_best_only=True)
        history = model.fit(
            x_train,
            y_train,
            epochs=MOST_EPOCHS,
            validation_split=0.2,
            callbacks=[stopping, checkpoint],
            verbose=0,
        )
        loaded = load_model(path)
    ran = len(history.history["loss"])
    print(f"Stopped after {ran} of {MOST_EPOCHS} epochs; the best was epoch {stopping.best_epoch + 1}.")
    accuracy = float(loaded.evaluate(x_test, y_test, verbose=0)[1])
    print(f"Test accuracy of the checkpoint: {accuracy:.4f}")
    return accuracy


if __name__ == "__main__":
    main()
