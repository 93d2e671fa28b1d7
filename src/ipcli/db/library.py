"""DuckDB, without what the program does without. Importing this module loads the library: import it late."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb
else:
    # The compiled module alone: its Python wrapper would cost a lookup a third of its time.
    try:
        import _duckdb as duckdb
    except ImportError:
        import duckdb

if duckdb.__version__.startswith("1."):
    # It imports pandas, if that is installed, to look at each value it binds: half a second.
    sys.modules.setdefault("pandas", None)  # type: ignore[arg-type]

__all__ = ["duckdb"]
