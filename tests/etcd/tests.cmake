part_tests(etcd
  SOURCES
    fake_etcd.cpp
    key_event_test.cpp
    key_request_test.cpp
    key_tree_test.cpp
    key_watch_test.cpp
    lease_keeper_test.cpp
    lease_test.cpp
    real_etcd_test.cpp
    real_keys_test.cpp
  LINKS test_support scale_fleet_etcd
)
target_include_directories(etcd_tests PRIVATE ${PROJECT_SOURCE_DIR}/src)
