#pragma once

#include <string>
#include <vector>

namespace scale_fleet {

/// The arguments behind the program's name. User and password of every URL among them are then
/// overwritten where the system keeps them: what `ps` shows to other users holds them no longer.
std::vector<std::string> take_arguments(int argc, char** argv);

/// The command `scale-fleet` with these arguments for a shell, to be run again: quoted where that
/// is needed, as long as it is. Only user and password inside a URL are `***`.
std::string command_to_repeat(const std::vector<std::string>& arguments);

}  // namespace scale_fleet
