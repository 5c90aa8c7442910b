# What every target is built with: standard_settings (language, hardening, sanitizers) and standard_warnings, and one
# function that makes a layer's library. Link both INTERFACE targets; nothing else sets flags.
include(GNUInstallDirs)

set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

option(CHUTES_WARNINGS_AS_ERRORS "Stop at the first warning (developers and CI; packagers leave it off)" OFF)
set(CHUTES_SANITIZERS "" CACHE STRING "Sanitizers to build with, as -fsanitize= takes them (address,undefined or thread)")

find_program(CHUTES_CCACHE ccache)
if(CHUTES_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CHUTES_CCACHE})
endif()

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(CLI11 2.1 CONFIG REQUIRED)
find_package(nlohmann_json 3.11 CONFIG REQUIRED)
pkg_check_modules(httplib REQUIRED IMPORTED_TARGET cpp-httplib)
pkg_check_modules(libsecret REQUIRED libsecret-1) # headers only, of both: the libraries are loaded at run time
pkg_check_modules(libsystemd REQUIRED IMPORTED_TARGET libsystemd)

add_library(standard_settings INTERFACE)
target_compile_features(standard_settings INTERFACE cxx_std_20)
target_include_directories(standard_settings INTERFACE ${CMAKE_CURRENT_LIST_DIR})
target_compile_definitions(standard_settings INTERFACE CHUTES_VERSION="${PROJECT_VERSION}")
if(CHUTES_SANITIZERS)
  target_compile_options(standard_settings INTERFACE -fsanitize=${CHUTES_SANITIZERS} -fno-omit-frame-pointer
                                                     -fno-sanitize-recover=all -g)
  target_link_options(standard_settings INTERFACE -fsanitize=${CHUTES_SANITIZERS})
else()
  target_compile_options(standard_settings INTERFACE -fstack-protector-strong -fstack-clash-protection -fcf-protection)
  if(NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
    target_compile_definitions(standard_settings INTERFACE _FORTIFY_SOURCE=2)
  endif()
endif()
target_link_options(standard_settings INTERFACE -Wl,-z,relro,-z,now,-z,noexecstack -Wl,--as-needed)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
add_link_options(-pie)

add_library(standard_warnings INTERFACE)
target_compile_options(standard_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
                                                   -Wold-style-cast -Wcast-qual -Wformat=2 -Wimplicit-fallthrough)
# g++ 12 sees overlapping copies in "literal" + std::string where there are none (GCC bug 105651).
target_compile_options(standard_warnings INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
if(CHUTES_WARNINGS_AS_ERRORS)
  target_compile_options(standard_warnings INTERFACE -Werror)
endif()

# chutes_layer(NAME SOURCES … LINK … [SMALL [EXCEPT …]]): a static library chutes_NAME of one folder of src/. SMALL: what is
# done once a call is compiled for size, which makes the program two fifths smaller and no slower; files that see every piece
# of a stream are its exceptions.
function(chutes_layer name)
  cmake_parse_arguments(layer "SMALL" "" "SOURCES;LINK;EXCEPT" ${ARGN})
  add_library(chutes_${name} STATIC ${layer_SOURCES})
  target_link_libraries(chutes_${name} PUBLIC standard_settings ${layer_LINK} PRIVATE standard_warnings)
  if(layer_SMALL AND NOT CHUTES_SANITIZERS AND NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
    list(REMOVE_ITEM layer_SOURCES ${layer_EXCEPT})
    set_source_files_properties(${layer_SOURCES} PROPERTIES COMPILE_OPTIONS -Os)
  endif()
endfunction()
