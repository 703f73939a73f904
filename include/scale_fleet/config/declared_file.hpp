#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "scale_fleet/core/numbering.hpp"
#include "scale_fleet/core/result.hpp"
#include "scale_fleet/core/unit_name.hpp"
#include "scale_fleet/core/wall_time.hpp"
#include "scale_fleet/policy/service_policy.hpp"

namespace scale_fleet {

/// A service whose instances come and go with those of the declared one.
struct DeclaredSidekick {
  Service service;
  std::optional<std::filesystem::path> template_file;

  bool operator==(const DeclaredSidekick&) const = default;
};

/// What becomes of instances whose text isn't the template's any more.
enum class OnTemplateChange { keep, replace };

/// Its instances may be moved to other machines, so many staying active meanwhile.
struct MayMove {
  /// At least; empty: all but the one that moves.
  std::optional<InstanceCount> min_healthy;

  bool operator==(const MayMove&) const = default;
};

inline constexpr Millis default_action_timeout{60'000};

/// One service of the file.
struct DeclaredService {
  Service service;
  /// Where its text is read from; empty: Fleet's own template.
  std::optional<std::filesystem::path> template_file;
  Numbering numbering;
  std::vector<DeclaredSidekick> attached;
  std::vector<std::string> after;  ///< Names of declared services that come up before it.
  OnTemplateChange on_template_change = OnTemplateChange::keep;
  ServicePolicy policy;  ///< `count: 3` is min and max.
  /// How long an action waits until its instances are well.
  Millis timeout = default_action_timeout;
  std::optional<MayMove> reschedule;  ///< Empty: its instances stay where they are.

  bool operator==(const DeclaredService&) const = default;
};

/// An AWS Auto Scaling group.
struct AwsGroup {
  std::string name;
  std::optional<std::string> region;  ///< Empty: the environment's.

  bool operator==(const AwsGroup&) const = default;
};

/// A program of the user's that knows a cloud: its path, and the arguments that come first.
struct CommandGroup {
  std::vector<std::string> command;

  bool operator==(const CommandGroup&) const = default;
};

/// Which machine goes when there are too many.
enum class MachineVictim { fewest_instances, oldest };

inline constexpr Millis default_nodes_timeout{600'000};

/// Machines under Fleet that come and go together.
struct DeclaredNodes {
  std::string name;
  std::variant<AwsGroup, CommandGroup> group;
  ServicePolicy policy;  ///< Of machines instead of instances.
  /// The key of a Fleet machine's metadata that holds the group member's id; empty: they are the
  /// same machine where their addresses are.
  std::optional<std::string> match_metadata = "instance_id";
  MachineVictim victims = MachineVictim::fewest_instances;
  /// How long new machines are waited for, and an old one's instances until they run elsewhere.
  Millis timeout = default_nodes_timeout;

  bool operator==(const DeclaredNodes&) const = default;
};

/// Who may ask for changes over HTTP, and where.
struct ApiAccess {
  /// Whether `listen` stands in the file: requests for changes are answered only then.
  bool is_on = false;
  std::optional<std::filesystem::path> token_file;   ///< Its first line is the bearer token.
  std::optional<std::filesystem::path> certificate;  ///< PEM, with those above it; with `key`: TLS.
  std::optional<std::filesystem::path> key;
  std::optional<std::filesystem::path> client_ca;  ///< Clients show a certificate of these.
  std::string prefix;   ///< Paths are served below it, too: `/scaler`; empty: there is none.
  bool anyone = false;  ///< Neither token nor client certificate, though others can reach it.

  bool operator==(const ApiAccess&) const = default;
};

/// Which notices of a count at its bound are sent.
struct AtBound {
  bool min = false;
  bool max = true;

  bool operator==(const AtBound&) const = default;
};

/// Who is told what was done.
struct NoticePlaces {
  std::optional<std::string> slack;                 ///< URL of an incoming webhook: a secret.
  std::optional<std::filesystem::path> slack_file;  ///< Its first line is that URL.
  std::optional<std::string> alertmanager;          ///< URL, without /api/v2.
  Millis timeout{10'000};                           ///< Of one sending.
  Millis alert_lasts{10'000};                       ///< Until an alert that was sent ends.
  AtBound services = {};
  AtBound nodes = {};

  bool operator==(const NoticePlaces&) const = default;
};

/// State in etcd; its other form is a folder's path.
struct StateInEtcd {
  bool operator==(const StateInEtcd&) const = default;
};

struct EtcdPlaces {
  std::vector<std::string> endpoints;
  std::string metrics = "/metrics";
  std::string registry = "/services";
  bool consume = false;  ///< Delete metrics once they are read, as Dynamite does.

  bool operator==(const EtcdPlaces&) const = default;
};

struct EventsPlace {
  std::optional<std::filesystem::path> file;  ///< Empty: events.jsonl in the state's folder.
  std::uint64_t max_bytes = 10'000'000;       ///< Then the file is rotated.
  int keep = 5;                               ///< Rotated files.

  bool operator==(const EventsPlace&) const = default;
};

/// Where the state is unless the file says otherwise.
inline constexpr std::string_view default_state_folder = "/var/lib/scale-fleet";
/// Fleet's engine itself looks every two seconds (fleetd's engine_reconcile_interval).
inline constexpr Millis shortest_interval{1'000};
inline constexpr std::string_view default_daemon_address = "127.0.0.1:49160";

/// A declared file understood: what should be. The same structs whichever form it was written in.
struct DeclaredFile {
  enum class Form { own, dynamite };

  std::filesystem::path path;
  Form form = Form::own;
  /// Of Dynamite's form all that stands there, as JSON; else empty.
  std::string dynamite_configuration = {};
  std::optional<std::string> fleet_endpoint;
  EtcdPlaces etcd;
  std::optional<std::string> prometheus_url;
  std::optional<std::filesystem::path> metrics_file;
  std::variant<std::filesystem::path, StateInEtcd> state =
      std::filesystem::path(default_state_folder);
  Millis interval{10'000};
  /// Empty: nowhere.
  std::optional<std::string> listen = std::string(default_daemon_address);
  EventsPlace events;
  ApiAccess api;
  NoticePlaces notices;
  std::vector<DeclaredService> services;  ///< In the file's order.
  std::vector<DeclaredNodes> nodes;       ///< In the file's order.

  bool operator==(const DeclaredFile&) const = default;
};

/// Whether anybody on the network could change counts at an address that others reach, though the
/// file doesn't say that they may.
bool lets_strangers_in(const DeclaredFile& file, std::string_view listen);

/// Whether others than this machine's programs may reach what listens there (`listen` of a file).
bool is_reachable_from_elsewhere(std::string_view listen);

/// Whether there is a file.
using FileExists = std::function<bool(const std::filesystem::path&)>;

/// Reads a YAML text in our form, or in Dynamite's (root key `Dynamite`). Relative paths in it are
/// from the folder of `path`. The error (ErrorKind::usage) has one line `FILE:LINE:COLUMN: PATH:
/// what` for each mistake, all of them, by line: unknown key (with the nearest known one), a key
/// twice, a wrong type, what is missing, a value out of range or not understood, min above max,
/// port ranges that overlap (with their steps), cycles in `after`, names that aren't declared, a
/// metric whose source isn't configured.
///
/// `exists` says whether a template file is there; where it is empty that isn't asked. Dynamite
/// looks for unit files in several folders: where they are in none of them, the first folder is
/// taken.
Result<DeclaredFile> parse_declared_file(std::string_view text,
                                         const std::filesystem::path& path,
                                         const FileExists& exists = {});

/// The same for a file; also ErrorKind::usage where it can't be read or is longer than 4 MiB.
Result<DeclaredFile> read_declared_file(const std::filesystem::path& path);

/// What a file says of places (fleet, etcd, state, events, listen), whatever is wrong with its
/// services and policies.
struct DeclaredPlaces {
  DeclaredFile file;                   ///< Its services are those that could be understood.
  std::optional<Error> mistakes = {};  ///< Of services and policies, as above.
};

/// For whoever looks at a daemon: that runs on with the file as it last was without mistakes. The
/// errors are read_declared_file()'s, where one of the mistakes isn't about a service or a policy.
Result<DeclaredPlaces> read_declared_places(const std::filesystem::path& path);

/// The file in our form, with every value that isn't its default. parse_declared_file() of it, with
/// the same path, is the same, but for `form`, `dynamite_configuration` and Slack's URL, whose path
/// is a secret and not shown. Passwords in the other URLs are.
std::string show_declared_file(const DeclaredFile& file);

}  // namespace scale_fleet
