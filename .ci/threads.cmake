# Initial cache for the thread sanitizer: cmake -C .ci/threads.cmake -S . -B build/threads
set(CHUTES_SANITIZERS "thread" CACHE STRING "")
set(CHUTES_WARNINGS_AS_ERRORS OFF CACHE BOOL "") # as for the other sanitizers
set(CMAKE_BUILD_TYPE Debug CACHE STRING "")
