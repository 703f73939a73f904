# Files of settings to plain structs, every mistake with its line.
part(config
  SOURCES
    declared_checks.cpp
    declared_cycles.cpp
    declared_file.cpp
    dynamite_policies.cpp
    dynamite_services.cpp
    mistakes.cpp
    read_doors.cpp
    read_dynamite.cpp
    read_limits.cpp
    read_metric.cpp
    read_nodes.cpp
    read_own_form.cpp
    read_policy.cpp
    read_rules.cpp
    read_service.cpp
    read_values.cpp
    settings_file.cpp
    settings_text.cpp
    show_declared_file.cpp
    show_parts.cpp
    show_rules.cpp
    text_file.cpp
    yaml_json.cpp
    yaml_scalars.cpp
    yaml_tree.cpp
    yaml_value.cpp
    yaml_write.cpp
  USES scale_fleet_policy scale_fleet_core
  PRIVATELY yaml-cpp::yaml-cpp
)
