# ipcli completion for bash
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
