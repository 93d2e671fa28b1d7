"""`python -m ipcli`, and the `ipcli` script: signals first, then the program, then a quick way out."""

from __future__ import annotations

import os
import signal
import sys
from itertools import pairwise


def run() -> None:
    """Run the command line and leave the process with its exit code."""
    # Ctrl-C during the imports below must end the process, not print a traceback. A SIGINT that the
    # parent told us to ignore (nohup, a background job) stays ignored.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    _in_utf8()
    # Imports make many objects and no garbage worth the collector's passes.
    import gc

    gc.disable()
    if sys.argv[1:2] == ["__complete"]:
        # The shell asks what may stand here, at every press of the key: none of the program is loaded for it.
        from ipcli.cli.complete import answer

        answer(sys.argv[2:])
        return
    _open_ahead(sys.argv[1:])
    from ipcli.cli.app import leave, main

    code = main(sys.argv[1:])
    leave(code)


def _in_utf8() -> None:
    """Begin again in the UTF-8 mode of Python where the arguments have what the file system's encoding lacks.

    They come as surrogates there, of which no text can be made, and a decoded one would name no file.
    """
    if sys.getfilesystemencoding() == "utf-8" or os.name != "posix":
        return
    if any("\udc80" <= character <= "\udcff" for arg in sys.argv for character in arg):
        os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])


def _open_ahead(args: list[str]) -> None:
    """Have the database opened while Typer loads, if the command is a lookup: each takes a third of its time.

    The command line is not read here but guessed at; a wrong guess opens a file for nothing.
    """
    from ipcli import paths

    if not args or {"--help", "-h"} & set(args) or not os.path.isfile(paths.queries() / f"{args[0]}.sql"):
        return
    option = next((after for arg, after in pairwise(args) if arg == "--db"), None)
    from ipcli.db import open_ahead

    open_ahead(str(paths.database(option)))


if __name__ == "__main__":
    run()
