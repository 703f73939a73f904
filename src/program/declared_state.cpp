#include "program/declared_state.hpp"

#include "program/declared_world.hpp"

namespace scale_fleet {

Result<DeclaredState> understand_declared(Result<DeclaredFile> file,
                                          const RunArguments& arguments) {
  if (!file) return tl::unexpected(file.error());
  choose_etcd(*file, arguments.etcd);
  if (arguments.events) file->events.file = arguments.events;
  auto texts = read_declared_texts(*file);
  if (!texts) return tl::unexpected(texts.error());
  return DeclaredState{.file = std::move(*file), .texts = std::move(*texts)};
}

bool has_same_places(const DeclaredFile& left, const DeclaredFile& right) {
  return left.fleet_endpoint == right.fleet_endpoint && left.state == right.state &&
         left.etcd.endpoints == right.etcd.endpoints && left.listen == right.listen &&
         left.api == right.api && left.notices == right.notices && left.events == right.events;
}

}  // namespace scale_fleet
