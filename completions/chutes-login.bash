# bash completion for chutes-login and its short name chutes

# What can follow: _chutes_login_table COMMAND sets the arrays `commands`, `options` and `arguments`. An option without a
# value stands alone, one with a value as NAME:KIND, one whose value may be left out as NAME::KIND; an argument is its KIND,
# with a '*' before it if there may be many. KIND is one word, followed by the choices where it is "choice".
@TABLE@

# The names of one kind that begin with what is typed and were listed within the last thirty days; nothing is asked. The
# file is taken apart at its commas: it may hold thousands of names, and a Tab is to be felt by nobody.
_chutes_login_names() { # KIND TYPED
  local file=${XDG_CACHE_HOME:-$HOME/.cache}/chutes-login/$1.json typed=$2 items=() item now i
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
      [[ $item != *\":* ]] || break # behind the names
      item=${item#\"}
      candidates+=("${item%%\"*}")
    fi
  done
}

# Replies with those candidates that begin with what is typed. bash replaces what stands behind the last of its own word
# breaks (as ':' and '='), so that much of each is left out.
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

# What the kind allows in the place of TYPED.
_chutes_login_value() { # KIND TYPED [WHAT STANDS BEFORE IT IN THE WORD]
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
        _chutes_login_files "${typed#*@}"
      fi
      return
      ;;
  esac
  _chutes_login_reply "$before$typed" "${candidates[@]/#/$before}"
  if [[ $kind == prompt && ${#COMPREPLY[@]} == 0 ]]; then
    _chutes_login_files "$typed"
  fi
}

# Takes the line apart as a shell does, not at bash's other word breaks: sets `words` and, for each, its place in COMP_WORDS.
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

# The kind of the value that an option wants in the next word; empty if it wants none there.
_chutes_login_wanted() { # OPTION
  local option
  wanted=
  for option in "${options[@]}"; do
    if [[ $option == "$1:"* && $option != "$1::"* ]]; then
      wanted=${option#"$1:"}
    fi
  done
}

_chutes_login() {
  local commands=() options=() arguments=() words=() places=() global
  local path='' count=0 wanted='' asks_a_model='' only_arguments='' word current i
  COMPREPLY=()
  _chutes_login_words
  _chutes_login_table ''
  global=("${options[@]}")
  current=${words[-1]}

  for ((i = 1; i < ${#words[@]} - 1; i++)); do
    word=${words[i]}
    if [[ -n $wanted ]]; then
      wanted=
    elif [[ $word == -- ]]; then
      only_arguments=1
    elif [[ -z $only_arguments && $word == -?* ]]; then
      _chutes_login_wanted "$word"
      if [[ $word == -m* || $word == --model* ]]; then
        asks_a_model=1
      fi
    elif [[ $count == 0 && " ${commands[*]} " == *" $word "* ]]; then
      path+=${path:+ }$word
      _chutes_login_table "$path"
      options+=("${global[@]}")
    elif [[ ${arguments[0]-} == '*command' ]]; then
      break # what follows is another program's
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
  elif [[ -n $wanted ]]; then
    _chutes_login_value "$wanted" "$current"
  elif [[ -z $only_arguments && $current == --*=* ]]; then
    _chutes_login_wanted "${current%%=*}"
    for word in "${options[@]}"; do
      if [[ $word == "${current%%=*}::"* ]]; then
        wanted=${word#*::}
      fi
    done
    if [[ -n $wanted ]]; then
      _chutes_login_value "$wanted" "${current#*=}" "${current%%=*}="
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
