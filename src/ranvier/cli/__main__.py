"""``python -m ranvier.cli``, the same as ``ranvier``."""

from __future__ import annotations

import sys

from ranvier.cli.main import main

sys.exit(main())
