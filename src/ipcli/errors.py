"""The errors a user may meet, each with its exit code. `cli.app.main` alone catches them."""

from __future__ import annotations

OK = 0
QUERY_FAILED = 1
USAGE = 2
NO_DATABASE = 3
LIMIT = 4
NO_OUTPUT = 5
INTERRUPTED = 130
TERMINATED = 143


class IpcliError(Exception):
    """Base of all expected errors: the message is one clear line for stderr."""

    exit_code = QUERY_FAILED


class QueryFailed(IpcliError):
    """Wrong SQL, or a query that failed while it ran; `line` is the line of SQL at fault, where it is known."""

    line: int | None = None


class DataFault(IpcliError):
    """The tables hold faults; the message has one line for each (file, line, column)."""


class UsageError(IpcliError):
    """Bad usage, an unknown value, a bad query file, or a refused statement."""

    exit_code = USAGE


class DatabaseError(IpcliError):
    """The database is missing, damaged, locked, or not one of ours."""

    exit_code = NO_DATABASE


class LimitReached(IpcliError):
    """A time or memory limit stopped the query."""

    exit_code = LIMIT


class OutputError(IpcliError):
    """The output cannot be written."""

    exit_code = NO_OUTPUT


class Terminated(BaseException):
    """A signal has come: clean up and leave. Its argument is the exit code, 143 for SIGTERM."""
