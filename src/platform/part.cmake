# The machine we run on: clock, signals, terminal, lock files.
part(platform
  SOURCES
    command_line.cpp
    file_descriptor.cpp
    line_progress.cpp
    lock_file_name.cpp
    lock_holder.cpp
    reload_request.cpp
    running_command.cpp
    service_lock.cpp
    service_manager.cpp
    signal_stop_request.cpp
    system_clock.cpp
    terminal.cpp
    terminal_progress.cpp
  USES scale_fleet_core
)
