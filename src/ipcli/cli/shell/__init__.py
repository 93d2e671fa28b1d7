"""`ipcli shell`: SQL after SQL, at a terminal or from a pipe, under the lock of `ipcli sql`.

`splitter` cuts what comes in into statements and dot commands, `session` runs them, `dots` knows the dot commands,
`prompt` is the terminal (the only file that imports prompt_toolkit), `script` a pipe or a plain terminal;
`completion`, `values` and `history` serve the prompt.
"""
