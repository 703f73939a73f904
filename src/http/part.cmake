# HTTP, both sides of it, knowing nothing of Fleet.
part(http
  SOURCES
    http_message.cpp
  USES scale_fleet_platform scale_fleet_core
)
