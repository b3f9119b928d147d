"""Measures Ranvier beside other libraries; run as ``python -m benchmarks``. Not part of the package."""
