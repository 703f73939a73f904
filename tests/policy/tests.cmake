part_tests(policy
  SOURCES
    bounds_test.cpp
    brakes_test.cpp
    cron_test.cpp
    decide_random_test.cpp
    demands_test.cpp
    dynamite_edges_test.cpp
    history_test.cpp
    metric_test.cpp
    rules_together_test.cpp
    samples_test.cpp
    target_test.cpp
    threshold_test.cpp
    victims_test.cpp
  LINKS scale_fleet_policy
)
