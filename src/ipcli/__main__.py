"""`python -m ipcli`, and the `ipcli` script: signals first, then the program, then a quick way out."""

from __future__ import annotations

import os
import signal
import sys


def run() -> None:
    """Run the command line and leave the process with its exit code."""
    # Ctrl-C during the imports below must end the process, not print a traceback. A SIGINT that the
    # parent told us to ignore (nohup, a background job) stays ignored.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    _restart_in_utf8()
    # Imports make many objects and no garbage worth the collector's passes.
    import gc

    gc.disable()
    if sys.argv[1:2] == ["__complete"]:
        # The shell asks what may stand here, at every press of the key: none of the program is loaded for it.
        from ipcli.cli.complete import answer

        answer(sys.argv[2:])
        return
    from ipcli.cli import line

    line.open_ahead(line.Line(sys.argv[1:]))
    from ipcli.cli.app import leave, main

    code = main(sys.argv[1:])
    leave(code)


def _restart_in_utf8() -> None:
    """Restart Python in UTF-8 mode if the file system's encoding cannot decode the arguments.

    Python passes the bytes it cannot decode as surrogates, which cannot be printed. If this program decoded
    them itself, the text could not be used to open a file.
    """
    if sys.getfilesystemencoding() == "utf-8" or os.name != "posix":
        return
    if any("\udc80" <= character <= "\udcff" for arg in sys.argv for character in arg):
        os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])


if __name__ == "__main__":
    run()
