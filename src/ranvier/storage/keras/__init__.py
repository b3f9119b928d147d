"""Keras' files: ``.keras`` archives, ``.weights.h5``, and whole models in ``.h5``, read and written.

Nothing of Keras is needed for either. A file is data of unknown origin: its archive and its HDF5 content
are read by this package's own reader, which knows exactly the structures that Keras writes and follows
nothing else; its configuration is translated into the description that Ranvier's own files hold, and
built by the same closed tables.
"""

from __future__ import annotations
