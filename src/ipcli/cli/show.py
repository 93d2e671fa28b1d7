"""`ipcli show NAME`: one district, industry, organisation, park or project on one card."""

from __future__ import annotations

import sys
from typing import Any

from ipcli import api
from ipcli.api import card
from ipcli.api.find import query as facts
from ipcli.cli.command import Command, argument, make_for_query, option
from ipcli.cli.deliver import deliver_card
from ipcli.cli.options import Output
from ipcli.errors import UsageError
from ipcli.i18n import N_, _
from ipcli.model import Text
from ipcli.query import words


def show() -> Command:
    """Return the command `ipcli show`."""
    query = facts()._replace(
        name="show",
        title=Text("一个对象的卡片", "One thing on a card"),
        about=Text(
            "区市、产业、赛道、机构、项目、园区等之一的全部事实，按类别排列，注明来源。",
            "All facts of one district, industry, track, organisation, project or park, by kind, with their sources.",
        ),
        params=(),
        examples=("ipcli show 崂山", "ipcli show 鹏辉能源", "ipcli show 集成电路 --kind track"),
    )
    name = argument("name", "NAME", N_("One name"))
    kind = option(
        "kind",
        N_("What the name is, if it may be several things"),
        metavar="|".join(each.kind for each in words.list_names()),
    )
    return make_for_query(query, _answer, [name, kind], _("NAME [OPTIONS]"))


def _answer(
    name: str, kind: str | None, output: Output, db: str | None, city: str | None, **given: Any
) -> int:
    request = api.Request.make(facts(), {"grade": given["grade"]}, output.shape)
    data = api.open(db, city)
    try:
        chosen = card.choose(data, name, kind)
    except card.Ambiguous as error:
        terminals = (sys.stdin, sys.stdout)
        if not all(stream is not None and stream.isatty() for stream in terminals):
            raise
        chosen = error.candidates[_ask(error.shown)]
    result = card.show(data, *chosen, request)
    return deliver_card(result, output, inputs=[db])


def _ask(candidates: list[str]) -> int:
    """Ask which of several things is meant, and return its place. UsageError if none is chosen."""
    for number, candidate in enumerate(candidates, 1):
        print(f"  {number}  {candidate}", file=sys.stderr)
    question = _("Which one? 1–{count}: ").format(count=len(candidates))
    while True:
        print(question, end="", file=sys.stderr, flush=True)
        answer = sys.stdin.readline().strip()
        if not answer:
            raise UsageError(_("nothing was chosen"))
        if answer.isdecimal() and 1 <= int(answer) <= len(candidates):
            return int(answer) - 1
