"""Shells: the scripts that make them ask `ipcli __complete`, and words as they read and write them."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import NamedTuple

from ipcli import errors
from ipcli.cli.help import print_text
from ipcli.errors import UsageError
from ipcli.i18n import _
from ipcli.output.stream import tell

_MARK = "# ipcli completion"
_SCRIPTS = Path(__file__).resolve().parent.parent / "completion"
# Fish shows only candidates that have in them what was typed, so that its second script offers it aliases.
_FILES = {"bash": ("ipcli.bash",), "zsh": ("ipcli.zsh",), "fish": ("ipcli.fish", "tab.fish")}


def run(args: list[str]) -> int:
    """Install or print the script of the shell that is named, or of the one that SHELL tells."""
    action, *rest = args[0].split("=", 1) + args[1:]
    if len(rest) > 1:
        raise UsageError(_("{action} takes the name of one shell").format(action=action))
    shell = rest[0] if rest else os.path.basename(os.environ.get("SHELL", ""))
    if shell not in _FILES:
        listed = ", ".join(_FILES)
        raise UsageError(_("tell the shell: {listed}, not {shell!r}").format(listed=listed, shell=shell))
    if action == "--show-completion":
        texts = ((_SCRIPTS / name).read_text(encoding="utf-8") for name in _FILES[shell])
        print_text("\n".join(texts).rstrip("\n"))
        return errors.OK
    try:
        scripts, start = _install(shell)
    except OSError as error:
        message = _("cannot write {filename}: {strerror}").format(
            filename=error.filename, strerror=error.strerror
        )
        raise errors.OutputError(message) from error
    lines = [_("wrote {script}").format(script=script) for script in scripts]
    if start is not None:
        lines.append(
            _(
                'the line of {start} that ends in "{MARK}" loads it; to undo, delete that line and the file'
            ).format(start=start, MARK=_MARK)
        )
    lines.append(_("it works in a new terminal"))
    tell("\n".join(lines))
    return errors.OK


def _install(shell: str) -> tuple[list[Path], Path | None]:
    """Write the scripts, and see to it that the shell loads them; returns them and the file changed, if any."""
    home = Path(os.path.expanduser("~"))
    if shell == "fish":
        # Fish loads the first when it completes ipcli, which is too late to bind a key.
        folder = _find_folder("XDG_CONFIG_HOME", home / ".config") / "fish"
        scripts = [folder / "completions" / "ipcli.fish", folder / "conf.d" / "ipcli.fish"]
        for script, name in zip(scripts, _FILES[shell], strict=True):
            _write(script, name)
        return scripts, None
    script = _find_folder("XDG_DATA_HOME", home / ".local" / "share") / "ipcli" / f"completion.{shell}"
    _write(script, *_FILES[shell])
    folder = Path(os.environ.get("ZDOTDIR") or home) if shell == "zsh" else home
    start = folder / f".{shell}rc"
    quoted = "'" + str(script).replace("'", "'\\''") + "'"
    line = f"[ -f {quoted} ] && . {quoted}  {_MARK}"
    text = start.read_text(encoding="utf-8", errors="surrogateescape") if start.exists() else ""
    kept = [known for known in text.splitlines() if not known.endswith(_MARK)]
    with open(start, "w", encoding="utf-8", errors="surrogateescape") as out:
        out.write("\n".join([*kept, line]) + "\n")
    return [script], start


def _find_folder(variable: str, otherwise: Path) -> Path:
    told = os.environ.get(variable, "")
    return Path(told) if os.path.isabs(told) else otherwise


def _write(path: Path, name: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_SCRIPTS / name, path)


# What bash reads as something else outside of quotes, and what in double ones.
_SPECIAL = re.compile(r"""([ !"#$&'()*;<>?\[\\\]^`{|}~])""")
_SPECIAL_QUOTED = re.compile(r"""([$`"\\])""")
# Controls end a line or work on the terminal; marks of direction make a line read as another; half characters
# cannot be written.
UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
# Where bash begins a new word on the line, unless it tells otherwise.
_BREAKS = " \t\n\"'@><=;|&(:"


class Word(NamedTuple):
    """Hold a word of a command line as the shell will read it, and the quote that is still open in it.

    `kept` is the start of the word that bash will not replace; `unclear` means that the word contains an
    expansion (such as $NAME) whose value is not known here.
    """

    text: str
    quote: str = ""
    kept: str = ""
    unclear: bool = False


def split_line(line: str, shell: str = "bash") -> list[Word]:
    """Split a command line up to the cursor into its words; the last one is what is being typed, be it empty."""
    words: list[Word] = []
    text, quote, begun, escaped = "", "", False, False
    kept = before = ""
    unclear = nested = False
    breaks = os.environ.get("COMP_WORDBREAKS", _BREAKS)
    for place, character in enumerate(line):
        following = line[place + 1 : place + 2]
        if escaped:
            text, escaped = text + character, False
        elif character == "\\" and _escapes(shell, quote, following):
            escaped = begun = True
        elif shell == "bash" and character in "$`" and quote != "'":
            text, begun, unclear = text + character, True, True
            # Within $(…), ${…}, $'…' and backticks quotes count anew, and this does not read them. Zsh and fish
            # know by themselves which quote is open.
            nested = nested or not (character == "$" and (following.isalnum() or following == "_"))
        elif quote:
            if character == quote:
                quote, kept = "", before
            else:
                text += character
        elif character in "'\"":
            quote, begun = character, True
            before, kept = kept, text
        elif character in " \t\n":
            if begun:
                words.append(Word(text))
            text, kept, begun, unclear = "", "", False, nested
        elif character in "|;&":
            # Another command begins.
            words, text, kept, begun, unclear = [], "", "", False, nested
        else:
            text, begun = text + character, True
            if character in breaks:
                kept = text
    return [*words, Word(text, quote, kept, unclear)]


def quote_for(shell: str, quote: str, text: str) -> str:
    """Write a text so that the shell, in the quote that is open, reads it as it is; "" where that cannot be.

    Zsh and fish do so with what they insert; bash inserts what it is given.
    """
    # A word that starts with a colon is a message to the completion script, never a candidate.
    if UNSAFE.search(text) or text.startswith(":"):
        return ""
    if shell != "bash":
        return text
    if not quote:
        return _SPECIAL.sub(r"\\\1", text)
    # The history is looked up in double quotes too, where a backslash before the mark would stay.
    double = _SPECIAL_QUOTED.sub(r"\\\1", text).replace("!", "\"'!'\"")
    told = double if quote == '"' else text.replace("'", r"'\''")
    # Bash would mistake a quote at either end for the opening quote, or the closing one that it adds itself.
    return "" if told.startswith(quote) or told.endswith(quote) else told


def _escapes(shell: str, quote: str, following: str) -> bool:
    """Tell whether a backslash escapes what follows it."""
    if quote == "'":
        return shell in ("fish", "plain") and following in ("'", "\\")
    return not quote or following in (*'$`"\\\n', *("!" if shell == "zsh" else ""))
