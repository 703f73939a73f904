#include "program/daemon_lead.hpp"

#include <chrono>
#include <random>

#include <fmt/format.h>

#include "program/declared_world.hpp"
#include "scale_fleet/core/text.hpp"
#include "scale_fleet/daemon/folder_state_store.hpp"

namespace scale_fleet {
namespace {

/// This process, with a token that no other has.
LockHolder this_daemon(const std::string& command_line) {
  auto who = this_process_as_holder(
      command_line, std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
  std::random_device random;
  who.token = fmt::format("{:08x}{:08x}{:08x}{:08x}", random(), random(), random(), random());
  return who;
}

}  // namespace

Outcome DaemonLead::open() {
  const auto who = this_daemon(parts_.command_line);
  const auto* folder = std::get_if<std::filesystem::path>(&parts_.file.state);
  return folder == nullptr ? prepare_lease(who) : lock(*folder, who);
}

Outcome DaemonLead::lock(const std::filesystem::path& folder, const LockHolder& who) {
  auto& session = parts_.session;
  auto locked = FolderStateStore(folder).lock(
      who, {.clock = session.clock(), .stop = session.stop(), .limit = std::chrono::seconds(0)});
  if (!locked) return tl::unexpected(locked.error());
  folder_lock_ = std::move(*locked);
  return {};
}

Outcome DaemonLead::prepare_lease(const LockHolder& who) {
  auto& session = parts_.session;
  auto etcd = connect_to_declared_etcd(parts_.file, session.options().tls, session.clock());
  if (!etcd) return tl::unexpected(etcd.error());
  etcd_ = std::move(*etcd);
  leadership_ = std::make_unique<Leadership>(Leadership::Parts{
      .etcd = *etcd_,
      .clock = session.clock(),
      .holder = who,
      .on_lost = [&session] { session.signals().wake(); },
      .tell = [progress = &parts_.progress](const std::string& line) { progress->tell(line); }});
  return {};
}

bool DaemonLead::leads() {
  trouble_.reset();
  if (leadership_) {
    const bool leads = leadership_->leads();
    trouble_ = leadership_->trouble();
    return leads;
  }
  if (folder_lock_ && folder_lock_->is_in_place()) return true;
  if (folder_lock_) {
    // The folder was removed under this daemon, and another one may begin in a new one.
    parts_.progress.warn(fmt::format("{} is gone: locking the state's folder again",
                                     printable(folder_lock_->path().string())));
  }
  folder_lock_.reset();
  if (auto opened = open(); !opened) trouble_ = opened.error();
  return !trouble_;
}

void DaemonLead::resign() {
  if (leadership_) leadership_->resign();
}

}  // namespace scale_fleet
