"""Pictures of handwritten digits in the form a trained network expects.

::

    from ranvier.images import load_digit
    model.predict(load_digit("seven.png")[None] / 255)

See :func:`load_digit`.
"""

from __future__ import annotations

from ranvier.images.digit import load_digit, prepare_digit

__all__ = ["load_digit", "prepare_digit"]
