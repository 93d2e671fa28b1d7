"""Print the oldest release that pyproject.toml allows of each dependency, as constraints for pip."""

import re
import tomllib
from pathlib import Path

project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8"))[
    "project"
]
for requirement in (*project["dependencies"], *project["optional-dependencies"]["maintain"]):
    print(re.sub(r"^([\w.-]+)>=([\w.]+).*$", r"\1==\2", requirement))
