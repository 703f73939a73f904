#include "program/open_state.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "program/service_locks.hpp"
#include "scale_fleet/daemon/etcd_state_store.hpp"
#include "scale_fleet/daemon/folder_state_store.hpp"

namespace scale_fleet {

Result<OpenedState> open_state(const DeclaredFile& file,
                               const ProgramOptions& options,
                               const Clock& clock) {
  OpenedState opened;
  if (const auto* folder = std::get_if<std::filesystem::path>(&file.state)) {
    opened.store =
        std::make_unique<FolderStateStore>(folder->empty() ? default_state_folder : *folder);
    return opened;
  }
  const auto members = parse_etcd_endpoints(fmt::format("{}", fmt::join(file.etcd.endpoints, ",")));
  if (!members) return tl::unexpected(members.error());
  auto etcd = connect_to_etcd(*members, options.tls, clock);
  if (!etcd) return tl::unexpected(etcd.error());
  opened.etcd = std::move(*etcd);
  opened.keys = std::make_unique<EtcdKeys>(*opened.etcd, clock);
  opened.store = std::make_unique<EtcdStateStore>(*opened.keys);
  return opened;
}

}  // namespace scale_fleet
