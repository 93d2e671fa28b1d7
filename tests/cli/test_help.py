"""`ipcli help`, and the pages that are written from the program: they say all there is, and say it as it is."""

from __future__ import annotations

import ast
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from rich.cells import cell_len

from cli.test_shipped import IPCLI, ask
from conftest import PACKAGE
from ipcli import errors
from ipcli.cli import app
from ipcli.cli.help import break_command, list_topics, read_topic
from ipcli.output import formats

ROOT = PACKAGE.parent.parent
TOPICS = ("data", "environment", "exit-codes", "formats", "sql")


def said(*args: str, **env: str) -> str:
    run = ask("help", *args, **env)
    assert (run.returncode, run.stderr) == (0, "")
    return run.stdout


def test_help_alone_lists_the_topics_and_topics_tell_what_there_is() -> None:
    assert [line.split()[0] for line in said().splitlines() if line.startswith("  ")] == list(TOPICS)
    listed = {line.split()[0] for line in said("formats").splitlines() if line.startswith("  ")}
    assert set(formats.names()) <= listed


@pytest.mark.slow
@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_speaks_both_languages_and_fits(topic: str) -> None:
    chinese, english = said(topic, COLUMNS="80"), said(topic, "--lang", "en", COLUMNS="80")
    assert re.search("[\u4e00-\u9fff]", chinese.splitlines()[0])
    assert english.splitlines()[0].isascii() and len(english.splitlines()) > 8
    assert all(len(line) <= 80 for line in english.splitlines())


def _pages() -> list[list[str]]:
    commands = [[name] for name in app.Group().list_commands(None)]
    own = [["query", name] for name in ("list", "show", "run")]
    return [
        ["--help"],
        *([*command, "--help"] for command in (*commands, *own)),
        *(["help", t] for t in TOPICS),
    ]


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("columns", [60, 80, 100])
def test_every_help_page_fits_the_terminal(
    lang: str, columns: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("IPCLI_LANG", lang)
    for args in _pages():
        assert app.run([*args]) == 0
        lines = capsys.readouterr().out.splitlines()
        assert len(lines) > 3
        # Topics are text files, printed as they are: for 80 columns.
        topic = args[0] == "help" and len(args) > 1
        room = max(columns, 80) if topic else columns
        assert [line for line in lines if cell_len(line) > room] == [], args


def test_an_example_that_is_broken_can_be_copied_with_its_breaks() -> None:
    command = "ipcli sql 'from targets where due_year = $y' --param y=2025 | ipcli cite - > \"a b.txt\""
    lines = break_command(command, 50)
    assert len(lines) > 1 and all(cell_len(line) <= 50 for line in lines)
    # A shell drops a backslash at the end of a line together with the line's end.
    assert shlex.split("\n".join(lines).replace("\\\n", "")) == shlex.split(command)
    assert "  " + command in break_command(command, 200)


@pytest.mark.slow
def test_english_help_tells_money_in_english(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("IPCLI_LANG", "en")
    for args in _pages():
        app.run(args)
        assert "亿元" not in capsys.readouterr().out, args


@pytest.mark.slow
def test_help_of_a_command_is_its_own_page() -> None:
    for command in (["targets"], ["query", "run"], ["export"]):
        assert said(*command) == ask(*command, "--help").stdout
    # A topic and a command: the topic names the page of the command.
    assert "ipcli sql --help" in said("sql")


@pytest.mark.parametrize(
    ("word", "near"),
    [("format", "formats"), pytest.param("target", "targets", marks=pytest.mark.slow)],
)
def test_unknown_topics_suggest_the_nearest(word: str, near: str) -> None:
    run = ask("help", word, "--lang", "en")
    assert run.returncode == 2 and run.stdout == ""
    assert f"did you mean {near}" in run.stderr and "exit-codes" in run.stderr


@pytest.mark.parametrize("word", ["nonsense", ""])
def test_what_is_not_near_is_not_suggested(word: str) -> None:
    run = ask("help", word, "--lang", "en")
    assert run.returncode == 2 and "did you mean" not in run.stderr


def test_the_topic_of_the_data_explains_every_code_in_english() -> None:
    page = said("data", "--lang", "en")
    for empty in ("offsets", "phrase", "figure", "none", "printed", "stated"):
        assert not re.search(rf"^  {empty} +{empty}$", page, re.MULTILINE), empty
    assert "and more" not in page and "--all" in page and "--all" in said("formats", "--lang", "en")


@pytest.mark.slow
def test_titles_and_descriptions_are_of_one_style(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IPCLI_LANG", "en")
    group = app.Group()
    commands = [group.get_command(None, name) for name in group.list_commands(None)]
    helps = [param.help for command in commands for param in command.params if getattr(param, "help", None)]
    for text in (*group.titles().values(), *helps):
        assert not text.endswith(".") and text[:1] == text[:1].upper(), text
    assert len(group.titles()) > 30 and len(helps) > 100


@pytest.mark.slow
def test_help_refuses_what_it_does_not_speak() -> None:
    assert ask("help", "sql", "--lang", "fr").returncode == 2
    assert ask("help", "").returncode == 2


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_exit_codes_are_those_of_the_errors(lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IPCLI_LANG", lang)
    numbers = {value for name, value in vars(errors).items() if name.isupper() and isinstance(value, int)}
    codes = re.findall(r"^  (\d+)  ", read_topic("exit-codes"), re.MULTILINE)
    assert {int(code) for code in codes} == numbers
    assert set(list_topics()) == set(TOPICS)


# Read by the libraries the program stands on, or by a shell.
ELSEWHERE = {"TMPDIR", "XDG_STATE_HOME"}
# Set by the program's own completion script, for itself.
INTERNAL = {"COMP_WORDBREAKS"}
VARIABLE = re.compile(r"(?:IPCLI|XDG|LC)_[A-Z_]+|LANG")


def environment_names(path: Path) -> set[str]:
    """The variables a module reads: what it asks `environ` for, and names that can be nothing else."""
    text = path.read_text(encoding="utf-8")
    if not re.search(rf"environ|getenv|{VARIABLE.pattern}", text):
        return set()
    tree = ast.parse(text)
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and VARIABLE.fullmatch(node.value):
            found.add(node.value)
        key: ast.expr | None = None
        if isinstance(node, ast.Subscript) and ast.unparse(node.value).endswith("environ"):
            key = node.slice
        elif isinstance(node, ast.Call) and re.search(r"environ\.\w+$|getenv$", ast.unparse(node.func)):
            key = node.args[0] if node.args else None
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "environment":
            found |= {name.value for name in ast.walk(node.value) if isinstance(name, ast.Constant)} & {
                "LESS"
            }
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            found.add(key.value)
    return found


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_environment_variable_is_told(lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IPCLI_LANG", lang)
    rows = re.findall(r"^  ([A-Z][A-Z_, ]+?)(?:  |$)", read_topic("environment"), re.MULTILINE)
    told = {name for names in rows for name in names.split(", ")}
    read = {name for path in PACKAGE.rglob("*.py") for name in environment_names(path)}
    assert {"IPCLI_DB", "NO_COLOR", "SHELL", "XDG_DATA_HOME", "LC_MESSAGES"} <= read
    assert told == (read - INTERNAL) | ELSEWHERE


@pytest.mark.slow
@pytest.mark.parametrize("page", ["man1/ipcli.1", "zh_CN/man1/ipcli.1"])
def test_the_manual_page_is_well_formed_and_names_every_command(page: str) -> None:
    text = (ROOT / "man" / page).read_text(encoding="utf-8")
    commands = {path.stem for path in (ROOT / "sql").glob("*.sql")} | {"sql", "export", "help", "build"}
    assert {f".B {name}" for name in commands} <= set(text.splitlines())
    assert all(text.count(f"\n.B {name}\n") == 1 for name in commands)
    for name in ("OBS\\-0042", ".B IPCLI_DB", ".B 130"):
        assert name in text
    if shutil.which("groff") is None:
        pytest.skip("groff is not here")
    run = subprocess.run(
        ["groff", "-ww", "-Wbreak", "-man", "-Tutf8", "-Kutf8", ROOT / "man" / page],
        capture_output=True,
        encoding="utf-8",
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert "districts --industry 低空经济" in run.stdout


@pytest.mark.slow
def test_every_public_thing_of_the_package_has_a_docstring() -> None:
    """Ruff's D1 passes over modules whose names begin with an underscore."""
    bare = []
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        bare += [str(path)] if ast.get_docstring(tree) is None else []
        for node in tree.body:
            inner = node.body if isinstance(node, ast.ClassDef) and not node.name.startswith("_") else []
            for one in (node, *inner):
                if (
                    isinstance(one, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
                    and not (one.name.startswith("_") and not one.name.endswith("__"))
                    and ast.get_docstring(one) is None
                ):
                    bare.append(f"{path}:{one.lineno}: {one.name}")
    assert bare == []


def test_completion_of_help_offers_topics_and_commands() -> None:
    run = subprocess.run([IPCLI, "__complete", "zsh", "ipcli help ex"], capture_output=True, encoding="utf-8")
    assert run.stdout.split() == ["exit-codes", "export"]
