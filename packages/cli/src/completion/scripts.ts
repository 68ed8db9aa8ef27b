/**
 * What a shell loads, once. The scripts know no command: with each key they ask
 * `stowage __complete`, which answers a line for each candidate, `VALUE<tab>WHAT IT IS`,
 * or `:files` where files are wanted. A value that ends with `=` goes on.
 */
export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

export const completionScripts: Readonly<Record<Shell, string>> = {
  bash: String.raw`# bash completion for stowage: source <(stowage completion bash)
_stowage() {
    local i word line value before cur
    local -a words=()
    # Readline takes a word apart at = and :, which belong to it here.
    for ((i = 1; i <= COMP_CWORD; i++)); do
        word=${"$"}{COMP_WORDS[i]}
        if ((i > 1)) && [[ $word == [=:]* || ${"$"}{COMP_WORDS[i - 1]} == *[=:] ]]; then
            words[${"$"}{#words[@]} - 1]+=$word
        else
            words+=("$word")
        fi
    done
    cur=${"$"}{words[${"$"}{#words[@]} - 1]}
    # It replaces only what comes behind the last of them.
    before=${"$"}{cur%"${"$"}{cur##*[=:]}"}
    COMPREPLY=()
    while IFS= read -r line; do
        if [[ $line == :files ]]; then
            compopt -o filenames 2>/dev/null
            while IFS= read -r value; do COMPREPLY+=("$value"); done < <(compgen -f -- "${"$"}{cur#"$before"}")
            continue
        fi
        value=${"$"}{line%%$'\t'*}
        printf -v value %q "${"$"}{value#"$before"}"
        COMPREPLY+=("$value")
    done < <("${"$"}{COMP_WORDS[0]}" __complete -- "${"$"}{words[@]}" 2>/dev/null)
    if ((${"$"}{#COMPREPLY[@]} == 1)) && [[ ${"$"}{COMPREPLY[0]} == *= ]]; then
        compopt -o nospace 2>/dev/null
    fi
}
complete -F _stowage stowage
`,
  zsh: String.raw`#compdef stowage
# zsh completion for stowage: source <(stowage completion zsh), or as a file _stowage in $fpath
_stowage() {
    local line value does
    local -a lines whole open
    lines=("${"$"}{(@f)$("${"$"}{(@Q)words[1]}" __complete -- "${"$"}{(@Q)words[2,CURRENT]}" 2>/dev/null)}")
    for line in $lines; do
        if [[ $line == :files ]]; then
            # Behind the = of an option's value.
            compset -P '*='
            _files
            continue
        fi
        value=${"$"}{line%%$'\t'*}
        does=${"$"}{line#*$'\t'}
        if [[ $value == *= ]]; then
            open+=("${"$"}{value//:/\\:}${"$"}{does:+:$does}")
        else
            whole+=("${"$"}{value//:/\\:}${"$"}{does:+:$does}")
        fi
    done
    (($#whole)) && _describe stowage whole
    (($#open)) && _describe stowage open -S ''
    return 0
}
if [[ $funcstack[1] == _stowage ]]; then
    _stowage "$@"
else
    compdef _stowage stowage
fi
`,
  fish: String.raw`# fish completion for stowage: stowage completion fish | source
function __stowage_complete
    set -l words (commandline -opc)
    set -l cur (commandline -ct)
    for line in ($words[1] __complete -- $words[2..] "$cur" 2>/dev/null)
        if test "$line" = :files
            # Behind the = of an option's value.
            set -l before (string match -r '^.*=' -- "$cur")
            for file in (__fish_complete_path (string replace -- "$before" '' "$cur"))
                echo "$before$file"
            end
        else
            echo $line
        end
    end
end
complete -c stowage -f -a '(__stowage_complete)'
`,
};
