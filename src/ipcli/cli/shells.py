"""Shells: the scripts that make them ask `ipcli __complete`, and words as they read and write them."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import NamedTuple

from ipcli import errors
from ipcli.cli.help import print_text
from ipcli.errors import UsageError
from ipcli.i18n import _

SHELLS = ("bash", "zsh", "fish")
_MARK = "# ipcli completion"

_BASH = r"""# ipcli completion for bash
_ipcli() {
    local text about
    COMPREPLY=()
    # Meta-* takes the open quote away, and puts in what was written for it.
    (( COMP_TYPE == 42 )) && return
    while IFS=$'\t' read -r text about; do
        case "$text" in
            # Bash quotes names of files as they need it.
            :file) compopt -o default 2>/dev/null ;;
            :folder) compopt -o dirnames 2>/dev/null ;;
            # With an empty one among them they begin with nothing, and bash leaves what is typed.
            :list) COMPREPLY+=("") ;;
            *) COMPREPLY+=("$text") ;;
        esac
    done < <(COMP_WORDBREAKS="$COMP_WORDBREAKS" "$1" __complete bash "${COMP_LINE:0:COMP_POINT}" 2>/dev/null)
}
# Where there is no compopt, bash itself offers files where nothing else fits.
complete -o nosort -F _ipcli ipcli 2>/dev/null || complete -o default -F _ipcli ipcli
"""

_ZSH = r"""#compdef ipcli
_ipcli() {
    local -a texts shown
    local text about apart
    while IFS=$'\t' read -r text about; do
        case $text in
            :file) _files; return ;;
            :folder) _files -/; return ;;
            :list) apart=1 ;;
            *) texts+=("$text"); shown+=("$text${about:+  -- $about}") ;;
        esac
    done < <("${words[1]}" __complete zsh "${(j: :)words[1,CURRENT-1]} ${QIPREFIX}${PREFIX}" 2>/dev/null)
    # -U: what was typed in pinyin is no beginning of what it stands for.
    (( $#texts )) || return 1
    compadd -U -V ipcli -l -d shown -a texts
    # zsh would put what all of them begin with, be it nothing, in the place of what is typed.
    [[ -n $apart && -z $compstate[old_list] ]] && compstate[insert]= compstate[list]='list force'
    return 0
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit -u }
compdef _ipcli ipcli
"""

_FISH = r"""# ipcli completion for fish
function __ipcli_complete
    set -l line (commandline -cp | string collect)
    set -l shell fish
    # The other script has taken off the line what was typed, so that the names themselves fit.
    if set -q __ipcli_typed; and test "$line" = "$__ipcli_typed[1]"
        set line $__ipcli_typed[2]
        set shell plain
    end
    for entry in (ipcli __complete $shell $line 2>/dev/null)
        set -l parts (string split \t -- $entry)
        switch $parts[1]
            case ':file'
                __fish_complete_path (commandline -ct)
            case ':folder'
                __fish_complete_directories (commandline -ct) ''
            case ':list' ':common'
            case '*'
                echo $entry
        end
    end
end
complete -c ipcli -k -f -a '(__ipcli_complete)'
"""
# Fish shows only candidates that have in them what was typed, so that the other script offers it aliases.
_FISH_TAB = r"""# ipcli completion for fish: on a line of ipcli Tab puts the name in the place of its pinyin
function __ipcli_tab
    set -l before (commandline -opc)
    set -l typed (commandline -ct)
    set -l listed $__ipcli_listed
    set -e __ipcli_listed __ipcli_typed
    if string match -qr '^(.*/)?ipcli$' -- "$before[1]"; and test "$typed" = (commandline -t | string collect)
        and string match -qr '[A-Za-z]$' -- $typed
        set -l line (commandline -cp | string collect)
        if commandline --paging-mode
            if set -q listed[1]
                # Aliases are listed, and one is to be chosen: of the names in their place.
                commandline -t ''
                set -g __ipcli_typed (commandline -cp | string collect) $line
                commandline -f complete
            end
            commandline -f complete
            return
        end
        set -l found ($before[1] __complete plain $line 2>/dev/null)
        set -l first (string split \t -- $found[1])
        if test "$first[1]" = ':common'
            commandline -t -- (string escape -- $first[2])
        else if test (count $found) = 1; and not string match -q -- ':*' $first[1]
            and not string match -qi -- (string escape --style=script -- $typed)'*' $first[1]
            commandline -t -- (string escape -- $first[1])' '
            return
        else if test "$first[1]" = ':list'
            set -g __ipcli_listed yes
        end
    end
    commandline -f complete
end
# A key that somebody has bound stays as it is.
if status is-interactive; and not bind --user \t >/dev/null 2>&1
    bind \t __ipcli_tab
    bind -M insert \t __ipcli_tab
end
"""
_SCRIPTS = {"bash": _BASH, "zsh": _ZSH, "fish": f"{_FISH}\n{_FISH_TAB}"}


def run(args: list[str]) -> int:
    """Install or print the script of the shell that is named, or of the one that SHELL tells."""
    action, *rest = args[0].split("=", 1) + args[1:]
    if len(rest) > 1:
        raise UsageError(_("{action} takes the name of one shell").format(action=action))
    shell = rest[0] if rest else os.path.basename(os.environ.get("SHELL", ""))
    if shell not in SHELLS:
        listed = ", ".join(SHELLS)
        raise UsageError(_("tell the shell: {listed}, not {shell!r}").format(listed=listed, shell=shell))
    if action == "--show-completion":
        print_text(_SCRIPTS[shell].rstrip("\n"))
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
    print("\n".join(lines), file=sys.stderr)
    return errors.OK


def _install(shell: str) -> tuple[list[Path], Path | None]:
    """Write the scripts, and see to it that the shell loads them; returns them and the file changed, if any."""
    home = Path(os.path.expanduser("~"))
    if shell == "fish":
        # Fish loads the first when it completes ipcli, which is too late to bind a key.
        folder = _folder("XDG_CONFIG_HOME", home / ".config") / "fish"
        scripts = {folder / "completions" / "ipcli.fish": _FISH, folder / "conf.d" / "ipcli.fish": _FISH_TAB}
        for script, text in scripts.items():
            _write(script, text)
        return list(scripts), None
    script = _folder("XDG_DATA_HOME", home / ".local" / "share") / "ipcli" / f"completion.{shell}"
    _write(script, _SCRIPTS[shell])
    folder = Path(os.environ.get("ZDOTDIR") or home) if shell == "zsh" else home
    start = folder / f".{shell}rc"
    quoted = "'" + str(script).replace("'", "'\\''") + "'"
    line = f"[ -f {quoted} ] && . {quoted}  {_MARK}"
    text = start.read_text(encoding="utf-8", errors="surrogateescape") if start.exists() else ""
    kept = [known for known in text.splitlines() if not known.endswith(_MARK)]
    with open(start, "w", encoding="utf-8", errors="surrogateescape") as out:
        out.write("\n".join([*kept, line]) + "\n")
    return [script], start


def _folder(variable: str, otherwise: Path) -> Path:
    told = os.environ.get(variable, "")
    return Path(told) if os.path.isabs(told) else otherwise


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


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
