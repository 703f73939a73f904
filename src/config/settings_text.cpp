#include <algorithm>
#include <sstream>

#include <fmt/format.h>
#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include "scale_fleet/config/settings_file.hpp"
#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

/// Where the second document of a text begins, for those who want one only. YAML::LoadAll() would
/// tell as well, but at a comma before anything else it goes on making empty documents until the
/// memory is full.
class SecondDocument : public YAML::EventHandler {
 public:
  static std::optional<YAML::Mark> find_in(const std::string& text) {
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    SecondDocument handler;
    for (int i = 0; i < 2; ++i) {
      if (!parser.HandleNextDocument(handler)) return std::nullopt;
    }
    return handler.start_;
  }

  void OnDocumentStart(const YAML::Mark& mark) override { start_ = mark; }

  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}

  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}

  void OnScalar(const YAML::Mark&,
                const std::string&,
                YAML::anchor_t,
                const std::string&) override {}

  void OnSequenceStart(const YAML::Mark&,
                       const std::string&,
                       YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}

  void OnSequenceEnd() override {}

  void OnMapStart(const YAML::Mark&,
                  const std::string&,
                  YAML::anchor_t,
                  YAML::EmitterStyle::value) override {}

  void OnMapEnd() override {}

 private:
  YAML::Mark start_;
};

/// Settings as they are collected, with every mistake on the way.
class SettingsReader {
 public:
  SettingsReader(std::string_view display_name, std::span<const std::string_view> known)
      : display_name_(printable(display_name)), known_(known) {}

  Result<SettingsValues> read(const std::string& text) {
    try {
      if (const auto second = SecondDocument::find_in(text)) {
        const auto at = static_cast<std::size_t>(std::max(second->pos, 0));
        complain(*second,
                 at < text.size() && text[at] == ','
                     ? "this isn't YAML: a comma without a list"
                     : "a second document begins; a settings file has one");
      }
      read_options(YAML::Load(text));
    } catch (const YAML::DeepRecursion& deep) {
      complain(deep.mark, "too deeply nested");
    } catch (const YAML::Exception& wrong) {
      complain(wrong.mark, "this isn't YAML: " + printable(wrong.msg));
    }
    if (!mistakes_.empty()) return failure(ErrorKind::usage, mistakes_);
    values_.file = display_name_;
    return std::move(values_);
  }

 private:
  void read_options(const YAML::Node& document) {
    if (document.IsNull()) return;
    if (!document.IsMap()) {
      complain(document.Mark(), "a settings file has lines of the form 'option: value'");
      return;
    }
    // yaml-cpp keeps both of two equal keys, and finds the first: walk, don't look up.
    for (const auto& entry : document)
      read_option(entry.first, entry.second);
  }

  void read_option(const YAML::Node& key, const YAML::Node& value) {
    if (!key.IsScalar()) {
      complain(key.Mark(), "an option's name is one word");
      return;
    }
    const auto& name = key.Scalar();
    const auto shown = printable(name);
    if (std::ranges::find(known_, name) == known_.end()) {
      complain(key.Mark(), fmt::format("there is no option '{}'{}", shown, suggestion(name)));
      return;
    }
    if (value.IsNull()) {
      complain(key.Mark(), fmt::format("'{}' has no value", shown));
    } else if (!value.IsScalar()) {
      complain(value.Mark(), fmt::format("'{}' takes one value, not a list or mapping", shown));
    }
    const auto line = static_cast<std::size_t>(std::max(key.Mark().line, 0)) + 1;
    const FileSetting setting{.value = value.IsScalar() ? value.Scalar() : "", .line = line};
    const auto [first, is_new] = values_.by_name.try_emplace(name, setting);
    if (is_new) return;
    complain(key.Mark(),
             fmt::format("'{}' stands here again; first in line {}", shown, first->second.line));
  }

  std::string suggestion(std::string_view name) const {
    if (name.starts_with('-')) {
      const auto bare = name.substr(std::min(name.find_first_not_of('-'), name.size()));
      const bool is_known = std::ranges::find(known_, bare) != known_.end();
      if (is_known) return fmt::format("; write it without dashes in front, '{}'", bare);
    }
    const auto nearest = nearest_word(name, known_);
    return nearest.empty() ? "" : fmt::format("; did you mean '{}'?", nearest);
  }

  /// yaml-cpp counts from 0; a place that it doesn't know is left out.
  void complain(const YAML::Mark& mark, std::string_view what) {
    if (!mistakes_.empty()) mistakes_ += '\n';
    mistakes_ +=
        mark.is_null()
            ? fmt::format("{}: {}", display_name_, what)
            : fmt::format("{}:{}:{}: {}", display_name_, mark.line + 1, mark.column + 1, what);
  }

  std::string display_name_;
  std::span<const std::string_view> known_;
  SettingsValues values_;
  std::string mistakes_;
};

}  // namespace

Result<SettingsValues> parse_settings(std::string_view text,
                                      std::string_view display_name,
                                      std::span<const std::string_view> known) {
  return SettingsReader(display_name, known).read(std::string(text));
}

}  // namespace scale_fleet
