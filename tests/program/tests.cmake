# The built program, run as its users run it.
add_test(NAME "program: the README shows what happens"
  COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/program/readme_test.bash
    $<TARGET_FILE:scale-fleet> ${PROJECT_SOURCE_DIR}/README.md)
