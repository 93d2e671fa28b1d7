"""`python -m ipcli`, and the `ipcli` script: signals first, then the program, then a quick way out."""

from __future__ import annotations

import signal
import sys


def run() -> None:
    """Run the command line and leave the process with its exit code."""
    # Ctrl-C during the imports below must end the process, not print a traceback. A SIGINT that the
    # parent told us to ignore (nohup, a background job) stays ignored.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    # Imports make many objects and no garbage worth the collector's passes.
    import gc

    gc.disable()
    if sys.argv[1:2] == ["__complete"]:
        # The shell asks what may stand here, at every press of the key: none of the program is loaded for it.
        from ipcli.completion import answer

        answer(sys.argv[2:])
        return
    from ipcli.cli.app import leave, main

    code = main(sys.argv[1:])
    leave(code)


if __name__ == "__main__":
    run()
