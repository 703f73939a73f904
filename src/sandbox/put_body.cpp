#include "sandbox/put_body.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sandbox/go_json.hpp"

namespace scale_fleet {
namespace {

using json = nlohmann::ordered_json;

bool equal_ignoring_case(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) ==
           std::tolower(static_cast<unsigned char>(b));
  });
}

std::string_view type_name(const json& value) {
  if (value.is_object()) return "object";
  if (value.is_array()) return "array";
  if (value.is_string()) return "string";
  return value.is_boolean() ? "bool" : "number";
}

/// Collects a body and remembers the first thing in it that has the wrong type.
class BodyReader {
 public:
  Result<PutBody> read(const json& value) {
    if (!value.is_null() && !value.is_object()) {
      complain(value, "Go value of type schema.Unit");
    } else if (value.is_object()) {
      for (const auto& [key, field] : value.items())
        take_field(key, field);
    }
    if (!complaint_.empty()) return failure(ErrorKind::refused, complaint_);
    return body_;
  }

 private:
  void complain(const json& value, std::string_view target) {
    if (!complaint_.empty()) return;
    complaint_ = fmt::format("json: cannot unmarshal {} into {}", type_name(value), target);
  }

  void take_field(std::string_view key, const json& value) {
    if (value.is_null()) {
      if (equal_ignoring_case(key, "options")) body_.options.clear();
    } else if (equal_ignoring_case(key, "options")) {
      take_options(value);
    } else {
      for (const std::string_view name : {"name", "desiredState", "currentState", "machineID"}) {
        if (equal_ignoring_case(key, name)) take_text(value, fmt::format("Unit.{}", name));
      }
    }
  }

  void take_text(const json& value, const std::string& field) {
    if (!value.is_string()) {
      complain(value, fmt::format("Go struct field {} of type string", field));
    } else if (field == "Unit.name") {
      body_.name = value.get<std::string>();
    } else if (field == "Unit.desiredState") {
      body_.desired_state = value.get<std::string>();
    }
  }

  void take_options(const json& value) {
    body_.options.clear();
    if (!value.is_array()) {
      complain(value, "Go struct field Unit.options of type []*schema.UnitOption");
      return;
    }
    for (const auto& entry : value) {
      UnitOption option;
      if (entry.is_null()) {
        body_.has_null_option = true;
      } else if (!entry.is_object()) {
        complain(entry, "Go struct field Unit.options of type schema.UnitOption");
      } else {
        for (const auto& [key, field] : entry.items())
          take_option_field(option, key, field);
      }
      body_.options.push_back(std::move(option));
    }
  }

  void take_option_field(UnitOption& option, std::string_view key, const json& value) {
    struct Field {
      std::string_view name;
      std::string UnitOption::*member;
    };

    constexpr std::array fields = {Field{"section", &UnitOption::section},
                                   Field{"name", &UnitOption::name},
                                   Field{"value", &UnitOption::value}};
    for (const auto& field : fields) {
      if (value.is_null() || !equal_ignoring_case(key, field.name)) continue;
      if (value.is_string()) {
        option.*field.member = value.get<std::string>();
      } else {
        complain(value,
                 fmt::format("Go struct field UnitOption.options.{} of type string", field.name));
      }
    }
  }

  PutBody body_;
  std::string complaint_;
};

}  // namespace

Result<PutBody> read_put_body(std::string_view text) {
  const auto value = first_json_value(text);
  if (!value) return tl::unexpected(value.error());
  try {
    return BodyReader().read(json::parse(with_valid_unicode(*value)));
  } catch (const json::out_of_range&) {
    // A number that no double holds, 1e999. Nothing that we know of in a body is a number.
    return failure(ErrorKind::refused,
                   "json: cannot unmarshal number into Go value of type schema.Unit");
  }
}

}  // namespace scale_fleet
