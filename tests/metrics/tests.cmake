part_tests(metrics
  SOURCES
    metric_reading_test.cpp
  LINKS scale_fleet_metrics test_support
)
