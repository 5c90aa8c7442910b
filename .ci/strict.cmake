# Initial cache for developers and CI: cmake -C .ci/strict.cmake -S . -B build/strict
set(CHUTES_WARNINGS_AS_ERRORS ON CACHE BOOL "")
set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "")
