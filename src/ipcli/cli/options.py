"""What every lookup shares: the output options, and what they mean together."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple, NoReturn, TextIO

from typer.core import TyperOption

from ipcli import paths
from ipcli.errors import OutputError, UsageError
from ipcli.i18n import _, language, why, wished
from ipcli.output import formats

GRADES = "ABC"
LANGUAGES = ("zh", "en")


def option(
    name: str,
    text: str,
    *,
    short: str = "",
    metavar: str | None = None,
    many: bool = False,
    default: Any = None,
) -> TyperOption:
    """One option: `--name` (underscores as hyphens); a flag if it has no metavar. Values arrive as text."""
    flag = metavar is None
    if default is not None:
        text = _("{text} (default {default})").format(text=text, default=default)
    return TyperOption(
        param_decls=[name, "--" + name.replace("_", "-"), *([short] if short else [])],
        type=None if flag else str,
        is_flag=flag or None,
        multiple=many,
        metavar=metavar,
        default=False if flag else None,
        show_default=False,
        help=text,
    )


def shared(*, city: bool, grade: bool) -> list[TyperOption]:
    """The options of every lookup; --city and --grade only where the query asks for them."""
    known = ", ".join(formats.names())
    found = [
        option("format", _("Output format: {known}").format(known=known), short="-f", metavar="FORMAT"),
        option(
            "output",
            _("Write to a file; its extension tells the format"),
            short="-o",
            metavar="FILE",
        ),
        option(
            "columns",
            _("These columns in this order; all for every column"),
            metavar="A,B,...",
        ),
        option(
            "sort",
            _("Sort by columns, - before one for descending; NULLs last"),
            metavar="[-]A,...",
        ),
        option("excel", _("CSV that Excel and WPS open as it is")),
        option(
            "sources",
            _("Write the cited sources to FILE"),
            metavar="FILE",
        ),
        option("limit", _("At most so many rows"), metavar="N"),
        option("no_header", _("No header line")),
        option("null", _("Print NULL as TEXT"), metavar="TEXT"),
        option("vertical", _("Tables as one block a record")),
        option(
            "with_source",
            _("Add title, publisher, dates, URL of sources"),
        ),
        option(
            "pager",
            _("Tables on a terminal in a pager (or IPCLI_PAGER)"),
        ),
        option("exit_status", _("Exit with 1 if there are no rows")),
    ]
    if grade:
        found.append(
            option(
                "grade",
                _("Sources at least this good: A official, B press, C reposts"),
                metavar="|".join(GRADES),
            )
        )
    if city:
        found.append(option("city", _("City"), metavar="TEXT"))
    found += [
        option("db", _("Database file (or IPCLI_DB)"), metavar="FILE"),
        lang_option(),
    ]
    return found


def lang_option() -> TyperOption:
    """`--lang`, which `main` has read before any command sees it."""
    return option("lang", _("Language of help, headings, messages"), metavar="|".join(LANGUAGES))


# Formats that say or imply that they are UTF-8.
_UTF8 = ("html", "json", "jsonl", "svg")


class Output(NamedTuple):
    """The output options, checked. `columns` None: the query's own; [] : all of them, in tables too."""

    format: str
    path: str | None
    columns: list[str] | None
    sort: list[tuple[str, bool]]
    limit: int | None
    header: bool
    null: str
    vertical: bool
    with_source: bool
    exit_status: bool
    lang: str
    pager: str | None = None
    excel: bool = False
    sources: str | None = None

    @classmethod
    def parse(cls, values: Mapping[str, Any]) -> Output:
        """From the values of the options; UsageError for what makes no sense."""
        path = values["output"] or None
        path = None if path == "-" else path
        sources = values.get("sources") or None
        for file in (path, sources):
            _not_the_database(file, values.get("db"))
        if sources is not None and path is not None and os.path.realpath(path) == os.path.realpath(sources):
            refuse(_("-o and --sources are the same file"))
        format_ = values["format"]
        if values.get("excel"):
            if format_ not in (None, "csv"):
                refuse(_("--excel is CSV and contradicts -f {format}").format(format=format_))
            if path is not None and formats.by_extension(path) not in (None, "csv"):
                refuse(
                    _("--excel is CSV and contradicts the extension of {path}").format(path=path),
                )
            format_ = "csv"
        columns = None if values["columns"] is None else _list("--columns", values["columns"])
        sort = [] if values["sort"] is None else _list("--sort", values["sort"])
        return cls(
            format=_format(format_, path),
            path=path,
            columns=[] if columns == ["all"] else columns,
            sort=[(name.removeprefix("-"), name.startswith("-")) for name in sort],
            limit=_limit(values["limit"]),
            header=not values["no_header"],
            null=values["null"] or "",
            vertical=values["vertical"],
            with_source=values["with_source"],
            exit_status=values["exit_status"],
            lang=(language if path is None else wished)(values["lang"]),
            pager=_pager(bool(values.get("pager")), format_, path),
            excel=bool(values.get("excel")),
            sources=None if sources is None or not _format(None, sources) else sources,
        )

    def beside(self) -> Output:
        """The options of the sources that go into a file of their own."""
        assert self.sources is not None
        return self._replace(
            format=_format(None, self.sources), path=self.sources, sources=None, columns=None, limit=None,
            with_source=False, exit_status=False, pager=None,
        )  # fmt: skip

    @property
    def utf8(self) -> bool:
        """Whether what is written is UTF-8 by its nature: JSON, what says so inside, and CSV with a byte order mark."""
        return self.excel or self.format in _UTF8

    def options(self, out: TextIO) -> formats.Options:
        """As the formats want them, for one stream."""
        width, color, tty = None, False, False
        if self.format in ("table", "svg"):
            from ipcli.output.terminal import look

            tty, width, color = look(out)
            # FORCE_COLOR is meant for the terminal behind a pipe.
            color = color and self.path is None
        return formats.Options(
            header=self.header,
            null=self.null,
            vertical=self.vertical,
            with_source=self.with_source,
            lang=self.lang,
            width=width,
            color=color,
            tty=tty,
            excel=self.excel,
        )


def _pager(asked: bool, format_: str | None, path: str | None) -> str | None:
    if path is not None or format_ not in (None, "table"):
        return None
    from ipcli.output.pager import chosen

    return chosen(asked)


def refuse(message: str) -> NoReturn:
    """Raise a UsageError."""
    raise UsageError(message)


def _not_the_database(path: str | None, db: str | None) -> None:
    """Refuse to write the output over the database or its names index."""
    if path is None or not os.path.exists(path):
        return
    database = paths.database(db)
    for own in (database, paths.names_index(database)):
        if os.path.exists(own) and os.path.samefile(path, own):
            refuse(_("the output cannot be written over the database: {path}").format(path=path))


def _list(name: str, text: str) -> list[str]:
    items = [item.strip() for item in text.replace("，", ",").split(",")]
    if not all(item.removeprefix("-") for item in items):
        refuse(_("{name} has an empty column name: {text!r}").format(name=name, text=text))
    return items


def _limit(text: str | None) -> int | None:
    if text is None:
        return None
    if not text.isdecimal():
        refuse(_("--limit must be a whole number from 0, not {text}").format(text=text))
    digits = text.lstrip("0") or "0"
    # More rows than the database can count is no limit.
    return int(digits) if len(digits) <= 18 else None


def _format(name: str | None, path: str | None) -> str:
    """By name, by the file's extension, else a table on a terminal and CSV elsewhere."""
    if name is not None and name not in formats.names():
        known = ", ".join(formats.names())
        refuse(_("unknown format {name}; known: {known}").format(name=name, known=known))
    if path is None:
        chosen = name or ("table" if sys.stdout is not None and sys.stdout.isatty() else "csv")
        if formats.load(chosen).BINARY and sys.stdout is not None and sys.stdout.isatty():
            refuse(_("{chosen} cannot go to a terminal: use -o FILE").format(chosen=chosen))
        return chosen
    extension = os.path.splitext(path)[1].lower()
    if name is not None and extension in formats.load(name).EXTENSIONS:
        return name
    by_path = formats.by_extension(path)
    if name is None and by_path is None:
        known = ", ".join(formats.names())
        refuse(
            _("the extension of {path} tells no format: choose one with -f ({known})").format(
                path=path, known=known
            ),
        )
    if name is not None and by_path is not None:
        refuse(_("-f {name} contradicts the extension of {path}").format(name=name, path=path))
    return name or str(by_path)


@contextmanager
def destination(path: str | None, *, binary: bool, utf8: bool = False) -> Iterator[Any]:
    """The stream to write to: stdout, or a file that takes its name only when all is written.

    With `utf8`, stdout is UTF-8 whatever the console's encoding, unless it is a terminal. What is no regular file (a
    device, a FIFO) is written directly. OutputError if writing fails; a broken pipe is left to `main`.
    """
    try:
        if path is None:
            if sys.stdout is None:
                raise OutputError(_("standard output is closed"))
            with _encoded(utf8):
                yield sys.stdout.buffer if binary else sys.stdout
                sys.stdout.flush()
        elif os.path.exists(path) and not os.path.isfile(path):
            with _open(path, "w", binary) as out:
                yield out
        else:
            with _replaced(os.path.realpath(path), binary) as out:
                yield out
    except BrokenPipeError:
        raise
    except OSError as error:
        where = _("standard output") if path is None else path
        reason = why(error)
        message = _("cannot write to {where}: {reason}").format(
            where=where, reason=reason, where2=where if path is None else " " + where
        )
        raise OutputError(message) from error


@contextmanager
def _encoded(utf8: bool) -> Iterator[None]:
    encoding = getattr(sys.stdout, "encoding", None)
    if not utf8 or encoding is None or encoding == "utf-8" or sys.stdout.isatty():
        yield
        return
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    try:
        yield
    finally:
        sys.stdout.reconfigure(encoding=encoding)  # type: ignore[union-attr]


@contextmanager
def _replaced(path: str, binary: bool) -> Iterator[Any]:
    # Not the process number alone: in a container that is the same at every start, and a file of that name may be
    # left from one that was killed. Nor the name, which may be as long as a name can be.
    name = f".ipcli.{os.getpid()}.{os.urandom(4).hex()}.part"
    temporary = os.path.join(os.path.dirname(path), name)
    try:
        # A name that cannot be taken is told before the work, not after it.
        with suppress(FileNotFoundError):
            os.lstat(path)
        with _open(temporary, "x", binary) as out:
            yield out
        if os.path.exists(path):
            os.chmod(temporary, os.stat(path).st_mode & 0o7777)
        os.replace(temporary, path)
    except BaseException:
        if os.path.lexists(temporary):
            os.unlink(temporary)
        raise


def _open(path: str, mode: str, binary: bool) -> Any:
    if binary:
        return open(path, mode + "b")
    # What is no character (a byte of --null that is no UTF-8) gets an escape, as on stdout.
    return open(path, mode, encoding="utf-8", errors="backslashreplace", newline="")
