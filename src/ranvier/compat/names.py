"""Where each module of TensorFlow and Keras is found in Ranvier."""

from __future__ import annotations

from ranvier.compat.errors import MissingModuleError, missing

KERAS = "ranvier.keras"
TENSORFLOW = "ranvier.compat.tensorflow"

KERAS_ROOTS = (
    *("tensorflow.keras", "tensorflow._api.v2.keras", "keras", "tf_keras", KERAS),
    *("keras.api", "keras._tf_keras.keras", "tensorflow.keras.api", "tensorflow.compat.v1.keras"),
)
"""The names under which programs know Keras, the longest that fits counting."""

TOP_LEVEL = ("tensorflow", "keras", "tf_keras")
"""The packages that a program imports."""

_FACES = {
    name: f"ranvier.{name}"
    for name in (
        *(
            "activations",
            "backend",
            "callbacks",
            "config",
            "constraints",
            "datasets",
            "initializers",
            "layers",
        ),
        *("losses", "metrics", "models", "ops", "optimizers", "random", "regularizers", "saving", "utils"),
    )
}

_DATASETS = (
    "boston_housing",
    "california_housing",
    "cifar10",
    "cifar100",
    "fashion_mnist",
    "imdb",
    "mnist",
    "reuters",
)

_MODULES = {
    **_FACES,
    "optimizers.schedules": "ranvier.optimizers.schedules",
    "optimizers.legacy": "ranvier.optimizers",
    "preprocessing": "ranvier.compat.preprocessing",
    "preprocessing.sequence": "ranvier.compat.preprocessing.sequence",
    **{f"datasets.{name}": f"ranvier.datasets.{name}" for name in _DATASETS},
    # Modules of earlier versions of Keras, whose names now stand one floor up.
    **dict.fromkeys(
        (
            *(
                "layers.core",
                "layers.convolutional",
                "layers.pooling",
                "layers.normalization",
                "layers.noise",
            ),
            *("layers.advanced_activations", "layers.merge", "layers.embeddings", "layers.recurrent"),
        ),
        "ranvier.layers",
    ),
    **dict.fromkeys(
        ("utils.np_utils", "utils.vis_utils", "utils.data_utils", "utils.generic_utils"), "ranvier.utils"
    ),
}

INSTEAD = {
    "applications": "Trained networks are not part of Ranvier; build and train one of your own.",
    "distillation": "Write the two losses into one model instead.",
    "distribution": "A program uses all the cores of one machine as it is.",
    "dtype_policies": "Give a layer its `dtype`.",
    "estimator": "Call `fit` and `predict` of the model itself.",
    "export": "Use `model.save`.",
    "legacy": "Use the name without `legacy`.",
    "mixed_precision": "Everything is computed in float32; give a layer its `dtype`.",
    "preprocessing.image": "Load images with Pillow, and give `fit` NumPy arrays.",
    "preprocessing.text": "Count words with scikit-learn's `CountVectorizer`, and give `fit` NumPy arrays.",
    "quantizers": "Weights are float32.",
    "src": "It is Keras' inside; import the public name.",
    "tree": "Use `jax.tree`.",
    "visualization": "Use `ranvier.plots`.",
    "wrappers": "Call `fit` and `predict` of the model itself.",
    "wrappers.scikit_learn": "Call `fit` and `predict` of the model itself.",
}
"""What to use in place of a part of Keras that is not offered."""

TENSORFLOW_MODULES = frozenset(
    {
        *("autograph", "compat", "compat.v1", "compat.v1.logging", "config", "config.experimental", "data"),
        *("data.experimental", "dtypes", "linalg", "math", "nn", "random", "test", "version"),
    }
)
"""The parts of TensorFlow outside Keras that can be imported."""


def real_name(name: str) -> str | None:
    """Return the module of Ranvier that answers for a module of TensorFlow or Keras.

    Args:
        name: A module as the program names it: ``"tensorflow.keras.layers"``.

    Returns:
        A module's name, or None if ``name`` belongs to neither package.

    Raises:
        MissingModuleError: If it belongs to one, and is not offered.
    """
    root = max(
        (each for each in KERAS_ROOTS if name == each or name.startswith(f"{each}.")), key=len, default=None
    )
    if root is not None:
        return _in_keras(name, name[len(root) + 1 :])
    top, _, tail = name.partition(".")
    if top != "tensorflow":
        return None
    if not tail or tail in TENSORFLOW_MODULES:
        return f"{TENSORFLOW}.{tail}".rstrip(".")
    if tail.split(".")[0] == "python":
        raise MissingModuleError(
            f"`{name}` is TensorFlow's inside, and not offered by Ranvier. "
            f"Import the public name: `tensorflow.keras` instead of `tensorflow.python.keras`."
        )
    raise MissingModuleError(missing("tensorflow", tail, ("keras", *TENSORFLOW_MODULES)))


def _in_keras(name: str, tail: str) -> str:
    if not tail:
        return KERAS
    if tail in _MODULES:
        return _MODULES[tail]
    instead = INSTEAD.get(tail, INSTEAD.get(tail.split(".")[0]))
    owner = name[: -len(tail) - 1]
    raise MissingModuleError(missing(owner, tail, _FACES, instead))


def older_module(module: str) -> str | None:
    """Return what answers for a part of earlier versions of Keras that a program imports from a module of Ranvier.

    Args:
        module: Such as ``"ranvier.utils.np_utils"``, of ``from keras.utils import np_utils``.
    """
    root, _, tail = asked_of(module).partition(".")
    return _MODULES.get(tail) if root == "keras" else None


def asked_of(module: str) -> str:
    """Return how a program most likely calls a module of Ranvier: ``"keras.layers"``."""
    if module.startswith(TENSORFLOW):
        return f"tf{module[len(TENSORFLOW) :]}"
    return (
        f"keras{module[len(KERAS) :]}" if module.startswith(KERAS) else module.replace("ranvier", "keras", 1)
    )
