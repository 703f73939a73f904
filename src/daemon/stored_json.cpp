#include "daemon/stored_json.hpp"

#include <algorithm>
#include <cmath>

namespace scale_fleet {
namespace {

std::string shown_start(std::string_view text) {
  return printable_start(text.substr(0, text.find_first_of("\r\n")), 60);
}

std::string scalar_text(const Json& value) {
  return value.dump(-1, ' ', true, Json::error_handler_t::replace);
}

void append_spaced(std::string& text, const Json& value) {
  if (!value.is_structured()) {
    text += scalar_text(value);
    return;
  }
  const bool is_object = value.is_object();
  text += is_object ? '{' : '[';
  std::string_view separator;
  for (const auto& [key, item] : value.items()) {
    text += separator;
    if (is_object) text += scalar_text(Json(key)) + ": ";
    append_spaced(text, item);
    separator = ", ";
  }
  text += is_object ? '}' : ']';
}

}  // namespace

Json stored_object(std::string_view text) {
  Json value = Json::parse(text, nullptr, false);
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) throw NotAsStored{"it is empty"};
  if (value.is_discarded())
    throw NotAsStored{fmt::format("it is not JSON (it begins: {})", shown_start(text))};
  if (!value.is_object()) throw NotAsStored{"it is not a JSON object"};
  return value;
}

std::int64_t stored_moment(WallTime time) {
  return std::clamp(
      std::int64_t{time.time_since_epoch().count()}, -farthest_moment, farthest_moment);
}

WallTime to_stored_moment(const Json& value) {
  return WallTime(Millis(to_integer(value, -farthest_moment, farthest_moment)));
}

const Json& field_of(const Json& object, std::string_view name) {
  static const Json none;
  const auto found = object.find(std::string(name));
  return found == object.end() ? none : *found;
}

const Json& object_field(const Json& object, std::string_view name) {
  static const Json none = Json::object();
  const auto& value = field_of(object, name);
  if (value.is_null()) return none;
  if (!value.is_object()) throw NotAsStored{fmt::format("its \"{}\" is not an object", name)};
  return value;
}

const Json& list_field(const Json& object, std::string_view name) {
  static const Json none = Json::array();
  const auto& value = field_of(object, name);
  if (value.is_null()) return none;
  if (!value.is_array()) throw NotAsStored{fmt::format("its \"{}\" is not a list", name)};
  return value;
}

std::string text_field_of(const Json& object, std::string_view name) {
  const auto& value = field_of(object, name);
  if (value.is_null()) return {};
  if (!value.is_string()) throw NotAsStored{fmt::format("its \"{}\" is not a string", name)};
  return value.get<std::string>();
}

std::vector<std::string> texts_field(const Json& object, std::string_view name) {
  std::vector<std::string> texts;
  for (const auto& item : list_field(object, name)) {
    if (!item.is_string()) throw NotAsStored{fmt::format("its \"{}\" holds no strings", name)};
    texts.push_back(item.get<std::string>());
  }
  return texts;
}

std::int64_t to_integer(const Json& value, std::int64_t least, std::int64_t most) {
  const auto refuse = [&]() -> NotAsStored {
    return {fmt::format("{} is no whole number from {} to {}",
                        shown_start(scalar_text(value.is_structured() ? Json("a list") : value)),
                        least,
                        most)};
  };
  if (!value.is_number_integer()) throw refuse();
  if (value.is_number_unsigned() &&
      value.get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX)) {
    throw refuse();
  }
  const auto number = value.get<std::int64_t>();
  if (number < least || number > most) throw refuse();
  return number;
}

InstanceCount to_stored_count(const Json& value) {
  return static_cast<InstanceCount>(to_integer(value, 0, UINT32_MAX));
}

double to_number(const Json& value) {
  if (!value.is_number()) throw NotAsStored{"a value is not a number"};
  const auto number = value.get<double>();
  if (!std::isfinite(number)) throw NotAsStored{"a value is not finite"};
  return number;
}

std::optional<InstanceCount> optional_count(const Json& value) {
  if (value.is_null()) return std::nullopt;
  return to_stored_count(value);
}

std::string spaced_json(const Json& value) {
  std::string text;
  append_spaced(text, value);
  return text;
}

std::string compact_json(const Json& value) {
  return scalar_text(value);
}

}  // namespace scale_fleet
