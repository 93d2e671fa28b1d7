# ipcli completion for fish: on a line of ipcli Tab puts the name in the place of its pinyin
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
