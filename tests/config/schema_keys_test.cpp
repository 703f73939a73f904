#include <algorithm>
#include <fstream>
#include <set>
#include <span>

#include <nlohmann/json.hpp>

#include "config/own_keys.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;

namespace {

using Words = std::set<std::string, std::less<>>;

struct KeysOfMap {
  const char* map;  ///< What the schema calls it.
  std::span<const std::string_view> keys;
};

nlohmann::json schema_definitions() {
  std::ifstream stream(SCALE_FLEET_SCHEMA);
  const auto schema = nlohmann::json::parse(stream, nullptr, false);
  REQUIRE(schema.is_object());
  return schema["$defs"];
}

}  // namespace

TEST_CASE("The schema and the program know the same keys") {
  const auto definitions = schema_definitions();
  const std::vector<KeysOfMap> maps{{"file", own_keys::file},
                                    {"fleet", own_keys::fleet},
                                    {"etcd", own_keys::etcd},
                                    {"prometheus", own_keys::prometheus},
                                    {"events", own_keys::events},
                                    {"service", own_keys::service},
                                    {"instances", own_keys::instances},
                                    {"attached", own_keys::attached},
                                    {"rule", own_keys::rule},
                                    {"step", own_keys::step},
                                    {"target", own_keys::target},
                                    {"cooldown", own_keys::cooldown},
                                    {"without_data", own_keys::without_data},
                                    {"metric", own_keys::metric},
                                    {"limits", own_keys::limits},
                                    {"limit", own_keys::limit},
                                    {"schedule", own_keys::schedule},
                                    {"api", own_keys::api},
                                    {"tls", own_keys::tls},
                                    {"notifications", own_keys::notifications},
                                    {"nodes", own_keys::nodes},
                                    {"aws", own_keys::aws},
                                    {"remote", own_keys::remote},
                                    {"reschedule", own_keys::reschedule}};
  for (const auto& [map, keys] : maps) {
    INFO(map);
    REQUIRE(definitions.contains(map));
    Words in_schema;
    for (const auto& [key, value] : definitions[map]["properties"].items())
      in_schema.insert(key);
    CHECK(in_schema == Words(keys.begin(), keys.end()));
  }
  const auto with_properties =
      std::count_if(definitions.begin(), definitions.end(), [](const auto& definition) {
        return definition.contains("properties");
      });
  CHECK(static_cast<std::size_t>(with_properties) == maps.size());
}

TEST_CASE("The schema and the program know the same words for values") {
  const auto definitions = schema_definitions();
  const auto words_of = [](const nlohmann::json& list) { return list.get<Words>(); };
  const auto& service = definitions["service"]["properties"];
  CHECK(words_of(service["victims"]["enum"]) ==
        Words(own_keys::victims.begin(), own_keys::victims.end()));
  CHECK(words_of(service["on_template_change"]["enum"]) ==
        Words(own_keys::template_changes.begin(), own_keys::template_changes.end()));
  CHECK(words_of(definitions["without_data_rule"]["oneOf"][0]["enum"]) ==
        Words(own_keys::without_data_words.begin(), own_keys::without_data_words.end()));
}
