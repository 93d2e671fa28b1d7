"""Matrix, chart and timeline: what is drawn is what the data says, and it fits."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from cli.test_shipped import IPCLI, ask, rows
from conftest import some
from ipcli.output.cells import width_of
from terminal import shown


@pytest.mark.parametrize("width", some([80, 60, 100, 200], 1))
@pytest.mark.parametrize(
    "command",
    [
        "matrix",
        "matrix --by investments",
        "matrix --lang en",
        "chart investments",
        "chart targets --by industry",
    ],
)
def test_pictures_fit_the_terminal(command: str, width: int) -> None:
    screen = shown(f"ipcli {command}", columns=width)
    assert max(width_of(line) for line in screen.splitlines()) <= width
    assert "2026.2" in "".join(screen.split())


def test_matrix_shows_the_strongest_stance_and_counts() -> None:
    screen = shown("ipcli matrix", columns=80)
    line = next(line for line in screen.splitlines() if line.startswith("李沧区"))
    bets = [row for row in rows("alignments", "--district", "李沧") if row["industry"] == "生命健康"]
    assert f"突{len(bets)}" in line and "breakthrough" in {row["stance_class"] for row in bets}
    assert "突 突破" in screen


def test_margins_count_what_the_rows_tell() -> None:
    cells = rows("matrix")
    screen = shown("ipcli matrix", columns=120)
    for district in {row["district"] for row in cells}:
        line = next(line for line in screen.splitlines() if line.startswith(district + " "))
        # What is tied to no industry is none.
        assert line.split()[-1] == str(
            sum(row["district"] == district and row["industry"] != "" for row in cells)
        )


def test_signs_stay_with_their_meaning_and_sources_apart() -> None:
    for lang, heading in (("zh", "来源"), ("en", "Sources")):
        drawn = ask("matrix", "-f", "table", "--lang", lang, COLUMNS="80").stdout
        legend = drawn.split("\n\n")[1].split("\n")
        assert len(legend) > 2 and not any(re.search(r"(^|\s)\S$", line) for line in legend)
        assert f"\n\n{heading}\n" in drawn
    # The whole is in the corner.
    money = ask("matrix", "--by", "investments", "-f", "table", "--lang", "en", COLUMNS="250").stdout
    total = re.search(r"^all .* (\S+)$", money, re.MULTILINE)
    parts = re.findall(r"^[A-Z].* (\S+)$", money.split("\nall ")[0], re.MULTILINE)
    assert total and float(total[1].rstrip("*")) == pytest.approx(
        sum(float(part.rstrip("*") or 0) for part in parts)
    )


def test_matrix_of_money_keeps_umbrellas_apart() -> None:
    screen = shown("ipcli matrix --by investments", columns=120)
    money = {row["name"]: row for row in rows("totals")}
    # A zone counts for its district; asked for by itself it has a row of its own.
    assert not any(line.startswith("青岛自贸片区") for line in screen.splitlines())
    zone = shown("ipcli matrix --by investments --district 自贸片区", columns=120)
    line = next(line for line in zone.splitlines() if line.startswith("青岛自贸片区"))
    assert line.split()[-1] == "*" and rows("totals", "--district", "自贸片区")[0]["umbrellas"] == "2"
    line = next(line for line in screen.splitlines() if line.startswith("即墨区"))
    assert line.split()[-1] == f"{money['即墨区']['floor_yi']}*"


@pytest.mark.parametrize(
    ("encoding", "width"),
    some(
        [("ascii", 60), ("gbk", 80), *((e, w) for w in (60, 80, 100) for e in ("latin-1", "utf-8", "ascii"))],
        1,
    ),
)
def test_consoles_of_all_kinds(encoding: str, width: int) -> None:
    commands = (
        ("matrix", "--lang", "zh"),
        ("matrix", "--by", "investments", "--lang", "zh"),
        ("chart", "investments"),
        ("chart", "targets", "--by", "year", "--lang", "zh"),
        ("timeline", "--limit", "5"),
        ("targets", "--district", "崂山"),
        ("崂山", "AI"),
    )
    for command in commands:
        run = subprocess.run(
            [IPCLI, *command, "-f", "table"],
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "PYTHONIOENCODING": encoding, "COLUMNS": str(width)},
            capture_output=True,
        )
        screen = run.stdout.decode(encoding)
        assert run.returncode == 0 and screen
        assert max(map(width_of, screen.splitlines())) <= width, command


def test_signs_an_ascii_console_lacks_are_ascii_ones() -> None:
    run = subprocess.run(
        [IPCLI, "targets", "--district", "崂山", "-f", "table"],
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "PYTHONIOENCODING": "ascii", "COLUMNS": "80"},
        capture_output=True,
    )
    screen = run.stdout.decode("ascii")
    assert ">=30" in screen and ">400 x CNY" in screen
    # Breaks part no escape, so that they can be read back.
    assert not re.search(r"\\\\u[0-9a-f]{0,3}(?![0-9a-f])", screen)


def test_bars_have_the_values_of_the_totals() -> None:
    found = {row["name"]: row["floor_yi"] for row in rows("chart", "investments")}
    # The total is no bar.
    assert found == {row["name"]: row["floor_yi"] for row in rows("totals") if row["name"] != "合计"}
    screen = shown("ipcli chart investments")
    lines = {line.split()[0]: line for line in screen.splitlines() if line.strip()}
    assert lines["即墨区"].count("█") > lines["平度市"].count("█") > 0
    assert "█" not in lines["李沧区"] and "* 432" in lines["李沧区"]


@pytest.mark.parametrize("args", [("-f", "md"), ("-f", "table", "--vertical")])
def test_rows_of_a_chart_have_names_in_every_format(args: tuple[str, ...]) -> None:
    run = ask("chart", "investments", *args)
    assert run.returncode == 0 and all(row["name"] in run.stdout for row in rows("totals")[:-1])


@pytest.mark.parametrize("columns", some([60, 70, 80], 1))
def test_narrow_tables_keep_the_figure(columns: int) -> None:
    for command, heading in (
        ("investments", "总投资"),
        ("targets --district 崂山", "目标"),
        ("indicators", "所述"),
    ):
        assert heading in shown(f"ipcli {command}", columns=columns), command


def test_counts_of_a_chart_are_those_of_the_rows() -> None:
    found = {row["name"]: int(row["n"]) for row in rows("chart", "targets", "--by", "year")}
    due = [row["due_year"] or "年份不详" for row in rows("targets")]
    assert found == {year: due.count(year) for year in due}


def test_a_matrix_as_a_picture(tmp_path: Path) -> None:
    target = tmp_path / "x.svg"
    assert ask("matrix", "--by", "investments", "-o", str(target)).returncode == 0
    assert "即墨区" in "".join(ElementTree.fromstring(target.read_text(encoding="utf-8")).itertext())


@pytest.mark.parametrize("colour", some(["1", ""], 1))
def test_a_chart_as_a_picture(tmp_path: Path, colour: str) -> None:
    # What a terminal wishes is nothing to a file.
    target = tmp_path / "x.svg"
    assert ask("chart", "investments", "-o", str(target), NO_COLOR=colour).returncode == 0
    root = ElementTree.fromstring(target.read_text(encoding="utf-8"))
    widths = [float(e.get("width", "0").rstrip("%")) for e in root if e.tag.endswith("rect")][1:]
    assert widths == sorted(widths, reverse=True) and len(widths) == sum(
        row["floor_yi"] != "" for row in rows("chart", "investments")
    )
    assert "即墨区" in "".join(root.itertext()) and "2026.2" in "".join(root.itertext())


@pytest.mark.parametrize(
    ("args", "says"),
    some(
        [
            (("chart", "sources"), "there is no chart of sources"),
            (("chart", "targets", "--by", "status"), "--by of chart "),
            (("chart", "investments", "--by", "year"), "--by of chart "),
            (("matrix", "--by", "money"), "is one of"),
            (("targets", "-f", "svg"), "pictures (svg) are for chart and matrix"),
            (("show", "崂山", "-o", "x.svg"), "pictures (svg) are for chart and matrix"),
            (("matrix", "-f", "csv", "-o", "x.svg"), "contradicts the extension"),
            (
                ("chart", "targets", "-o", "x.svg", "--vertical"),
                "pictures (svg) are for chart and matrix, and show all",
            ),
            (("timeline", "--from", "yesterday"), "must be a date"),
        ],
        5,
    ),
)
def test_what_cannot_be_drawn_is_told(args: tuple[str, ...], says: str) -> None:
    run = ask(*args, IPCLI_LANG="en")
    assert (run.returncode, run.stdout) == (2, "") and says in run.stderr


def test_timeline_is_in_the_order_of_time() -> None:
    found = rows("timeline", "--district", "即墨")
    days = [row["day"] for row in found]
    assert days == sorted(days) and len(days) > 10
    late = [(row["event"], row["day"]) for row in found if row["state"] == "reached_late"]
    assert late == [("milestone", "2025-03-31")]
    within = rows("timeline", "--from", "2025-06-01", "--to", "2025-06-30")
    assert within and all("2025-06-01" <= row["day"] <= "2025-06-30" for row in within)


def test_a_project_is_in_the_timeline_with_every_dated_state_and_who_tells_it() -> None:
    found = [row for row in rows("timeline", "--district", "即墨") if row["event"] == "project"]
    told = {(row["what"], row["state"]): row for row in found}
    state = told["中电建海上光伏项目，一期（首批）", "首批并网"]
    assert (state["dated"], state["source_id"]) == ("2025-06-06", "SRC-022")
    published = {row["source_id"]: row["published_to"] for row in rows("sources")}
    assert all(row["day"][:4] <= (published[row["source_id"]] or "9999") for row in found)
