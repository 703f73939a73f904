#pragma once

#include <string>
#include <vector>

namespace scale_fleet {

/// The arguments behind the program's name. User and password of every URL among them are then
/// overwritten where the system keeps them: what `ps` shows to other users holds them no longer.
std::vector<std::string> take_arguments(int argc, char** argv);

}  // namespace scale_fleet
