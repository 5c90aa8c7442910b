# What every target is built with: standard_settings (language, hardening, sanitizers) and standard_warnings, and one
# function that makes a layer's library. Link both INTERFACE targets; nothing else sets flags.
include(GNUInstallDirs)

set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_PCH_INSTANTIATE_TEMPLATES ON) # clang's

option(CHUTES_WARNINGS_AS_ERRORS "Stop at the first warning (developers and CI; packagers leave it off)" OFF)
set(CHUTES_SANITIZERS "" CACHE STRING "Sanitizers to build with, as -fsanitize= takes them (address,undefined or thread)")

find_program(CHUTES_CCACHE ccache)
if(CHUTES_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # What ccache needs to be told before it keeps objects made with a precompiled header.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CHUTES_CCACHE})
endif()

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(CLI11 2.1 CONFIG REQUIRED)
find_package(nlohmann_json 3.11 CONFIG REQUIRED)
pkg_check_modules(httplib REQUIRED IMPORTED_TARGET cpp-httplib)
pkg_check_modules(libpsl REQUIRED libpsl) # headers only, as of libsecret and PCRE2: the libraries are loaded at run time
pkg_check_modules(libsecret REQUIRED libsecret-1)
pkg_check_modules(libsystemd REQUIRED IMPORTED_TARGET libsystemd)
pkg_check_modules(pcre2 REQUIRED libpcre2-8)

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
# g++ 12 and 14 see overlapping copies, and copies beyond an array's end, in "literal" + std::string where there are none
# (GCC bug 105651).
target_compile_options(standard_warnings INTERFACE
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict> $<$<CXX_COMPILER_ID:GNU>:-Wno-array-bounds>)
if(CHUTES_WARNINGS_AS_ERRORS)
  target_compile_options(standard_warnings INTERFACE -Werror)
endif()

# One precompiled header for each set of flags that it is valid for. Named without a folder: so ccache finds in one clone
# what another compiled.
add_library(precompiled OBJECT ${CMAKE_CURRENT_LIST_DIR}/precompiled.cpp)
add_library(precompiled_small OBJECT ${CMAKE_CURRENT_LIST_DIR}/precompiled.cpp)
foreach(precompiled precompiled precompiled_small)
  target_link_libraries(${precompiled} PRIVATE standard_settings standard_warnings nlohmann_json::nlohmann_json)
  target_precompile_headers(${precompiled} PRIVATE <precompiled.hpp>)
endforeach()

if(NOT CHUTES_SANITIZERS AND NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
  set(small_options -Os)
endif()
target_compile_options(precompiled_small PRIVATE ${small_options})

# chutes_layer(NAME SOURCES … LINK … [SMALL [EXCEPT …]] [PRECOMPILED …]): a static library chutes_NAME of one folder of
# src/. SMALL: what is done once a call is compiled for size, which makes the program two fifths smaller and no slower;
# files that see every piece of a stream are its exceptions. PRECOMPILED: headers that this layer precompiles besides.
function(chutes_layer name)
  cmake_parse_arguments(layer "SMALL" "" "SOURCES;LINK;EXCEPT;PRECOMPILED" ${ARGN})
  add_library(chutes_${name} STATIC ${layer_SOURCES})
  target_link_libraries(chutes_${name} PUBLIC standard_settings ${layer_LINK} PRIVATE standard_warnings)
  if(layer_SMALL)
    target_compile_options(chutes_${name} PRIVATE ${small_options})
    target_precompile_headers(chutes_${name} REUSE_FROM precompiled_small)
    set_source_files_properties(${layer_EXCEPT} PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
    if(small_options)
      set_source_files_properties(${layer_EXCEPT} PROPERTIES COMPILE_OPTIONS -O2)
    endif()
  elseif(layer_PRECOMPILED)
    target_precompile_headers(chutes_${name} PRIVATE <precompiled.hpp> ${layer_PRECOMPILED})
  else()
    target_precompile_headers(chutes_${name} REUSE_FROM precompiled)
  endif()
endfunction()

# chutes_precompiled(NAME TARGET): the program NAME is compiled with the precompiled header of the library TARGET, and so,
# as a library is.
function(chutes_precompiled name target)
  set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
  target_compile_options(${name} PRIVATE -fPIC)
  target_precompile_headers(${name} REUSE_FROM ${target})
endfunction()
