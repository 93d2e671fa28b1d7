"""Completion: candidates fit, and real shells insert them."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import shutil
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from cli.test_shipped import IPCLI, ask
from conftest import some
from ipcli import paths


def entries(line: str, shell: str = "zsh", **env: str) -> list[str]:
    """Return what a shell is told for a line: each value, and after a tab what it is."""
    run = subprocess.run(
        [IPCLI, "__complete", shell, line],
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent"} | env,
        capture_output=True,
        encoding="utf-8",
    )
    assert (run.returncode, run.stderr) == (0, "")
    return run.stdout.splitlines()


def offered(line: str, shell: str = "zsh", **env: str) -> list[str]:
    return [entry.partition("\t")[0] for entry in entries(line, shell, **env)]


@pytest.mark.parametrize(
    ("line", "wanted"),
    some(
        [
            ("ipcli dist", "districts"),
            ("ipcli laosh", "崂山区"),
            ("ipcli districts --industry dk", "低空经济"),
            ("ipcli districts --industry=rgzn", "--industry=人工智能"),
            ("ipcli targets --columns district,indic", "district,indicator"),
            ("ipcli targets --sort -due", "-due_year"),
            ("ipcli investments --sort -总", "-总投资"),
            ("ipcli investments --columns 项目,区", "项目,区市"),
            ("ipcli investments --columns 项目,Dis", "项目,district"),
            ("ipcli targets --columns Stat", "state"),
            ("ipcli --db data/industry.duckdb --lang en tar", "targets"),
            ("ipcli --json targets --district laosh", "崂山区"),
            ("ipcli --jso", "--json"),
            ("ipcli --db ", ":file"),
            ("ipcli investments --umbrella o", "only"),
            ("ipcli gaps --ye", "--year"),
            ("ipcli gaps --und", "--undated"),
            ("ipcli targets -f x", "xlsx"),
            ("ipcli targets -o ", ":file"),
            ("ipcli outcomes --verdict 按", "on_track"),
            ("ipcli query show targ", "targets"),
            ("cat x | ipcli dist", "districts"),
            ("ipcli 'districts' --industry 'dk", "低空经济"),
            ("ipcli check -f x", "xlsx"),
            ("ipcli cite OBS-0001 src-07", "SRC-075"),
            ("ipcli sh", "show"),
            ("ipcli districts --industry 低", "低空经济"),
            ("ipcli districts --ind", "--industry"),
            ("ipcli targets --columns dist", "district"),
            ("ipcli outcomes --verdict not", "not_met"),
            ("ipcli projects --status under", "在建"),
            ("ipcli 崂山 rgzn", "人工智能"),
            ("ipcli show 鹏", "鹏辉能源"),
            ("ipcli chart inv", "investments"),
            ("ipcli chart investments --by ind", "industry"),
            ("ipcli query sh", "show"),
            ("ipcli sql --wi", "--with"),
            ("ipcli build --tables ", ":folder"),
            ("X=1 ipcli dist", "districts"),
            ("ipcli --lang en dist", "districts"),
            ("ipcli --lang ", "en"),
            ("ipcli --lang=e", "--lang=en"),
            ("ipcli --install-completion z", "zsh"),
            ("ipcli schema targ", "targets"),
            ("ipcli targets --city ", "青岛市"),
            ("ipcli cite OBS-000", "OBS-0008"),
            ("ipcli cite ind-", "ind-ai"),
        ],
        14,
    ),
)
def test_what_is_offered(line: str, wanted: str) -> None:
    assert wanted in offered(line)


def test_columns_are_those_of_the_lookup() -> None:
    assert "due_year" in offered("ipcli targets --columns d")
    assert "due_year" not in offered("ipcli investments --columns d")


def test_ids_are_those_that_there_are() -> None:
    assert offered("ipcli cite SRC-40") == [f"SRC-40{n}" for n in range(5)]
    assert offered("ipcli cite OBS-99") == offered("ipcli cite SRC-0001") == []


@pytest.mark.parametrize(
    "options", some(["--industry 低空经济", "--industry=dkjj", "--industry zzz --industry 低空"], 1)
)
def test_sub_tracks_are_those_of_the_industry(options: str) -> None:
    found = offered(f"ipcli districts {options} --track ")
    assert "工业无人机" in found and "集成电路" not in found
    assert "集成电路" in offered("ipcli districts --industry zzz --track ")


def test_lookups_say_what_they_are() -> None:
    name, _, about = entries("ipcli investm", IPCLI_LANG="en")[0].partition("\t")
    assert (name, bool(about)) == ("investments", True)


def test_arguments_are_offered_as_long_as_there_may_be_more() -> None:
    assert "targets" in offered("ipcli chart ") and "targets" in offered("ipcli chart --by district ")
    assert offered("ipcli chart investments ") == offered("ipcli chart --by year targets ") == []
    assert "崂山区" in offered("ipcli find 人工智能 laosh")
    assert offered("ipcli show 崂山 laosh") == []


def test_a_name_typed_in_full_goes_before_those_it_begins() -> None:
    found = [name for name in offered("ipcli show rgzn") if name != ":list"]
    assert found[0] == "人工智能" and "人工智能大模型创新中心" in found


def test_codes_say_what_they_read_as() -> None:
    assert entries("ipcli outcomes --verdict not_d", IPCLI_LANG="zh") == ["not_due\t未到期"]


def test_own_queries_with_their_options(tmp_path: Path) -> None:
    (tmp_path / "mine.sql").write_text(
        "-- title: 我 | Mine\n-- param: industry text values=industries.industry | 产业 | Industry\n"
        "SELECT * FROM industries WHERE industry = $industry\n",
        encoding="utf-8",
    )
    env = {"IPCLI_SQL_PATH": str(tmp_path)}
    assert offered("ipcli query run mi", **env) == ["mine"]
    assert "--industry" in offered("ipcli query run mine --in", **env)
    assert "低空经济" in offered("ipcli query run mine --industry dk", **env)


@pytest.mark.parametrize(
    "line", ["", "ipcli", "ipcli nothing --such ", "ipcli targets --industry zzzz", "ipcli '"]
)
def test_nothing_fitting_is_no_error(line: str) -> None:
    offered(line)


def test_each_shell_gets_what_it_can_insert() -> None:
    assert offered("ipcli districts --industry=dk", "bash") == ["低空经济"]
    special = [word for word in offered("ipcli sources ", "bash") if " " in word]
    assert special == []


def test_commands_go_before_names() -> None:
    assert offered("ipcli ta") == ["targets"]
    assert offered("ipcli districts") == ["districts"]
    # What begins no command: 城阳区.
    assert "城阳区" in offered("ipcli chengy")


@pytest.mark.parametrize(
    ("line", "shell", "apart"),
    some(
        [
            ("ipcli targets --district 市", "zsh", True),
            ("ipcli show 光伏", "zsh", True),
            # Bash needs no telling where there is nothing in common.
            ("ipcli targets --district 市", "bash", False),
            ("ipcli show yiqida", "zsh", False),
            ("ipcli dist", "zsh", False),
        ],
        2,
    ),
)
def test_the_shell_is_told_where_only_a_list_helps(line: str, shell: str, apart: bool) -> None:
    assert (offered(line, shell)[0] == ":list") == apart


def test_fish_is_offered_aliases_of_what_was_typed() -> None:
    assert "yiqidazhong" in offered("ipcli show yiqi", "fish")
    assert "一汽-大众" in offered("ipcli show 一汽", "fish")


@pytest.mark.parametrize("typed", ["districts --ind", "dist", "help ex"])
def test_only_values_load_the_database(typed: str) -> None:
    code = (
        "import sys, os; os._exit = lambda code: None; from ipcli.cli import complete;"
        f"complete.answer(['zsh', 'ipcli {typed}']);"
        "print([m for m in ('rich', 'duckdb', '_duckdb') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8")
    assert run.stdout.splitlines()[-1] == "[]" and len(run.stdout.splitlines()) > 1, run.stderr


SHELLS = {
    "bash": ["--norc", "--noprofile", "-i"],
    "zsh": ["-f", "-i"],
    "fish": ["--private", "-i"],
}


def _text(file: Path) -> str:
    try:
        return file.read_text()
    except OSError:
        return ") Z "


class Shell:
    """A real shell with completion loaded, on a terminal of its own; `run` reads what it prints."""

    def __init__(self, shell: str, home: Path) -> None:
        if shutil.which(shell) is None:
            pytest.skip(f"{shell} is not installed")
        # Without this, fish reads all manual pages first, with another process.
        (home / ".local" / "share" / "fish" / "generated_completions").mkdir(parents=True)
        script = home / "script"
        script.write_text(ask("--show-completion", shell).stdout, encoding="utf-8")
        env = {"HOME": str(home), "TERM": "xterm", "LC_ALL": "C.UTF-8", "PS1": "$ "}
        env["PATH"] = f"{IPCLI.parent}{os.pathsep}{os.environ['PATH']}"
        self.pid, self.fd = pty.fork()
        if not self.pid:
            os.execvpe(shell, [shell, *SHELLS[shell]], env)
        # Wide, lest lines are broken.
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 200, 0, 0))
        time.sleep(0.3)
        os.write(self.fd, f". {script}; echo rea''dy\n".encode())
        self.read("ready")

    def read(self, until: str) -> str:
        """Return what is shown up to a text, without control sequences. AssertionError after 20 seconds."""
        shown, end = "", time.monotonic() + 20
        while until not in shown and time.monotonic() < end:
            if select.select([self.fd], [], [], 0.1)[0]:
                shown += os.read(self.fd, 65536).decode("utf-8", "replace")
        assert until in shown, shown
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown)

    def press(self, keys: str) -> None:
        """Type these keys and let the shell come to rest: what is typed ahead may be lost."""
        os.write(self.fd, keys.encode())
        while select.select([self.fd], [], [], 0.5)[0] or self.works():
            if select.select([self.fd], [], [], 0.0)[0]:
                os.read(self.fd, 65536)

    def works(self) -> bool:
        """Tell whether a process that the shell started (a completion) still runs."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        ids = children.read_text().split() if children.exists() else []
        # Fish leaves what has ended unburied.
        return any(") Z " not in _text(Path(f"/proc/{child}/stat")) for child in ids)

    def listed(self, *keys: str, until: str) -> str:
        """Return what is shown after these keys, up to a text, and throw the line away."""
        for part in keys[:-1]:
            self.press(part)
        os.write(self.fd, keys[-1].encode())
        shown = self.read(until)
        self.press("")
        self.press("\x03")
        return shown

    def line(self, *keys: str) -> str:
        """Return what the line reads after these keys, by making the shell print it."""
        for part in keys:
            self.press(part)
        os.write(self.fd, b"\x01echo 'li''ne<\x05>'\r")
        shown = self.read(">\r\n").rpartition("line<")[2].partition(">")[0].rstrip()
        self.press("")
        return shown

    def close(self) -> None:
        """End the shell."""
        os.kill(self.pid, 9)
        os.close(self.fd)
        os.waitpid(self.pid, 0)


@pytest.fixture(scope="module")
def shells(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Shell]]:
    """Return a way to a shell by its name; each is started once."""
    started: dict[str, Shell] = {}

    def shell(name: str) -> Shell:
        if name not in started:
            started[name] = Shell(name, tmp_path_factory.mktemp(name))
        return started[name]

    yield shell
    for one in started.values():
        one.close()


@pytest.mark.slow
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("ipcli districts --industry dk", "ipcli districts --industry 低空经济"),
        ("ipcli districts --industry=dk", "ipcli districts --industry=低空经济"),
        ("ipcli outc", "ipcli outcomes"),
        ("ipcli ta", "ipcli targets"),
        ("ipcli distr", "ipcli districts"),
        ("ipcli show lusen", "ipcli show 绿色能源"),
        ("ipcli districts --industry AI", "ipcli districts --industry 人工智能"),
        # What several names begin with.
        ("ipcli show peng", "ipcli show 鹏辉能源"),
        # Nothing in common, or less than what was typed: it stays.
        ("ipcli s", "ipcli s"),
        ("ipcli show 一汽", "ipcli show 一汽"),
        ("ipcli show yiqi", "ipcli show yiqi"),
        ("ipcli targets --columns district,ind", "ipcli targets --columns district,ind"),
    ],
)
def test_tab_in_a_real_shell(shell: str, typed: str, line: str, shells: Callable[[str], Shell]) -> None:
    assert shells(shell).line(f"{typed}\t") == line


@pytest.mark.slow
@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_tab_lists_what_has_no_beginning_in_common(shell: str, shells: Callable[[str], Shell]) -> None:
    line = "ipcli targets --district 市"
    assert shells(shell).line(f"{line}\t") == line
    shown = shells(shell).listed(f"{line}\t", *["\t"] * (shell == "bash"), until="青岛市")
    assert "市南区" in shown and "胶州市" in shown


@pytest.mark.slow
def test_fish_lists_names_beside_their_pinyin(shells: Callable[[str], Shell]) -> None:
    shown = shells("fish").listed("ipcli show yiqi\t", until="解放")
    assert "dazhonghuadongjidi" in shown and "一汽-大众华东基地" in shown


@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("ipcli show yiqi", "ipcli show 一汽-大众"),
        ('ipcli projects --organisation "hai', "ipcli projects --organisation 海尔集团"),
        ("ipcli projects --organisation=hai", "ipcli projects --organisation=海尔集团"),
    ],
)
def test_the_second_tab_of_fish_goes_through_the_names(
    typed: str, line: str, shells: Callable[[str], Shell]
) -> None:
    assert shells("fish").line(f"{typed}\t") == typed
    assert shells("fish").line(f"{typed}\t", "\t") == line


@pytest.mark.slow
def test_the_second_tab_of_zsh_goes_through_them(shells: Callable[[str], Shell]) -> None:
    assert shells("zsh").line("ipcli targets --district 市\t", "\t") == "ipcli targets --district 市北区"


@pytest.mark.slow
def test_fish_completes_the_rest_as_before_and_leaves_a_key_that_is_bound(
    shells: Callable[[str], Shell], tmp_path: Path
) -> None:
    (tmp_path / "only-one").touch()
    assert shells("fish").line(f"ls {tmp_path}/on\t") == f"ls {tmp_path}/only-one"
    ask("--install-completion=fish", HOME=str(tmp_path), XDG_CONFIG_HOME="")
    code = "bind \\t true; source ~/.config/fish/conf.d/ipcli.fish; bind --user \\t"
    run = subprocess.run(
        ["fish", "-ic", code], env={"HOME": str(tmp_path), "PATH": os.environ["PATH"]}, capture_output=True
    )
    assert run.stdout.decode().split() == ["bind", "\\t", "true"]


# Values that would run a command, end a line, or be read as something else; each has a tag to type.
HOSTILE = {
    "zqa": "$(touch ran)",
    "zqb": "`touch ran`",
    "zqc": '"; touch ran; "',
    "zqd": "a'; touch ran; '",
    "zqe": "\\\\'$(touch ran)\\\"`touch ran`",
    "zqf": "a!! !e !$ a!b",
    "zqg": "~",
    "zqh": "=ls",
    "zqi": "; touch ran & | > ran < ran #",
    "zqj": "{a,b} * ? [a-z] %1 ^a^b",
    "zqk": "$HOME ${HOME} $'x' $[1]",
    "zql": "a:b@c=d,e  f",
    "zqm": "\\",
    "zqn": "&& touch ran",
}
# Values that are not offered.
DROPPED = {
    "zra": "a\n$(touch ran)",
    "zrb": "a\n:file",
    "zrc": "a\tb",
    "zrd": "\x1b]0;title\x07",
    "zre": "a\rtouch ran\r",
    "zrf": "\x9b2J",
    "zrg": "\u202ea",
    "zri": "\x03touch ran",
}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a database whose names are those values."""
    copy = tmp_path_factory.mktemp("hostile") / "x.duckdb"
    shutil.copy(paths.database(), copy)
    values = [f"{value}{tag}" for tag, value in (HOSTILE | DROPPED).items()]
    # What begins with its dash, what two have in common, and what ends in a mark.
    values += ["--output=ran zs", "-zt", "zu$(touch ran)a", "zu$(touch ran)b", "zv'", "zw!"]
    rows = [(value, value.casefold(), "name") for value in values] + [("甲", "zx$(touch ran)", "synonym")]
    with duckdb.connect(str(copy)) as con:
        places = "(SELECT list(DISTINCT place) FROM (SELECT unnest(places) AS place FROM core.spelling))"
        con.execute(f"SET VARIABLE places = {places}")
        con.execute("DELETE FROM core.spelling WHERE kind <> 'city'")
        for kind in ("district", "industry", "carrier"):
            con.executemany(
                "INSERT INTO core.spelling"
                f" SELECT (FROM (SELECT city FROM main.release)), '{kind}', ?, ?, ?, getvariable('places')",
                rows,
            )
    return copy


@pytest.mark.parametrize(
    ("shell", "quote"),
    some(
        [
            ("bash", ""),
            ("zsh", "'"),
            ("fish", '"'),
            *(("bash", quote) for quote in "'\""),
            *((shell, quote) for shell, quote in (("zsh", ""), ("zsh", '"'), ("fish", ""), ("fish", "'"))),
        ],
        3,
    ),
)
def test_what_works_on_a_line_or_a_terminal_is_not_offered(shell: str, quote: str, hostile: Path) -> None:
    # One question for all tags of the kind: the others are offered in the same way.
    found = offered(f"ipcli find {quote}zq", shell, IPCLI_DB=str(hostile))
    assert len([name for name in found if "zq" in name]) >= len(HOSTILE)
    assert offered(f"ipcli find {quote}zr", shell, IPCLI_DB=str(hostile)) == []
    # As an argument, what begins with a dash would be an option.
    assert offered(f"ipcli find {quote}zs", shell, IPCLI_DB=str(hostile)) == []
    assert offered(f"ipcli find {quote}zt", shell, IPCLI_DB=str(hostile)) == []
    assert offered(f"ipcli districts --industry {quote}zt", shell, IPCLI_DB=str(hostile)) == ["-zt"]


@pytest.mark.parametrize(
    "line",
    [
        "find $zqa",
        "find $'zqa",
        "find $'it\\'s \"zqa",
        'find "$(x "a "zqa',
        'find "${x:-"a "zqa',
        "find `x zqa",
        "find --db $x zqa",
    ],
)
def test_nothing_is_offered_where_the_shell_puts_in_something_itself(line: str, hostile: Path) -> None:
    assert offered(f"ipcli {line}", "bash", IPCLI_DB=str(hostile)) == []


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("a:b", ["b@c=d,e\\ \\ fzql"]),
        ("a:b@", ["c=d,e\\ \\ fzql"]),
        ('a:b@c"=', ["=d,e  fzql"]),
        ("'a:b@c'", ["a:b@c=d,e\\ \\ fzql"]),
        # Pinyin behind what bash would leave there.
        ("x:zql", []),
    ],
)
def test_bash_is_given_what_follows_what_it_leaves(typed: str, found: list[str], hostile: Path) -> None:
    assert offered(f"ipcli find {typed}", "bash", IPCLI_DB=str(hostile)) == found


class Recorded:
    """A shell in which `ipcli` completes as ever, and otherwise keeps what it was called with."""

    def __init__(self, shell: str, home: Path, db: Path) -> None:
        self.home = home
        (home / "bin").mkdir()
        program = home / "bin" / "ipcli"
        program.write_text(
            f"#!/bin/sh\nexport IPCLI_DB={db}\n"
            f'[ "$1" = __complete ] && exec {IPCLI} "$@"\n'
            f"printf '%s\\0' \"$@\" >{home}/new && mv {home}/new {home}/args\n"
        )
        program.chmod(0o755)
        self.shell = Shell(shell, home)
        os.write(self.shell.fd, f"cd {home}; export PATH={home}/bin:$PATH; echo the''re\n".encode())
        self.shell.read("there")

    def run(self, *keys: str) -> list[str]:
        """Type these keys and Enter; return the arguments."""
        (self.home / "args").unlink(missing_ok=True)
        for part in keys:
            self.shell.press(part)
        self.shell.press("\r")
        if not (self.home / "args").exists():
            # A quote that is open: nothing was run.
            self.shell.press("\x03")
            return []
        return (self.home / "args").read_text(encoding="utf-8").split("\0")[:-1]

    def ran(self) -> bool:
        """Tell whether a value was run as a command."""
        return (self.home / "ran").exists()


@pytest.fixture
def recorded(tmp_path: Path, hostile: Path) -> Iterator[Callable[[str], Recorded]]:
    """Return a way to such shells by name."""
    started: list[Recorded] = []

    def shell(name: str) -> Recorded:
        started.append(Recorded(name, tmp_path, hostile))
        return started[-1]

    yield shell
    for one in started:
        one.shell.close()


@pytest.mark.slow
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
@pytest.mark.parametrize("quote", ["", "'", '"'])
def test_what_a_real_shell_inserts_is_the_value_and_runs_nothing(
    shell: str, quote: str, recorded: Callable[[str], Recorded]
) -> None:
    one = recorded(shell)
    keys = [f"{quote}{tag}\t" for tag in HOSTILE]
    wanted = [f"{value}{tag}" for tag, value in HOSTILE.items()]
    assert one.run("ipcli find ", *keys) == ["find", *wanted]
    # What has no way to be written stays as it was typed.
    assert one.run("ipcli find ", f"{quote}zra\t", quote) == ["find", "zra"]
    assert one.run("ipcli districts --industry ", f"{quote}zqa\t")[-1] == wanted[0]
    assert one.run(f"ipcli districts --industry={quote}zqa\t")[-1] == f"--industry={wanted[0]}"
    # What two have in common; one more letter, and the rest.
    assert one.run("ipcli find ", f"{quote}zu\t", "a\t")[1:] == ["zu$(touch ran)a"]
    assert not one.ran()


@pytest.mark.slow
def test_bash_inserts_no_value_where_it_takes_the_quote_away(recorded: Callable[[str], Recorded]) -> None:
    one = recorded("bash")
    # All of them at once; a cursor before the quote that closes; one after the other.
    one.run("ipcli find ", '"zu\x1b*')
    assert one.run("ipcli find ", "'zqd'\x1b[D\t") == ["find", f"{HOSTILE['zqd']}zqd"]
    # What would begin with the quote that is open, or end with it.
    assert one.run("ipcli find ", "'zv\t", "'") == ["find", "zv"]
    assert one.run("ipcli find ", '"zw\t', '"') == ["find", "zw"]
    one.run("bind 'TAB: menu-complete'")
    assert one.run("ipcli find ", '"zu\t\t') == ["find", "zu$(touch ran)b"]
    assert not one.ran()


@pytest.mark.slow
def test_bash_quotes_names_of_files(recorded: Callable[[str], Recorded]) -> None:
    one = recorded("bash")
    (one.home / "zz\n$(touch ran)").touch()
    (one.home / "yy'; touch ran").mkdir()
    for quote in ("", "'", '"'):
        assert one.run("ipcli targets -o ", f"{quote}zz\t")[-1] == "zz\n$(touch ran)"
        assert one.run("ipcli build --tables ", f"{quote}yy\t")[-1] == "yy'; touch ran/"
    assert not one.ran()


def test_installing_twice_leaves_one_line(tmp_path: Path) -> None:
    (tmp_path / ".bashrc").write_text("export A=1\n")
    for _ in range(2):
        run = ask("--install-completion", "bash", HOME=str(tmp_path), XDG_DATA_HOME="")
        assert (run.returncode, run.stdout) == (0, "")
    lines = (tmp_path / ".bashrc").read_text().splitlines()
    assert lines[0] == "export A=1" and len(lines) == 2
    script = tmp_path / ".local" / "share" / "ipcli" / "completion.bash"
    assert str(script) in lines[1] and "_ipcli" in script.read_text()


def test_fish_gets_a_file_of_its_own(tmp_path: Path) -> None:
    assert ask("--install-completion=fish", HOME=str(tmp_path), XDG_CONFIG_HOME="").returncode == 0
    for folder in ("completions", "conf.d"):
        script = tmp_path / ".config" / "fish" / folder / "ipcli.fish"
        assert script.read_text(encoding="utf-8").startswith("# ipcli completion for fish")
        if shutil.which("fish"):
            assert subprocess.run(["fish", "--no-execute", script], capture_output=True).returncode == 0


@pytest.mark.parametrize("args", [("--install-completion", "tcsh"), ("--show-completion", "bash", "zsh")])
def test_other_shells_are_refused(args: tuple[str, ...]) -> None:
    run = ask(*args, IPCLI_LANG="en")
    assert run.returncode == 2 and run.stderr.count("\n") == 1
