# bash completion for chutes-login and its short name chutes

# The options of one command; empty for a word that is no command.
_chutes_login_options() {
  case $1 in
    login) echo "--scope --port --no-browser --wait --client-id --client-secret-stdin --redirect-uri --public-client --force" ;;
    logout) echo "--all" ;;
    status) echo "--all --check" ;;
    introspect) echo "--refresh-token" ;;
    setup) echo "--name --scope --api-key-stdin --api-key-file --keep-api-key --no-browser" ;;
    balance) echo "--usage" ;;
    profile) echo "--yes" ;;
    whoami) echo "--account" ;;
    token) echo "--min-valid --header --curl-config" ;;
    models) echo "--sort" ;;
    exec) echo "--env --min-valid" ;;
    invoke) echo "--model --system --temperature --max-tokens --reasoning --no-stream --usage --raw --strict --method --data --field --json-field --header --output --include --no-check --dry-run --curl" ;;
  esac
}

# The profiles that were stored when they were last listed; nothing is asked.
_chutes_login_profiles() {
  sed -n 's/.*"names":\[\([^]]*\)\].*/\1/p' "${XDG_CACHE_HOME:-$HOME/.cache}/chutes-login/profiles.json" 2>/dev/null | tr '",' '  '
}

_chutes_login() {
  local commands="login logout status setup profile whoami balance refresh token introspect exec invoke models chutes"
  local global="--profile --issuer --store --timeout --color --json --quiet --verbose --no-input --version --help"
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command="" word
  COMPREPLY=()

  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    if [[ " $commands " == *" $word "* ]]; then
      command=$word
      break
    fi
  done

  case $previous in
    --color) mapfile -t COMPREPLY < <(compgen -W "auto always never" -- "$current"); return ;;
    --store) mapfile -t COMPREPLY < <(compgen -W "keychain file plaintext" -- "$current"); return ;;
    --sort) mapfile -t COMPREPLY < <(compgen -W "popularity price context name" -- "$current"); return ;;
    --reasoning) mapfile -t COMPREPLY < <(compgen -W "show hide" -- "$current"); return ;;
    --scope) mapfile -t COMPREPLY < <(compgen -W "openid profile chutes:invoke quota balance usage account:read" -- "$current"); return ;;
    --api-key-file | --output | -o | --data | -d) compopt -o default 2>/dev/null; return ;;
    --profile) mapfile -t COMPREPLY < <(compgen -W "$(_chutes_login_profiles)" -- "$current"); return ;;
    --name | --issuer | --timeout | --port | --wait | --client-id | --redirect-uri | --env | --min-valid) return ;;
    -m | --model | --system | --temperature | --max-tokens) return ;;
  esac

  if [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$global $(_chutes_login_options "$command")" -- "$current")
  elif [[ -z $command ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$commands" -- "$current")
  elif [[ $command == profile && $previous == profile ]]; then
    mapfile -t COMPREPLY < <(compgen -W "list use remove" -- "$current")
  elif [[ $command == profile ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$(_chutes_login_profiles)" -- "$current")
  elif [[ $command == exec ]]; then
    compopt -o default 2>/dev/null # the command, or a file for it
    mapfile -t COMPREPLY < <(compgen -c -- "$current")
  elif [[ $command == invoke ]]; then
    compopt -o default 2>/dev/null # a word of the prompt, or a file's name
  fi
}

complete -F _chutes_login chutes-login chutes
