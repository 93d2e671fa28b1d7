"""The program as people install it: wheel, sdist, editable, pipx; other Pythons; other readers of the file."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from ipcli import __version__

ROOT = Path(__file__).parent.parent
DATABASE = ROOT / "data" / "industry.duckdb"
# The others that the program is for; the tests run on the oldest.
PYTHONS = ["python3.12", "python3.13"]

pytestmark = pytest.mark.slow


def run(*args: str | Path, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("IPCLI_", "PYTHON", "LC_", "LANG"))}
    return subprocess.run(
        [*map(str, args)],
        cwd=cwd,
        env=kept | {"LC_ALL": "C.UTF-8"} | env,
        capture_output=True,
        encoding="utf-8",
        timeout=600,
    )


def done(*args: str | Path, cwd: Path) -> str:
    """Return the output of a command that must succeed."""
    finished = run(*args, cwd=cwd)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the sdist and the wheel from it, and return their folder."""
    out = tmp_path_factory.mktemp("dist")
    done(sys.executable, "-m", "build", "--outdir", out, cwd=ROOT)
    assert sorted(path.name for path in out.iterdir()) == [
        f"ipcli-{__version__}-py3-none-any.whl",
        f"ipcli-{__version__}.tar.gz",
    ]
    return out


@pytest.fixture(scope="module")
def wheel(dist: Path) -> Path:
    return next(dist.glob("*.whl"))


@pytest.fixture(scope="module")
def sdist(dist: Path) -> Path:
    return next(dist.glob("*.tar.gz"))


def make(where: Path, *what: str | Path, python: str = sys.executable) -> Path:
    """Make a fresh virtual environment with these things installed, and return its bin folder."""
    done(python, "-m", "venv", where, cwd=where.parent)
    done(where / "bin" / "python", "-m", "pip", "install", "-q", *what, cwd=where.parent)
    return where / "bin"


# What is asked of an installation; but for tables, whose lines are Rich's business, the answers are one.
ASKED = [
    ("districts", "--industry", "低空经济"),
    ("find", "崂山", "人工智能", "-f", "json"),
    ("find", "嶗山", "人工智能", "-f", "json"),
    ("investments", "-f", "md"),
    ("investments", "-f", "html"),
    ("targets", "--district", "laoshan", "-f", "tsv"),
    ("sql", "FROM outcomes", "-f", "jsonl"),
    ("sql", "SELECT * FROM m ORDER BY ALL", "--with", "m=x.xlsx"),
    ("sql", "SELECT * FROM m ORDER BY ALL", "--with", "m=x.parquet"),
    ("cite", "OBS-0042"),
    ("query", "list", "--all"),
    ("--show-completion", "bash"),
    ("__complete", "fish", "ipcli show laosh"),
    ("help", "data", "--lang", "zh"),
    ("help", "data", "--lang", "en"),
    ("districts", "--help", "--lang", "zh"),
    ("districts", "--help", "--lang", "en"),
]
DRAWN = [
    ("targets", "-f", "table"),
    ("matrix", "-f", "table"),
    ("show", "鹏辉能源", "-f", "table"),
    ("chart", "investments", "-f", "svg"),
    ("--help",),
]


def answers(bin_: Path, cwd: Path) -> list[str]:
    """Ask the command there everything, and return what it answers."""
    for name in ("x.xlsx", "x.parquet", "x.html", "x.svg"):
        command = ("chart", "investments") if name == "x.svg" else ("investments",)
        done(bin_ / "ipcli", *command, "-o", name, cwd=cwd)
    for args in DRAWN:
        assert done(bin_ / "ipcli", *args, cwd=cwd)
    assert run(bin_ / "ipcli", "check", cwd=cwd).returncode == 0
    # A name that sounds like another, which the database itself knows.
    assert "低空经济" in run(bin_ / "ipcli", "show", "底空经济", cwd=cwd).stderr
    return [done(bin_ / "ipcli", *args, cwd=cwd) for args in ASKED]


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Return what the installation that runs the tests answers."""
    return answers(Path(sys.executable).parent, tmp_path_factory.mktemp("right"))


def test_wheel_carries_what_it_needs_and_is_small(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert names >= {
        "ipcli/data/industry.duckdb",
        "ipcli/data/schema.sql",
        "ipcli/data/views.sql",
        "ipcli/data/dictionary.csv",
        "ipcli/data/checks/share_range.sql",
        "ipcli/data/kinds.csv",
        "ipcli/data/words.csv",
        "ipcli/sql/districts.sql",
        "ipcli/help/data.zh.txt",
        "ipcli/help/data.en.txt",
        "ipcli/completion/tab.fish",
        "ipcli/locale/zh_CN/LC_MESSAGES/ipcli.mo",
        "ipcli/output/templates/page.html",
        "ipcli/py.typed",
        f"ipcli-{__version__}.data/data/share/man/man1/ipcli.1",
        f"ipcli-{__version__}.data/data/share/man/zh_CN/man1/ipcli.1",
        f"ipcli-{__version__}.dist-info/licenses/LICENSE",
        f"ipcli-{__version__}.dist-info/licenses/data/LICENSE",
    }
    kinds = {Path(name).suffix for name in names if name.startswith("ipcli/")}
    scripts = {".bash", ".zsh", ".fish"}
    assert kinds == {".py", ".sql", ".csv", ".txt", ".mo", ".html", ".duckdb", ".typed"} | scripts
    assert not [name for name in names if "/tables/" in name or "tests" in name or "benchmarks" in name]
    assert wheel.stat().st_size < 2 * 2**20


def test_sdist_is_small_whole_and_installs(sdist: Path, right: list[str], tmp_path: Path) -> None:
    assert sdist.stat().st_size < 3 * 2**20
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    (root,) = tmp_path.iterdir()
    held = run("git", "ls-files", "data", "sql", "src", "tests", "tools", "man", "docs", cwd=ROOT)
    if held.returncode == 0:
        missing = [name for name in held.stdout.splitlines() if not (root / name).exists()]
        assert missing == []
    for name in ("CHANGELOG.md", "data/CHANGELOG.md", "CITATION.cff", "LICENSE", "data/LICENSE", "README.md"):
        assert (root / name).is_file()
    bin_ = make(tmp_path / "venv", f"{sdist}[maintain]", "pytest", "pytest-xdist")
    assert answers(bin_, tmp_path) == right
    done(bin_ / "ipcli", "build", "--tables", ROOT / "data" / "tables", "-o", "again.duckdb", cwd=tmp_path)
    assert done(bin_ / "ipcli", *ASKED[0], "--db", "again.duckdb", cwd=tmp_path) == right[0]
    # Its own tests run in it.
    own = ("tests/test_names.py", "tests/dataset/test_phrases.py")
    done(bin_ / "python", "-m", "pytest", *own, "-n2", cwd=root)


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the programs that check and install packages, and return their folder."""
    return make(tmp_path_factory.mktemp("tools") / "venv", "twine>=6", "pipx", "cffconvert>=2")


def test_metadata_hold_what_an_index_wants(dist: Path, tools: Path, tmp_path: Path) -> None:
    shown = done(tools / "twine", "check", "--strict", *dist.iterdir(), cwd=tmp_path)
    assert shown.count("PASSED") == 2
    assert "valid" in done(tools / "cffconvert", "--validate", "-i", ROOT / "CITATION.cff", cwd=tmp_path)
    with zipfile.ZipFile(next(dist.glob("*.whl"))) as archive:
        metadata = archive.read(f"ipcli-{__version__}.dist-info/METADATA").decode()
    for line in ("License-Expression: MIT AND CC-BY-4.0", "Classifier: Typing :: Typed"):
        assert line in metadata.splitlines()


def test_pipx_installs_it_without_a_network_into_an_empty_home(
    wheel: Path, tools: Path, tmp_path: Path
) -> None:
    wheels, home = tmp_path / "wheels", tmp_path / "home"
    home.mkdir()
    # pipx wants a recent pip for itself.
    done(tools / "python", "-m", "pip", "download", "-q", "-d", wheels, wheel, "pip>=26.1", cwd=tmp_path)
    environment = {
        "HOME": str(home),
        "PATH": f"{home}/.local/bin:{os.defpath}",
        "LC_ALL": "C.UTF-8",
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(wheels),
        "http_proxy": "http://127.0.0.1:9",
        "https_proxy": "http://127.0.0.1:9",
    }

    def at_home(*args: str | Path) -> str:
        finished = subprocess.run(args, cwd=home, env=environment, capture_output=True, encoding="utf-8")
        assert finished.returncode == 0, finished.stderr
        return finished.stdout

    at_home(tools / "pipx", "install", "--python", sys.executable, wheel)
    assert at_home("ipcli", "--version").startswith(f"ipcli {__version__}\n")
    assert "西海岸新区" in at_home("ipcli", "districts", "--industry", "dkjj")
    assert at_home("ipcli", "help", "exit-codes", "--lang", "en").startswith("Exit codes\n")
    assert at_home("ipcli", "export", "--all", "out") == ""
    assert (home / "out" / "core" / "observation.parquet").is_file()
    if shutil.which("man"):
        assert at_home("man", "-w", "ipcli").strip().endswith("share/man/man1/ipcli.1")


@pytest.mark.parametrize("python", PYTHONS)
def test_wheel_answers_on_other_pythons_from_any_folder(
    python: str, wheel: Path, right: list[str], tmp_path: Path
) -> None:
    found = interpreter(python)
    if not found:
        pytest.skip(f"{python} is not here")
    bin_ = make(tmp_path / "venv", wheel, python=found)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert answers(bin_, elsewhere) == right
    table = done(bin_ / "ipcli", "targets", "--district", "崂山", "-f", "table", cwd=elsewhere)
    assert ">400 亿元" in table and "[1-2]" in table
    # What makes the spellings of names is an extra.
    tables = ROOT / "data" / "tables"
    built = run(bin_ / "ipcli", "build", "--tables", tables, "-o", "x.duckdb", cwd=elsewhere)
    assert built.returncode == 2 and "pip install 'ipcli[maintain]'" in built.stderr


def test_editable_install_follows_the_clone(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    shutil.copytree(ROOT, clone, ignore=shutil.ignore_patterns(".git", ".venv*", "__pycache__", ".*cache"))
    bin_ = make(tmp_path / "venv", "-e", f"{clone}[maintain]")
    assert done(bin_ / "ipcli", "sources", cwd=tmp_path).count("SRC-001") == 1
    query = clone / "sql" / "fresh.sql"
    query.write_text(
        "-- title: 新 | New\nSELECT 41 + 1 AS answer WHERE $city IS NOT NULL\n", encoding="utf-8"
    )
    assert done(bin_ / "ipcli", "fresh", cwd=tmp_path) == "answer\n42\n"
    assert "fresh" in done(bin_ / "ipcli", "--help", cwd=tmp_path)
    # A build renews all that is written from the tables.
    release = clone / "data" / "tables" / "release.csv"
    release.write_text("release,released_on\n2099.1,2099-01-02\n", encoding="utf-8")
    done(bin_ / "ipcli", "build", cwd=tmp_path)
    assert '"version": "2099.1"' in (clone / "data" / "datapackage.json").read_text(encoding="utf-8")
    assert "2099.1 (2099-01-02)" in done(bin_ / "ipcli", "--version", cwd=tmp_path)


def interpreter(name: str) -> str | None:
    """Return a Python of that name that runs, from the path or among pyenv's versions; None if there is none."""
    version = name.removeprefix("python")
    installed = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    candidates = [shutil.which(name), *sorted(installed.glob(f"{version}.*/bin/python"))]
    return next((str(c) for c in candidates if c and not run(c, "--version", cwd=ROOT).returncode), None)


def read_views(bin_: Path, cwd: Path) -> list[str]:
    """Read every view with the DuckDB there, and return their names."""
    code = (
        "import duckdb, sys; con = duckdb.connect(sys.argv[1], read_only=True); "
        "[(con.execute(f'SELECT * FROM main.\"{t}\"').fetchall(), print(t)) for (t,) in con.execute("
        "\"SELECT table_name FROM information_schema.tables WHERE table_schema = 'main'\").fetchall()]"
    )
    return done(bin_ / "python", "-c", code, DATABASE, cwd=cwd).split()


def test_old_and_native_duckdb_read_every_view(tmp_path: Path, shipped: object) -> None:
    python = make(tmp_path / "old", "duckdb==1.2.2")
    read = read_views(python, tmp_path)
    assert {"targets", "investments", "districts", "alignments", "sources", "citations"} <= set(read)
    assert len(read) >= 22
    native = make(tmp_path / "native", "duckdb-cli==1.5.6") / "duckdb"
    for view in read:
        done(native, "-readonly", DATABASE, "-csv", "-c", f"FROM {view}", cwd=tmp_path)
    jimo = done(
        native, "-readonly", DATABASE, "-csv", "-c", "from targets where district = '即墨区'", cwd=tmp_path
    )
    assert "整车产量" in jimo
