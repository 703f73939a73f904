#pragma once

#include <vector>

#include "cli/command_table.hpp"

namespace scale_fleet {

// The options of the commands behind which a declared file stands.

OptionWords state_etcd_option();
std::vector<OptionWords> apply_options();
std::vector<OptionWords> run_options();
OptionWords declared_file_option();
std::vector<OptionWords> events_options();
std::vector<OptionWords> pause_options();
std::vector<OptionWords> nodes_options();

}  // namespace scale_fleet
