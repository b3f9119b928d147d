"""Which solvers take steps on some of the rows."""

from __future__ import annotations

from typing import Any


def has_steps(estimator: Any) -> bool:
    """Tell whether ``partial_fit`` is there: not for L-BFGS, which sees all rows at a time.

    Raises:
        AttributeError: For L-BFGS; scikit-learn asks in this way.
    """
    if estimator.solver == "lbfgs":
        raise AttributeError(
            "`partial_fit` needs a solver that takes steps, 'adam' or 'sgd'; received: solver='lbfgs'."
        )
    return True
