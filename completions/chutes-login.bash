# bash completion for chutes-login and its short name chutes

# _chutes_login_table COMMAND sets the arrays `commands`, `options` and `arguments` to what can follow COMMAND. An option is
# NAME without a value, NAME:KIND with a value, and NAME::KIND with an optional value; an argument is its KIND, preceded by
# '*' if it can be repeated. KIND is one word, followed by the choices if it is "choice".
@TABLE@

# Finds names of one kind that begin with TYPED and were listed within the last thirty days; starts nothing and uses no
# network. Splits the file at its commas, because it may hold thousands of names and completion must not lag.
_chutes_login_names() { # KIND TYPED
  local cache=$HOME/.cache typed=$2 items=() item now i
  [[ ${XDG_CACHE_HOME-} != /* ]] || cache=$XDG_CACHE_HOME # a relative path does not count
  local file=$cache/chutes-login/$1.json
  [[ -r $file ]] || return
  mapfile -t -d , items <"$file"
  printf -v now '%(%s)T' -1
  for ((i = 0; i < ${#items[@]}; i++)); do
    item=${items[i]#'{'}
    if [[ $item == '"at":'* ]]; then
      item=${item#*:}
      item=${item%%[!0-9]*}
      ((now - ${item:-0} < 30 * 86400)) || return
    elif [[ $item == '"names":['* ]]; then
      items[i]=${item#*[}
      break
    fi
  done
  for item in "${items[@]:i}"; do
    if [[ $item == \""$typed"* ]]; then
      [[ $item != *\":* ]] || break # after the names
      item=${item#\"}
      candidates+=("${item%%\"*}")
    fi
  done
}

# Replies with the candidates that begin with TYPED. bash replaces only the text after the last of its own word breaks
# (such as ':' and '='), so the part before it is left out of each.
_chutes_login_reply() { # TYPED CANDIDATE…
  local typed=$1 candidate broken
  shift
  broken=${typed%"${typed##*["$COMP_WORDBREAKS"]}"}
  for candidate; do
    if [[ $candidate == "$typed"* && $candidate != *[!A-Za-z0-9._:/@+=,-]* ]]; then
      COMPREPLY+=("${candidate#"$broken"}")
    fi
  done
}

_chutes_login_files() { # TYPED
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen -f -- "$1")
}

# Replies with files after an '@'. readline replaces an '@' and what follows it, so that the '@' is part of each reply; it
# takes none of them for files then, so that quotes and the '/' behind a directory are put here.
_chutes_login_files_after_at() { # TEXT AFTER IT
  local file
  while IFS= read -r file; do
    if [[ -d $file ]]; then
      compopt -o nospace 2>/dev/null
      file+=/
    fi
    printf -v file '@%q' "$file"
    COMPREPLY+=("$file")
  done < <(compgen -f -- "$1")
}

# Completes TYPED with values of this kind.
_chutes_login_value() { # KIND TYPED [TEXT BEFORE IT IN THE WORD]
  local kind=${1%% *} typed=$2 before=${3-} candidates=()
  case $kind in
    choice) read -r -a candidates <<<"${1#* }" ;;
    profile | model | chute | app) _chutes_login_names "${kind}s" "$typed" ;;
    prompt)
      if [[ -z $asks_a_model ]]; then
        _chutes_login_names chutes "$typed"
      fi
      ;;
    variable) mapfile -t candidates < <(compgen -e) ;;
    command) mapfile -t candidates < <(compgen -c -- "$typed") ;;
    file) _chutes_login_files "$typed"; return ;;
    file_after_at)
      if [[ $typed == *@* ]]; then
        _chutes_login_files_after_at "${typed#*@}"
      fi
      return
      ;;
  esac
  _chutes_login_reply "$before$typed" "${candidates[@]/#/$before}"
  if [[ $kind == prompt && ${#COMPREPLY[@]} == 0 ]]; then
    _chutes_login_files "$typed"
  fi
}

# Splits the line as a shell does, not at bash's other word breaks: sets `words` and, for each, its index in COMP_WORDS.
_chutes_login_words() {
  local rest=$COMP_LINE trimmed i
  for ((i = 0; i <= COMP_CWORD; i++)); do
    trimmed=${rest#"${rest%%[![:space:]]*}"}
    if ((i > 0)) && [[ $trimmed == "$rest" && -n $rest ]]; then
      words[-1]+=${COMP_WORDS[i]}
    else
      words+=("${COMP_WORDS[i]}")
      places+=("$i")
    fi
    rest=${trimmed#"${COMP_WORDS[i]}"}
  done
}

# Sets `value_kind` to the kind of value that an option takes in the next word; empty if it takes none there.
_chutes_login_value_kind() { # OPTION
  local option
  value_kind=
  for option in "${options[@]}"; do
    if [[ $option == "$1:"* && $option != "$1::"* ]]; then
      value_kind=${option#"$1:"}
    fi
  done
}

_chutes_login() {
  local commands=() options=() arguments=() words=() places=() global
  local path='' count=0 value_kind='' asks_a_model='' only_arguments='' word current i
  COMPREPLY=()
  _chutes_login_words
  _chutes_login_table ''
  global=("${options[@]}")
  current=${words[-1]}

  for ((i = 1; i < ${#words[@]} - 1; i++)); do
    word=${words[i]}
    if [[ -n $value_kind ]]; then
      value_kind=
    elif [[ $word == -- ]]; then
      only_arguments=1
    elif [[ -z $only_arguments && $word == -?* ]]; then
      _chutes_login_value_kind "$word"
      if [[ $word == -m* || $word == --model* ]]; then
        asks_a_model=1
      fi
    elif [[ $count == 0 && " ${commands[*]} " == *" $word "* ]]; then
      path+=${path:+ }$word
      _chutes_login_table "$path"
      options+=("${global[@]}")
    elif [[ ${arguments[0]-} == '*command' ]]; then
      break # another program's command line follows
    else
      count=$((count + 1))
    fi
  done

  if ((i < ${#words[@]} - 1)); then
    if declare -F _command_offset >/dev/null; then
      _command_offset "${places[i]}"
    else
      _chutes_login_files "$current"
    fi
  elif [[ -n $value_kind ]]; then
    _chutes_login_value "$value_kind" "$current"
  elif [[ -z $only_arguments && $current == --*=* ]]; then
    _chutes_login_value_kind "${current%%=*}"
    for word in "${options[@]}"; do
      if [[ $word == "${current%%=*}::"* ]]; then
        value_kind=${word#*::}
      fi
    done
    if [[ -n $value_kind ]]; then
      _chutes_login_value "$value_kind" "${current#*=}" "${current%%=*}="
    fi
  elif [[ -z $only_arguments && $current == -* ]]; then
    _chutes_login_reply "$current" "${options[@]%%:*}"
  else
    if [[ $count == 0 && ${#commands[@]} != 0 ]]; then
      _chutes_login_reply "$current" "${commands[@]}"
    fi
    word=${arguments[count]-}
    if [[ -z $word && ${#arguments[@]} != 0 && ${arguments[-1]} == '*'* ]]; then
      word=${arguments[-1]}
    fi
    if [[ -n $word ]]; then
      _chutes_login_value "${word#'*'}" "$current"
    fi
  fi
}

complete -F _chutes_login chutes-login chutes
