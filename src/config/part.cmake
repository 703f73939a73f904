# Files of settings to plain structs, every mistake with its line.
part(config
  SOURCES
    settings_file.cpp
    settings_text.cpp
  USES scale_fleet_policy scale_fleet_core
  PRIVATELY yaml-cpp::yaml-cpp
)
