"""``tf.test``: questions about GPUs."""

from __future__ import annotations

import jax

from ranvier.compat.tensorflow.renaming import absent

__all__ = ["gpu_device_name", "is_built_with_cuda", "is_built_with_gpu_support", "is_gpu_available"]


def is_gpu_available(cuda_only: bool = False, min_cuda_compute_capability: object = None) -> bool:
    """Tell whether the engine computes on a GPU."""
    del cuda_only, min_cuda_compute_capability
    return jax.default_backend() == "gpu"


def is_built_with_cuda() -> bool:
    """Tell whether the engine computes on a GPU."""
    return is_gpu_available()


def is_built_with_gpu_support() -> bool:
    """Tell whether the engine computes on a GPU."""
    return is_gpu_available()


def gpu_device_name() -> str:
    """Return ``"/device:GPU:0"``, or nothing where there is no GPU."""
    return "/device:GPU:0" if is_gpu_available() else ""


__getattr__ = absent("tf.test", lambda: __all__)
