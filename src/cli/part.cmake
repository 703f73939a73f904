# The command line, the environment and the settings file to plain structs.
part(cli
  SOURCES
    arguments.cpp
    command_table.cpp
    completion.cpp
    completion_bash.cpp
    completion_fish.cpp
    completion_zsh.cpp
    events_arguments.cpp
    declared_arguments.cpp
    declared_options.cpp
    health_arguments.cpp
    help.cpp
    nodes_arguments.cpp
    program_options.cpp
    release_arguments.cpp
    release_options.cpp
    run_arguments.cpp
    sandbox_arguments.cpp
    scale_arguments.cpp
    settings.cpp
  USES scale_fleet_commands scale_fleet_etcd scale_fleet_fleet scale_fleet_health scale_fleet_http scale_fleet_platform scale_fleet_core
  PRIVATELY CLI11::CLI11
)
