#compdef ipcli
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
