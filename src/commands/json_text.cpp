#include "commands/json_text.hpp"

namespace scale_fleet {

Json error_json(const std::optional<Error>& error) {
  if (!error) return nullptr;
  Json object = {{"message", error->message}};
  if (error->http_status) object["http_status"] = *error->http_status;
  return object;
}

std::string document_text(const Json& document) {
  // Escaped beyond ASCII, too: a terminal obeys U+009B and U+202E of a unit's name.
  return document.dump(2, ' ', true, Json::error_handler_t::replace) + "\n";
}

}  // namespace scale_fleet
