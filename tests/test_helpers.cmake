# chutes_test_program(NAME SOURCES … LINK …): a doctest program.
function(chutes_test_program name)
  cmake_parse_arguments(test "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${test_SOURCES})
  target_link_libraries(${name} PRIVATE test_main standard_warnings ${test_LINK})
  chutes_precompiled(${name} test_main)
endfunction()

# chutes_test(NAME SOURCES … LINK … [LABELS …]): one whose every case is a ctest test of its own.
function(chutes_test name)
  cmake_parse_arguments(test "" "" "SOURCES;LINK;LABELS" ${ARGN})
  chutes_test_program(${name} SOURCES ${test_SOURCES} LINK ${test_LINK})
  set(patience 60) # seconds
  if(CHUTES_SANITIZERS)
    set(patience 300)
  endif()
  doctest_discover_tests(${name} TEST_PREFIX "${name}: " PROPERTIES TIMEOUT ${patience} LABELS "${test_LABELS}")
endfunction()
