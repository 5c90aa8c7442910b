#!/usr/bin/env bash
# Fails on an include that points up: src/README.md draws the arrows, this holds the code to them. Prints each offender.
set -euo pipefail
cd "$(dirname "$0")/.."

# Which layers a layer may include, besides itself.
layers_below() {
  case $1 in
    base)             echo "" ;;
    platform)         echo "base" ;;
    store | oauth)    echo "platform base" ;;
    session | service) echo "oauth store platform base" ;;
    linux)            echo "platform base" ;;
    sandbox)          echo "base" ;;
    cli)              echo "session service oauth store platform base" ;;
    documents)        echo "cli base" ;;
    main.cpp)         echo "cli linux platform base" ;;
    *)                echo "" ;;
  esac
}

# Which rooms of its own layer a room may include, besides itself. The files at the top of a layer are a room too, which
# has the layer's name: in cli, linux and sandbox it stands above the others, in oauth and service below them.
rooms_below() {
  case $1 in
    cli)              echo "cli/account cli/app cli/batch cli/cache cli/catalogue cli/command cli/doctor cli/help cli/http cli/invoke cli/output" ;;
    cli/account)      echo "cli/output cli/command cli/cache" ;;
    cli/app)          echo "cli/account cli/app/secrets cli/output cli/command cli/cache" ;;
    cli/app/secrets)  echo "cli/command" ;;
    cli/batch)        echo "cli/invoke cli/command" ;;
    cli/catalogue)    echo "cli/output cli/command cli/cache" ;;
    cli/command)      echo "cli/cache" ;;
    cli/doctor)       echo "cli/account cli/output cli/command" ;;
    cli/help)         echo "cli/output cli/command" ;;
    cli/invoke)       echo "cli/output cli/command cli/cache" ;;
    cli/output)       echo "cli/command" ;;
    linux)            echo "linux/files linux/http linux/keychain linux/loopback linux/net linux/process linux/terminal linux/tls" ;;
    linux/http)       echo "linux/tls linux/net linux/process" ;;
    linux/tls)        echo "linux/net linux/process" ;;
    linux/loopback)   echo "linux/net linux/process" ;;
    linux/files | linux/keychain | linux/net | linux/terminal) echo "linux/process" ;;
    oauth/id_token | oauth/redirection) echo "oauth" ;;
    service/apps | service/chat | service/schema) echo "service" ;;
    service/batch)    echo "service/chat service" ;;
    sandbox)          echo "sandbox/faults sandbox/identity sandbox/models sandbox/world" ;;
    sandbox/faults | sandbox/identity | sandbox/models) echo "sandbox/world" ;;
    *)                echo "" ;;
  esac
}

# Which files may include a library's headers.
owner_of() {
  case $1 in
    httplib.h)             echo '^src/linux/http/httplib_client\.cpp$|^src/sandbox/' ;;
    CLI/*)                 echo '^src/cli/(command_line|parser_declarer)\.cpp$' ;;
    nlohmann/json.hpp)     echo '\.cpp$|^src/precompiled\.hpp$|^src/service/chat/chat_answer\.hpp$' ;; # which keeps documents, for two files only
    pcre2.h)               echo '^src/service/schema/ecma_pattern\.cpp$' ;;
    libpsl.h)              echo '^src/oauth/same_site\.cpp$' ;;
    libsecret/* | glib*/* | gio/* | systemd/*) echo '^src/linux/keychain/' ;;
    openssl/ssl.h)         echo '^src/(linux|sandbox)/' ;;
    *)                     echo '' ;;
  esac
}

offences=0
offend() {
  echo "check_includes: $1" >&2
  offences=$((offences + 1))
}

while IFS= read -r found; do
  file=${found%%:*}
  header=${found#*[<\"]}
  header=${header%%[>\"]*}
  layer=${file#src/}
  layer=${layer%%/*}
  room=$(dirname "${file#src/}")
  if [[ $found == *\"* ]]; then
    target=${header%%/*}
    target_room=$(dirname "$header")
    if [[ ! -e src/$header ]]; then
      offend "$file includes \"$header\", which is not written from src/"
    elif [[ $target != "$layer" && " $(layers_below "$layer") " != *" $target "* ]]; then
      offend "$file includes \"$header\": $layer does not stand above $target"
    elif [[ $target == "$layer" && $target_room != "$room" && " $(rooms_below "$room") " != *" $target_room "* ]]; then
      offend "$file includes \"$header\": $room does not stand above $target_room"
    fi
  else
    owner=$(owner_of "$header")
    if [[ -n $owner && ! $file =~ $owner ]]; then
      offend "$file includes <$header>, which other files own"
    fi
  fi
done < <(grep -rnE --include='*.cpp' --include='*.hpp' '^[[:space:]]*#[[:space:]]*include' src | sed -E 's/:[0-9]+:/:/')

exit $((offences > 0))
