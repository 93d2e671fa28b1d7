# ipcli completion for fish
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
