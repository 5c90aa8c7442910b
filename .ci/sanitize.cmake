# Initial cache for the sanitizer pass: cmake -C .ci/sanitize.cmake -S . -B build/sanitize
set(CHUTES_SANITIZERS "address,undefined" CACHE STRING "")
set(CHUTES_WARNINGS_AS_ERRORS OFF CACHE BOOL "") # g++ 12 warns falsely inside the standard library under ASan
set(CMAKE_BUILD_TYPE Debug CACHE STRING "")
