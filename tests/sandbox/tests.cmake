part_tests(sandbox
  SOURCES
    api_test.cpp
    cloud_test.cpp
    cluster_test.cpp
    fault_test.cpp
    machine_metadata_test.cpp
    put_test.cpp
    recorded_test.cpp
    sandbox_http_client_test.cpp
    scheduling_test.cpp
  LINKS test_support scale_fleet_sandbox nlohmann_json::nlohmann_json
)
