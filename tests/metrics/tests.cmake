part_tests(metrics
  SOURCES
    etcd_layout_test.cpp
    etcd_metric_source_test.cpp
    file_source_test.cpp
    mailbox_test.cpp
    metric_sources_test.cpp
    metric_value_test.cpp
    prometheus_reply_test.cpp
    prometheus_source_test.cpp
  LINKS scale_fleet_metrics test_support
)
target_include_directories(metrics_tests PRIVATE ${PROJECT_SOURCE_DIR}/src)
