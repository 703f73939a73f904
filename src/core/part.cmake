# Pure: values in, values out. Uses no other part, and nothing of the outside world.
part(core
  SOURCES
    cluster.cpp
    convergence.cpp
    count.cpp
    retry_delay.cpp
    scale_plan.cpp
    scale_report.cpp
    service_snapshot.cpp
    service_status.cpp
    text.cpp
    unit_file.cpp
    unit_name.cpp
    unit_rules.cpp
    utf8.cpp
    x_fleet.cpp
)
