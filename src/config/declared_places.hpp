#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "config/yaml_value.hpp"
#include "scale_fleet/config/declared_file.hpp"

namespace scale_fleet {

/// Where in the text a service was declared, for what can only be checked when all are known.
struct ServicePlaces {
  std::string key;
  YamlValue value;
  std::vector<YamlValue> after = {};     ///< Beside DeclaredService::after.
  std::vector<YamlValue> attached = {};  ///< Beside DeclaredService::attached.
  bool has_ports = false;                ///< Its numbers were chosen, so they may be ports.
};

/// A file as it was read, in either form; DeclaredService::after still has the file's own words.
struct ReadFile {
  DeclaredFile file;
  std::vector<ServicePlaces> places = {};   ///< Beside DeclaredFile::services.
  std::vector<YamlValue> node_places = {};  ///< Beside DeclaredFile::nodes.
  std::vector<std::string> keys = {};       ///< Of all services, those that weren't understood too.
};

/// Which sources of metrics the file names.
struct NamedSources {
  bool etcd = false;
  bool prometheus = false;
  bool file = false;
};

/// What reading a service needs to know of the file around it.
struct FileAround {
  std::filesystem::path folder;  ///< That relative paths are from.
  NamedSources sources = {};
  FileExists exists = {};
};

// Each reads what it can, and complains of everything else.

/// Our own form, from the root's value.
ReadFile read_own_form(const YamlValue& root,
                       const std::filesystem::path& path,
                       const FileExists& exists);
/// Dynamite's form, from the value of its root key.
ReadFile read_dynamite_form(const YamlValue& root,
                            const std::filesystem::path& path,
                            const FileExists& exists);

/// What concerns several values or services: bounds that contradict each other, the same service
/// twice, ranges of numbers that overlap, names in `after` that nobody has, cycles. Replaces the
/// file's words in DeclaredService::after by display names.
void check_declared(ReadFile& read);

// Parts of our own form.

void read_service(const YamlValue& value,
                  const std::string& key,
                  const FileAround& around,
                  ReadFile& into);
std::vector<ThresholdRule> read_threshold_rules(const YamlValue& list,
                                                std::string_view direction,
                                                const FileAround& around);
std::vector<TargetRule> read_target_rules(const YamlValue& list, const FileAround& around);
std::optional<Metric> read_metric(const YamlValue& value, const FileAround& around);
void read_limits(const YamlValue& value, ServicePolicy& into);
/// Bounds, rules and times of a service or of machines: what stands there under the same keys.
void read_policy(const YamlMap& map, const FileAround& around, ServicePolicy& into);
/// `true` or a mapping; `false`: nobody may.
std::optional<RemoteRule> read_remote(const YamlValue& value);
std::optional<MayMove> read_reschedule(const YamlValue& value);
void read_nodes(const YamlValue& value, const FileAround& around, ReadFile& into);
/// `api` and `notifications`, as far as they stand there.
void read_doors(const YamlMap& root, const FileAround& around, DeclaredFile& into);
/// Complains where anybody on the network could change counts, and the file doesn't say that they
/// shall.
void check_doors(const YamlMap& root, const DeclaredFile& file);
std::vector<ScheduleWindow> read_schedule(const YamlValue& list);

// Values that several of them have.

std::optional<InstanceCount> read_count(const YamlValue& value);

/// One duration for both directions, or {up, down}.
struct CoolDownPair {
  Millis& up;
  Millis& down;
};

void read_cooldowns(const YamlValue& value, CoolDownPair into);
/// `2` or `50%`.
std::optional<Adjustment> read_adjustment(const YamlValue& value);
std::optional<Aggregation> read_aggregation(const YamlValue& value);
std::optional<WithoutData> read_without_data(const YamlValue& value);
/// Relative to the file's folder.
std::optional<std::filesystem::path> read_path(const YamlValue& value,
                                               const std::filesystem::path& folder);
/// The same of a file that has to be there.
std::optional<std::filesystem::path> read_path_of_file(const YamlValue& value,
                                                       const FileAround& around);
/// http:// or https://, or also unix:// where `sockets` is true. No message holds it: it may hold a
/// password.
std::optional<std::string> read_url(const YamlValue& value, bool sockets);

/// What a target rule aggregates by unless it says otherwise: one that counts all together by the
/// sum of what instances report.
Aggregation default_aggregation(const TargetRule& rule);

}  // namespace scale_fleet
