"""Is a remark kind or unkind? A bag of words with and without a hidden layer, and why "not" matters.

The remarks are made here from a small grammar, so that nothing is downloaded. "Not" turns the meaning of a word
around. A single neuron adds up what the words are worth and cannot express that; with a hidden layer
the network can.
"""

from __future__ import annotations

import numpy as np

from ranvier.layers import Dense, Input
from ranvier.models import Sequential
from ranvier.utils import set_random_seed

KIND = ["good", "lovely", "gripping", "funny", "moving"]
UNKIND = ["dull", "awful", "tedious", "clumsy", "flat"]
THINGS = ["film", "plot", "music", "cast", "ending"]
WORDS = ["not", "the", "is", *THINGS, *KIND, *UNKIND]


def made_remarks(count: int, seed: int) -> tuple[list[str], np.ndarray]:
    """Make sentences and whether each is kind, shape (count,)."""
    random = np.random.default_rng(seed)
    sentences, kind = [], []
    for _ in range(count):
        likes, turned = random.random(2) < 0.5
        word = random.choice(KIND if likes else UNKIND)
        sentences.append(f"the {random.choice(THINGS)} is {'not ' if turned else ''}{word}")
        kind.append(likes != turned)
    return sentences, np.array(kind)


def bags(sentences: list[str]) -> np.ndarray:
    """Count each known word, shape (sentences, words)."""
    return np.array([[sentence.split().count(word) for word in WORDS] for sentence in sentences], np.float32)


def main() -> float:
    """Train both networks; return the test accuracy of the one with a hidden layer."""
    (train, y_train), (test, y_test) = made_remarks(600, seed=0), made_remarks(300, seed=1)
    accuracy = 0.0
    for name, hidden in (("one neuron", []), ("a hidden layer of 16", [Dense(16, activation="relu")])):
        set_random_seed(0)
        model = Sequential([Input((len(WORDS),)), *hidden, Dense(1, activation="sigmoid")])
        model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
        model.fit(bags(train), y_train, epochs=60, verbose=0)
        accuracy = float(model.evaluate(bags(test), y_test, verbose=0)[1])
        print(f"{name}: test accuracy {accuracy:.3f}")
    for remark in ("the plot is not dull", "the cast is not funny"):
        print(f"{remark!r}: kind with probability {model.predict(bags([remark]), verbose=0)[0, 0]:.3f}")
    return accuracy


if __name__ == "__main__":
    main()
