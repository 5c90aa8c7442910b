#!/usr/bin/env bash
# Fails on an include that points up: src/README.md draws the arrows, this holds the code to them. Prints each offender.
set -euo pipefail
cd "$(dirname "$0")/.."

# Which layers a layer may include, besides itself.
may_include() {
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

# Which files may include a library's headers.
owner_of() {
  case $1 in
    httplib.h)             echo '^src/linux/httplib_client\.cpp$|^src/sandbox/' ;;
    CLI/*)                 echo '^src/cli/[^/]*\.cpp$' ;;
    nlohmann/json.hpp)     echo '\.cpp$|^src/service/chat_answer\.hpp$' ;; # which keeps documents, for two files only
    libsecret/* | glib*/* | gio/* | systemd/*) echo '^src/linux/' ;;
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
  if [[ $found == *\"* ]]; then
    target=${header%%/*}
    if [[ ! -e src/$header ]]; then
      offend "$file includes \"$header\", which is not written from src/"
    elif [[ $target != "$layer" && " $(may_include "$layer") " != *" $target "* ]]; then
      offend "$file includes \"$header\": $layer does not stand above $target"
    fi
  else
    owner=$(owner_of "$header")
    if [[ -n $owner && ! $file =~ $owner ]]; then
      offend "$file includes <$header>, which other files own"
    fi
  fi
done < <(grep -rnE --include='*.cpp' --include='*.hpp' '^[[:space:]]*#[[:space:]]*include' src | sed -E 's/:[0-9]+:/:/')

exit $((offences > 0))
