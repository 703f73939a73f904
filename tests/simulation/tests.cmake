part_tests(simulation
  SOURCES
    ../etcd/fake_etcd.cpp
    daemon_simulation.cpp
    daemon_simulation_checks.cpp
    daemon_simulation_test.cpp
    declared_policies.cpp
    fault_sweep_test.cpp
    report_check.cpp
    scenario.cpp
    service_truth.cpp
    simulated_askers.cpp
    simulated_daemon.cpp
    simulated_run.cpp
    simulation_test.cpp
    witness.cpp
  LINKS scale_fleet_daemon scale_fleet_commands test_support nlohmann_json::nlohmann_json fmt::fmt
)
# A failing seed shows the command that replays it.
target_compile_definitions(simulation_tests PRIVATE
  SCALE_FLEET_SIMULATION_PROGRAM="$<TARGET_FILE:simulation_tests>")

# Ten thousand seeds, in parts that run beside each other; with a sanitizer, thirty times as slow, a
# twenty-fifth of them, and scripts/test runs all in an optimized build. Longer: scripts/simulate.
set(seeds_of_a_part 1250)
if(SCALE_FLEET_SANITIZERS)
  set(seeds_of_a_part 50)
endif()
foreach(part RANGE 0 7)
  math(EXPR first "${part} * ${seeds_of_a_part}")
  math(EXPR last "${first} + ${seeds_of_a_part} - 1")
  set(test_name "simulation: no promise is broken, seeds ${first} to ${last}")
  add_test(NAME ${test_name} COMMAND simulation_tests "[seeds]")
  set_tests_properties(${test_name} PROPERTIES
    ENVIRONMENT SCALE_FLEET_SIMULATION_SEEDS=${first}-${last})
endforeach()
