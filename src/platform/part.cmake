# The machine we run on: clock, signals, terminal, lock files.
part(platform
  SOURCES
    stop_request.cpp
  USES scale_fleet_core
)
