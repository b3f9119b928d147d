"""Data sets to start from, each with ``load_data()`` as in Keras.

::

    from ranvier.datasets import mnist
    (x_train, y_train), (x_test, y_test) = mnist.load_data()

``digits``, ``iris``, ``wine``, ``breast_cancer`` and ``diabetes`` ship with scikit-learn and need no
network. ``mnist``, ``fashion_mnist``, ``cifar10``, ``imdb`` and ``california_housing`` are looked for
in the folder that the environment variable ``RANVIER_DATA_HOME`` names, then in the user's cache, and
only then downloaded from their official addresses. Whatever way a file came, its content is checked
each time it is read:

=========================  =====================================================================
files                      checked against
=========================  =====================================================================
``mnist``                  SHA-256 of each decompressed file
``fashion_mnist``          MD5 of each decompressed file
``cifar10``                MD5 of the archive, or SHA-256 of each extracted file
``imdb``                   SHA-256 of the reviews, MD5 of the word index
``california_housing``     SHA-256 of the archive; an extracted file by its shape and ranges,
                           since no checksum of it is published
=========================  =====================================================================

A download that breaks off is continued by the next call. No file is ever unpickled.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ranvier.datasets import breast_cancer as breast_cancer
    from ranvier.datasets import california_housing as california_housing
    from ranvier.datasets import cifar10 as cifar10
    from ranvier.datasets import diabetes as diabetes
    from ranvier.datasets import digits as digits
    from ranvier.datasets import fashion_mnist as fashion_mnist
    from ranvier.datasets import imdb as imdb
    from ranvier.datasets import iris as iris
    from ranvier.datasets import mnist as mnist
    from ranvier.datasets import wine as wine

__all__ = [
    "breast_cancer",
    "california_housing",
    "cifar10",
    "diabetes",
    "digits",
    "fashion_mnist",
    "imdb",
    "iris",
    "mnist",
    "wine",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has: {', '.join(__all__)}")
    return importlib.import_module(f"{__name__}.{name}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
