/** What a shell has to be told, once: that it asks hookscope itself what can stand at the cursor. */

export const shells = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof shells)[number]

/** Says in place of candidates that a file is wanted. */
export const filesWanted = ':files'

/** Words come with their space, so that one that goes on gets none; works with the bash 3.2 of macOS, too. */
const bash = `# hookscope: completion for bash. Add to ~/.bashrc:  source <(hookscope completion bash)
_hookscope() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    if [ "$line" = '${filesWanted}' ]; then
      compopt -o filenames +o nospace 2>/dev/null
      while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}")
      return
    fi
    COMPREPLY+=("$line")
  done < <("$1" complete bash -- "\${COMP_LINE:0:COMP_POINT}" 2>/dev/null)
}
complete -o nospace -F _hookscope hookscope
`

const zsh = `#compdef hookscope
# hookscope: completion for zsh. Add to ~/.zshrc, after compinit:  source <(hookscope completion zsh)
_hookscope() {
  local line text what
  local -a closed closedShown open openShown
  while IFS= read -r line; do
    if [[ $line == '${filesWanted}' ]]; then
      _files
      return
    fi
    text=\${line%%$'\\t'*}
    what=\${line#*$'\\t'}
    if [[ $text == *' ' ]]; then
      closed+=("\${text% }")
      closedShown+=("\${text% }\${what:+  -- $what}")
    else
      open+=("$text")
      openShown+=("$text\${what:+  -- $what}")
    fi
  done < <("\${words[1]}" complete zsh -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)
  (( $#closed )) && compadd -l -d closedShown -a -- closed
  (( $#open )) && compadd -l -S '' -d openShown -a -- open
}
if [ "$funcstack[1]" = _hookscope ]; then
  _hookscope "$@"
else
  compdef _hookscope hookscope
fi
`

const fish = `# hookscope: completion for fish. Save as ~/.config/fish/completions/hookscope.fish
function __hookscope_complete
    set -l words (commandline -opc) (commandline -ct)
    for line in ($words[1] complete fish -- $words[2..-1] 2>/dev/null)
        if test "$line" = '${filesWanted}'
            __fish_complete_path (commandline -ct)
            return
        end
        echo $line
    end
end
complete -c hookscope -f -a '(__hookscope_complete)'
`

/** The script of each shell. */
export const scripts: Readonly<Record<Shell, string>> = { bash, zsh, fish }
