part_tests(simulation
  SOURCES
    fault_sweep_test.cpp
    report_check.cpp
    scenario.cpp
    service_truth.cpp
    simulated_run.cpp
    simulation_test.cpp
    witness.cpp
  LINKS scale_fleet_commands test_support nlohmann_json::nlohmann_json fmt::fmt
)
# A failing seed shows the command that replays it.
target_compile_definitions(simulation_tests PRIVATE
  SCALE_FLEET_SIMULATION_PROGRAM="$<TARGET_FILE:simulation_tests>")

# Ten thousand seeds, in parts that run beside each other. Longer: scripts/simulate.
foreach(first RANGE 0 8750 1250)
  math(EXPR last "${first} + 1249")
  add_test(NAME "simulation: no promise is broken, seeds ${first} to ${last}"
    COMMAND simulation_tests "[seeds]")
  set_tests_properties("simulation: no promise is broken, seeds ${first} to ${last}" PROPERTIES
    ENVIRONMENT SCALE_FLEET_SIMULATION_SEEDS=${first}-${last})
endforeach()
