# Whether an instance serves, beyond what systemd knows.
part(health
  SOURCES
    both_checks.cpp
    check_pattern.cpp
    command_check.cpp
    http_check.cpp
    make_health_check.cpp
    url_pattern.cpp
  USES scale_fleet_http scale_fleet_platform scale_fleet_core
)
