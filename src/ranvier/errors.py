"""Everything Ranvier raises on purpose.

::

    RanvierError
    ├── ConfigurationError (ValueError)      an argument that cannot be
    │   └── UnknownNameError                 a name that stands for nothing
    ├── ShapeError (ValueError)              arrays that do not fit together
    ├── DataError (ValueError)               data that cannot be trained on
    │   ├── DataTypeError (TypeError)        values of the wrong kind
    │   └── LabelError                       targets that do not fit the loss
    ├── NotBuiltError (ValueError, AttributeError)  weights asked for before they exist
    ├── NotCompiledError (ValueError)        training asked for before ``compile``
    ├── NonFiniteLossError (ArithmeticError, ValueError)  the loss became NaN or infinite
    ├── FileFormatError (ValueError)         a file that is not what it should be
    │   ├── MissingFileError (FileNotFoundError)  a file that is not there
    │   └── UnsupportedFileError (NotImplementedError)  a file that holds what is not offered here
    ├── FileWriteError (OSError)             a file that could not be written
    ├── DownloadError (OSError)              a data set that could not be fetched
    ├── RunFolderError (ValueError)          a folder that holds no run
    ├── MissingExtraError (ImportError)      an optional dependency is absent
    └── UnsupportedError (NotImplementedError)  known elsewhere, not offered here
        └── MissingNameError (AttributeError)   a name of Keras or TensorFlow that a module lacks

Each also derives from the built-in exception that Keras, scikit-learn or Python would raise in
its place, so programs that already catch that one keep working. A message says what was
expected, what came, and what to do.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = [
    "ConfigurationError",
    "DataError",
    "DataTypeError",
    "DownloadError",
    "FileFormatError",
    "FileWriteError",
    "LabelError",
    "MissingExtraError",
    "MissingFileError",
    "MissingNameError",
    "NonFiniteLossError",
    "NotBuiltError",
    "NotCompiledError",
    "RanvierError",
    "RunFolderError",
    "ShapeError",
    "UnknownNameError",
    "UnsupportedError",
    "UnsupportedFileError",
    "missing_extra",
    "unknown_name",
]


_MOST_NAMES = 60


class RanvierError(Exception):
    """Base of every error that Ranvier raises on purpose."""


class ConfigurationError(RanvierError, ValueError):
    """An argument has a value that cannot be used."""


class UnknownNameError(ConfigurationError):
    """A string names no activation, loss, optimizer or other part; the message lists the closest."""


class ShapeError(RanvierError, ValueError):
    """Two arrays, or an array and a layer, have shapes that do not fit together."""


class DataError(RanvierError, ValueError):
    """Data cannot be trained on as it is: empty, of unequal lengths, not finite."""


class DataTypeError(DataError, TypeError):
    """Data hold values of a kind that has no meaning for a network, such as strings or objects."""


class LabelError(DataError):
    """Targets do not fit the loss or the classes of the output."""


class NotBuiltError(RanvierError, ValueError, AttributeError):
    """Weights or shapes were asked for before the input shape was known; ``hasattr`` is then false."""


class NotCompiledError(RanvierError, ValueError):
    """A model was trained or evaluated before ``compile`` was called."""


class NonFiniteLossError(RanvierError, ArithmeticError, ValueError):
    """The loss became NaN or infinite; the model keeps the last good weights."""


class FileFormatError(RanvierError, ValueError):
    """A file is damaged, foreign, or written by a newer version."""


class MissingFileError(FileFormatError, FileNotFoundError):
    """There is no file of that name; Keras raises a ``ValueError`` here, Python a ``FileNotFoundError``."""


class FileWriteError(RanvierError, OSError):
    """A file could not be written; what stood in its place is untouched."""


class DownloadError(RanvierError, OSError):
    """A data set could not be downloaded, or its content is not what it should be."""


class RunFolderError(RanvierError, ValueError):
    """A folder does not hold a run written by ``ranvier train``."""


class MissingExtraError(RanvierError, ImportError):
    """An optional dependency is not installed; the message gives the install line."""


class UnsupportedError(RanvierError, NotImplementedError):
    """Something that Keras, scikit-learn or TensorFlow offers and Ranvier does not."""


class UnsupportedFileError(FileFormatError, UnsupportedError):
    """A file of another program holds something that Ranvier does not offer, or code, which is never run."""


class MissingNameError(UnsupportedError, AttributeError):
    """A module lacks a name that Keras' or TensorFlow's has; ``hasattr`` is then false."""


def unknown_name(kind: str, received: object, choices: Iterable[str]) -> UnknownNameError:
    """Build the error for a name that stands for nothing, with the closest right names.

    Args:
        kind: What the name should have named, for example ``"activation"``.
        received: What came.
        choices: Every right name.

    Returns:
        The error, to be raised by the caller.
    """
    names = sorted(set(choices))
    lowered = {name.lower(): name for name in names}
    matches = difflib.get_close_matches(str(received)[:100].lower(), list(lowered), n=3, cutoff=0.5)
    closest = [lowered[name] for name in matches]
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    known = f"Known names: {', '.join(names[:_MOST_NAMES])}{more}."
    hint = f"Did you mean {_listed(closest)}?" if closest else known
    return UnknownNameError(f"Unknown {kind}; received: {received!r:.200}. {hint}")


def missing_extra(feature: str, package: str, extra: str) -> MissingExtraError:
    """Build the error for an optional dependency that is not installed.

    Args:
        feature: What needs it, as the start of a sentence, for example ``"Plotting"``.
        package: The distribution that is missing, for example ``"matplotlib"``.
        extra: Ranvier's extra that installs it, for example ``"plots"``.

    Returns:
        The error, to be raised by the caller.
    """
    return MissingExtraError(
        f"{feature} needs the package {package!r}, which is not installed. "
        f"Install it with: pip install 'ranvier[{extra}]'"
    )


def _listed(names: list[str]) -> str:
    quoted = [repr(name) for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"
