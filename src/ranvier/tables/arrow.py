"""The one place that imports pyarrow."""

from __future__ import annotations

from ranvier.errors import missing_extra

try:
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.csv as arrow_csv
    import pyarrow.ipc as ipc
    import pyarrow.parquet as parquet
except ImportError as error:  # pragma: no cover
    raise missing_extra("Reading tables", "pyarrow", "tables") from error

__all__ = ["arrow_csv", "ipc", "pa", "parquet", "pc"]
