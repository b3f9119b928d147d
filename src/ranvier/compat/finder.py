"""The import hook: modules of TensorFlow and Keras that are modules of Ranvier."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

from ranvier.compat.array_methods import teach_arrays
from ranvier.compat.errors import MissingModuleError, MissingNameError, missing
from ranvier.compat.names import KERAS, TENSORFLOW, asked_of, older_module, real_name


class AliasFinder(MetaPathFinder):
    """Answers imports of some packages with modules of Ranvier.

    Args:
        packages: Top-level names, such as ``"tensorflow"``; or dotted, for what is below them.
    """

    def __init__(self, packages: Sequence[str]) -> None:
        self.packages = tuple(packages)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return where a module is found, or None to leave it to Python.

        Raises:
            MissingModuleError: If the module belongs to a package answered here and is not offered.
        """
        del target
        package = next((each for each in self.packages if _within(fullname, each)), None)
        if package is not None and fullname != KERAS:
            real = real_name(fullname)
            if real is not None and real != fullname:
                return ModuleSpec(fullname, _AliasLoader(real), is_package=True)
        if path is not None and fullname.startswith("ranvier."):
            if PathFinder.find_spec(fullname, path) is not None:
                return None
            real = older_module(fullname)
            if real is not None and real != fullname:
                return ModuleSpec(fullname, _AliasLoader(real), is_package=True)
            self._refuse_unknown(fullname)
        return None

    @staticmethod
    def _refuse_unknown(fullname: str) -> None:
        """Say which name is missing, where Python would only say that an import failed.

        ``from tensorflow.keras.layers import X`` ends here if ``ranvier.layers`` has no X.
        """
        owner, _, name = fullname.rpartition(".")
        public = owner.count(".") == 1 or owner.startswith(TENSORFLOW)
        module = sys.modules.get(owner)
        if public and module is not None:
            try:
                getattr(module, name)
            except MissingNameError as error:
                raise MissingModuleError(str(error)) from None
            except AttributeError:
                raise MissingModuleError(
                    missing(asked_of(owner), name, getattr(module, "__all__", dir(module)))
                ) from None


class _AliasLoader(Loader):
    """Puts a module of Ranvier in the place of another name.

    Args:
        real: The name of that module.
    """

    def __init__(self, real: str) -> None:
        self.real = real

    def create_module(self, spec: ModuleSpec) -> None:
        """Let Python make an empty module, which :meth:`exec_module` replaces."""

    def exec_module(self, module: ModuleType) -> None:
        """Replace the module; the import system takes what stands in ``sys.modules`` afterwards."""
        sys.modules[module.__name__] = importlib.import_module(self.real)
        teach_arrays()


def _within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def answer(packages: Sequence[str]) -> AliasFinder:
    """Begin to answer imports; this finder is asked before Python's own.

    Args:
        packages: See :class:`AliasFinder`.
    """
    for finder in sys.meta_path:
        if isinstance(finder, AliasFinder) and finder.packages == tuple(packages):
            return finder
    finder = AliasFinder(packages)
    sys.meta_path.insert(0, finder)
    return finder
