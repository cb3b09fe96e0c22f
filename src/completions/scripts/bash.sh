# bash completion for goenv-ci: at each Tab, the program itself says what could follow.
_goenv_ci() {
    local line=${COMP_LINE:0:COMP_POINT} gap word raw i
    local -a words=()
    # bash cuts words at = and : too; these belong together where no space is between them.
    for ((i = 0; i <= COMP_CWORD; i++)); do
        gap=${line%%[![:space:]]*}
        line=${line#"$gap"}
        word=${COMP_WORDS[i]}
        if ((i == COMP_CWORD)); then word=$line; fi
        if [[ -z $gap && $i -gt 0 ]]; then
            words[${#words[@]} - 1]+=$word
        else
            words+=("$word")
        fi
        line=${line#"$word"}
    done

    local last=$((${#words[@]} - 1)) quote='' kept='' offered
    raw=${words[last]}
    case $raw in
    \"* | \'*)
        quote=${raw:0:1}
        raw=${raw:1}
        ;;
    *\\*)
        # shellcheck disable=SC2162 # Its backslashes are to go.
        IFS= read raw <<<"$raw"
        ;;
    esac
    words[last]=$raw

    # Only what stands behind the last cut is replaced.
    if [[ -z $quote ]]; then
        if [[ $raw == *=* && $COMP_WORDBREAKS == *=* ]]; then kept=${raw%"${raw##*=}"}; fi
        if [[ $raw == *:* && $COMP_WORDBREAKS == *:* ]]; then
            word=${raw%"${raw##*:}"}
            if ((${#word} > ${#kept})); then kept=$word; fi
        fi
    fi

    COMPREPLY=()
    while IFS= read -r offered; do
        offered=${offered#"$kept"}
        if [[ -z $quote ]]; then
            # A tilde in front is to stay one.
            if [[ ${offered#'~/'} == *[!A-Za-z0-9_./,:=@%+-]* ]]; then
                printf -v word %q "${offered#'~/'}"
                offered=${offered%"${offered#'~/'}"}$word
            fi
            if [[ $offered != *[/=:] ]]; then offered+=' '; fi
        fi
        COMPREPLY+=("$offered")
    done < <(_GOENV_CI_COMPLETE=bash goenv-ci -- "${words[@]}" 2>/dev/null)
}
complete -o nospace -o bashdefault -o nosort -F _goenv_ci goenv-ci 2>/dev/null ||
    complete -o nospace -o bashdefault -F _goenv_ci goenv-ci
