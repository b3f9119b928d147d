"""Networks and training states in files: arrays and a configuration, never code."""

from __future__ import annotations
