# Initial cache for the fuzzers: cmake -C .ci/fuzz.cmake -S . -B build/fuzz
set(CMAKE_CXX_COMPILER clang++ CACHE STRING "")
set(CHUTES_FUZZ ON CACHE BOOL "")
set(CHUTES_TESTS OFF CACHE BOOL "")
set(CHUTES_SANITIZERS "fuzzer-no-link,address,undefined" CACHE STRING "")
set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "")
