part_tests(sandbox
  SOURCES
    recorded_test.cpp
  LINKS scale_fleet_sandbox nlohmann_json::nlohmann_json
)
