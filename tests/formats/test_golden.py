"""One expected file a format. UPDATE_GOLDEN=1 rewrites them; read the difference before you commit it."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from invented import result, summed

from ipcli import formats
from ipcli.formats import Options

GOLDEN = Path(__file__).parent.parent / "golden"
TEXTS = [name for name in formats.names() if not formats.load(name).BINARY]


@pytest.mark.parametrize("kind", ["statements", "sums"])
@pytest.mark.parametrize("name", TEXTS)
def test_golden(name: str, kind: str) -> None:
    module = formats.load(name)
    out = io.StringIO(newline="")
    what = result() if kind == "statements" else summed()
    count = module.write(what, out, Options(width=100))
    assert count == (5 if kind == "statements" else 4)
    path = GOLDEN / f"{kind}{module.EXTENSIONS[0]}"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_bytes(out.getvalue().encode())
    assert out.getvalue() == path.read_bytes().decode()
