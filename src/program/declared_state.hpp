#pragma once

#include "cli/run_arguments.hpp"
#include "scale_fleet/config/declared_file.hpp"
#include "scale_fleet/daemon/daemon.hpp"

namespace scale_fleet {

/// A declared file as `scale-fleet run` keeps it: with what its arguments put in the place of the
/// file's own, and with the texts of its template files. Errors: the file's, and those of
/// read_declared_texts().
Result<DeclaredState> understand_declared(Result<DeclaredFile> file, const RunArguments& arguments);

/// Whether all is the same that a daemon reads only when it starts.
bool has_same_places(const DeclaredFile& left, const DeclaredFile& right);

}  // namespace scale_fleet
