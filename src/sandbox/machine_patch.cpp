#include "sandbox/machine_patch.hpp"

#include <algorithm>
#include <cctype>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sandbox/go_json.hpp"
#include "sandbox/replies.hpp"

namespace scale_fleet {
namespace {

using json = nlohmann::ordered_json;

struct MetadataOperation {
  std::string name;
  std::string path;
  std::string value;
};

/// A key of Go's struct goes by its name in any case.
bool is_key(std::string_view key, std::string_view name) {
  return std::ranges::equal(
      key, name, [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; });
}

/// Go's word for the type of a JSON value.
std::string_view go_type_name(const json& value) {
  if (value.is_string()) return "string";
  return value.is_number() ? "number" : value.is_boolean() ? "bool" : value.type_name();
}

/// Reads the operations and remembers the first value of a wrong type, as Go does.
class PatchReader {
 public:
  Result<std::vector<MetadataOperation>> read(const json& value) {
    std::vector<MetadataOperation> operations;
    if (!value.is_null() && !value.is_array()) {
      complain(value, "Go value of type []api.machineMetadataOp");
    } else if (value.is_array()) {
      for (const auto& entry : value)
        operations.push_back(read_operation(entry));
    }
    if (!complaint_.empty()) return failure(ErrorKind::refused, complaint_);
    return operations;
  }

 private:
  void complain(const json& value, std::string_view target) {
    if (!complaint_.empty()) return;
    complaint_ = fmt::format("json: cannot unmarshal {} into {}", go_type_name(value), target);
  }

  void take_text(const json& value, std::string_view field, std::string& text) {
    if (value.is_null()) return;
    if (value.is_string()) {
      text = value.get<std::string>();
    } else {
      complain(value, fmt::format("Go struct field {} of type string", field));
    }
  }

  MetadataOperation read_operation(const json& entry) {
    MetadataOperation operation;
    if (entry.is_null()) return operation;
    if (!entry.is_object()) {
      complain(entry, "Go value of type api.machineMetadataOp");
      return operation;
    }
    for (const auto& [key, value] : entry.items()) {
      if (is_key(key, "op")) take_text(value, "machineMetadataOp.op", operation.name);
      if (is_key(key, "path")) take_text(value, "machineMetadataOp.path", operation.path);
      if (is_key(key, "value")) take_value(value, operation.value);
    }
    return operation;
  }

  void take_value(const json& value, std::string& text) {
    if (value.is_null()) return;
    if (!value.is_object()) {
      return complain(value,
                      "Go struct field machineMetadataOp.Value of type struct { Value string "
                      "\"json:\\\"value\\\"\" }");
    }
    for (const auto& [key, inner] : value.items()) {
      if (is_key(key, "value")) take_text(inner, ".Value.value", text);
    }
  }

  std::string complaint_;
};

Result<std::vector<MetadataOperation>> read_operations(std::string_view body) {
  const auto value = first_json_value(body);
  if (!value) return tl::unexpected(value.error());
  try {
    return PatchReader().read(json::parse(with_valid_unicode(*value)));
  } catch (const json::out_of_range&) {
    // A number that no double holds, 1e999. Nothing in a patch is a number.
    return failure(ErrorKind::refused,
                   "json: cannot unmarshal number into Go value of type api.machineMetadataOp");
  }
}

struct MetadataPath {
  std::string machine;
  std::string key;
};

/// `^/([^/]+)/metadata/([A-Za-z0-9_.-]+$)`
std::optional<MetadataPath> parse_metadata_path(std::string_view path) {
  constexpr std::string_view middle = "/metadata/";
  if (!path.starts_with('/')) return std::nullopt;
  const auto end = path.find('/', 1);
  if (end == std::string_view::npos || end == 1) return std::nullopt;
  if (!path.substr(end).starts_with(middle)) return std::nullopt;
  const auto key = path.substr(end + middle.size());
  const bool is_key = !key.empty() && std::ranges::all_of(key, [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.' || c == '-';
  });
  if (!is_key) return std::nullopt;
  return MetadataPath{.machine = std::string(path.substr(1, end - 1)), .key = std::string(key)};
}

/// Why fleetd refuses the operation; empty where it doesn't.
std::string_view objection_to(const MetadataOperation& operation) {
  const bool is_removal = operation.name == "remove";
  if (!is_removal && operation.name != "add" && operation.name != "replace")
    return "invalid op: expect add, remove, or replace";
  if (!parse_metadata_path(operation.path)) return "machine metadata path invalid";
  if (!is_removal && operation.value.empty())
    return "invalid value: add and replace require a value";
  return {};
}

}  // namespace

HttpReply patch_machines(SandboxCluster& cluster, std::string_view body) {
  const auto operations = read_operations(body);
  if (!operations) return error_reply(400, operations.error().message);
  for (const auto& operation : *operations) {
    if (const auto objection = objection_to(operation); !objection.empty())
      return error_reply(400, objection);
  }
  for (const auto& operation : *operations) {
    const auto path = parse_metadata_path(operation.path);
    const bool is_removal = operation.name == "remove";
    cluster.set_machine_metadata(path->machine, path->key, is_removal ? "" : operation.value);
  }
  return empty_reply(204);
}

}  // namespace scale_fleet
