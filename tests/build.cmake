# Initial cache that the builds of tests/run.sh, the demonstration and the comparisons share, so that what one of them
# compiled serves the others where ccache is at hand: cmake -C tests/build.cmake -S . -B build/tests -G Ninja
set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "")
# Line numbers for backtraces; all that a debugger could ask for takes a third of the build.
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1 -DNDEBUG" CACHE STRING "")
if("$ENV{CI}" STREQUAL "true")
  set(CHUTES_WARNINGS_AS_ERRORS ON CACHE BOOL "")
endif()
