# fuzz_target(NAME LINKS libraries...): fuzz/NAME_fuzz.cpp as the program NAME_fuzz. With SCALE_FLEET_FUZZ
# libFuzzer drives it (scripts/fuzz); elsewhere it replays corpus/NAME, as a test.
add_custom_target(fuzz_targets)

function(fuzz_target name)
  cmake_parse_arguments(FUZZ "" "" "LINKS" ${ARGN})
  if(SCALE_FLEET_FUZZ)
    set(driver fuzz/fuzzer_entry.cpp)
  else()
    set(driver fuzz/replay.cpp)
  endif()
  add_executable(${name}_fuzz fuzz/${name}_fuzz.cpp fuzz/fuzz_target.cpp ${driver})
  target_include_directories(${name}_fuzz PRIVATE
    ${CMAKE_CURRENT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(${name}_fuzz PRIVATE build_flags scale_fleet_core ${FUZZ_LINKS})
  add_dependencies(fuzz_targets ${name}_fuzz)
  if(SCALE_FLEET_FUZZ)
    target_link_options(${name}_fuzz PRIVATE -fsanitize=fuzzer)
  else()
    add_test(NAME "fuzz: ${name}"
      COMMAND ${name}_fuzz ${CMAKE_CURRENT_SOURCE_DIR}/fuzz/corpus/${name})
  endif()
endfunction()

fuzz_target(endpoints LINKS scale_fleet_etcd)
fuzz_target(etcd_replies LINKS scale_fleet_etcd)
fuzz_target(faults LINKS scale_fleet_sandbox)
fuzz_target(fleet_replies LINKS scale_fleet_fleet)
fuzz_target(names)
fuzz_target(sandbox_requests LINKS scale_fleet_sandbox nlohmann_json::nlohmann_json)
fuzz_target(settings LINKS scale_fleet_config)
fuzz_target(texts)
fuzz_target(unit_files)
fuzz_target(unit_json LINKS scale_fleet_fleet)
