"""`CITATION.cff`: how to cite the program and the data that comes with it, each with its own version."""

from __future__ import annotations

import json

from ipcli.dataset.package import AUTHORS, LICENCE


def citation(version: str, release: str, date: str) -> str:
    """The text of the file, for a version of the program and a release of the data of that date.

    The program's version has no date here: when it is released, its changelog tells.
    """
    author = f"name: {_quoted(AUTHORS)}"
    return f"""\
# Written by `ipcli build`.
cff-version: 1.2.0
message: Please cite the program as below, and the data it answers from under preferred-citation.
title: "ipcli: a city's industrial system, every figure with its source"
type: software
version: {_quoted(version)}
license: MIT
authors:
  - {author}
preferred-citation:
  type: data
  title: "Data of the industrial system of Qingdao (青岛“10+1”创新型产业体系数据), as printed in public documents"
  version: {_quoted(release)}
  date-released: {_quoted(date)}
  year: {date[:4]}
  license: {LICENCE["name"]}
  authors:
    - {author}
"""


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
