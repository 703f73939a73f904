#include "scale_fleet/fleet/template_file.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "scale_fleet/core/text.hpp"
#include "scale_fleet/core/unit_file.hpp"
#include "scale_fleet/core/unit_name.hpp"
#include "scale_fleet/core/unit_rules.hpp"
#include "scale_fleet/fleet/unit_json.hpp"

namespace scale_fleet {
namespace {

constexpr std::string_view json_ending = ".json";

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

tl::unexpected<Error> wrong(const std::string& path, std::string_view why) {
  return failure(ErrorKind::usage, fmt::format("{}: {}", printable(path), why));
}

Result<std::string> read_text(const std::string& path) {
  const auto system_error = [&path] {
    return wrong(path,
                 fmt::format("can't read this file: {}", std::generic_category().message(errno)));
  };
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rbe"));
  if (!file) return system_error();
  std::string text;
  std::array<char, 16384> buffer{};
  while (const auto bytes = std::fread(buffer.data(), 1, buffer.size(), file.get())) {
    text.append(buffer.data(), bytes);
    if (text.size() > max_template_file_bytes) {
      return wrong(path,
                   fmt::format("this file is greater than {} bytes; no template is",
                               max_template_file_bytes));
    }
  }
  if (std::ferror(file.get()) != 0) return system_error();
  return text;
}

std::string_view base_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);  // npos + 1 is 0: the whole path.
}

bool looks_like_json(std::string_view path, std::string_view text) {
  if (path.ends_with(json_ending)) return true;
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  const auto first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && text[first] == '{';
}

/// The template's name that is nearest to what was given: `my_app@.service` for `my_app.service`,
/// `my_app@1.service` and `my_app`.
std::string suggestion(std::string_view name) {
  const auto service = Service::parse(name.substr(0, name.find('@')));
  return service ? service->template_name() : "my_app@.service";
}

Outcome check_name(const std::string& path, std::string_view name, std::string_view whence) {
  const auto advise = [&](std::string_view why) {
    return wrong(path,
                 fmt::format("{} '{}' {}; name the template, for example --name {}",
                             whence,
                             printable(name),
                             why,
                             suggestion(name)));
  };
  if (const auto fine = check_unit_name(name); !fine) {
    return advise(fmt::format("is none that Fleet takes: {}", fine.error().message));
  }
  if (!is_template_name(name)) return advise("is not a template's, with @ before the last dot");
  return {};
}

/// A file's text taken apart, in either form.
struct Contents {
  UnitOptions options;
  std::optional<std::string> name = std::nullopt;
  std::optional<JobState> desired_state = std::nullopt;
};

Result<Contents> parse_contents(const std::string& path, std::string_view text) {
  if (!looks_like_json(path, text)) {
    return parse_unit_file(text, path).map([](UnitOptions&& options) {
      return Contents{.options = std::move(options)};
    });
  }
  return parse_unit_json(text, path).map([](UnitFromJson&& unit) {
    return Contents{.options = std::move(unit.options),
                    .name = std::move(unit.name),
                    .desired_state = unit.desired_state};
  });
}

Result<std::string> choose_name(const std::string& path,
                                const Contents& contents,
                                const std::optional<std::string>& name_override) {
  std::string name(base_name(path));
  std::string_view whence = "the file's name";
  if (name.ends_with(json_ending)) name.resize(name.size() - json_ending.size());
  if (contents.name) {
    name = *contents.name;
    whence = "its \"name\"";
  }
  if (name_override) {
    name = *name_override;
    whence = "the name";
  }
  if (auto fine = check_name(path, name, whence); !fine) return tl::unexpected(fine.error());
  return name;
}

std::vector<std::string> warnings_for(const std::string& path,
                                      const Contents& contents,
                                      std::string_view name) {
  auto warnings = unit_warnings(contents.options, name);
  if (contents.desired_state.value_or(JobState::inactive) != JobState::inactive) {
    warnings.push_back(
        fmt::format("its desiredState {} is left out: a template itself never runs, its "
                    "instances do",
                    to_string(*contents.desired_state)));
  }
  for (auto& warning : warnings)
    warning = fmt::format("{}: {}", printable(path), warning);
  return warnings;
}

/// What a file holds, once it is sure that Fleet takes it.
Result<Contents> read_contents(const std::string& path) {
  const auto text = read_text(path);
  if (!text) return tl::unexpected(text.error());
  if (text->find_first_not_of(" \t\r\n") == std::string::npos) {
    return wrong(path, "this file is empty");
  }
  auto contents = parse_contents(path, *text);
  if (!contents) return contents;
  if (const auto fine = check_unit_options(contents->options); !fine) {
    return wrong(path, fine.error().message);
  }
  return contents;
}

Result<TemplateFile> as_file_of(const std::string& path,
                                const Contents& contents,
                                const std::string& name) {
  auto stored = as_stored(contents.options);
  if (!stored) return wrong(path, stored.error().message);
  return TemplateFile{
      .name = name, .options = *std::move(stored), .warnings = warnings_for(path, contents, name)};
}

}  // namespace

Result<TemplateFile> read_template_file(const std::string& path,
                                        const std::optional<std::string>& name_override) {
  const auto contents = read_contents(path);
  if (!contents) return tl::unexpected(contents.error());
  const auto name = choose_name(path, *contents, name_override);
  if (!name) return tl::unexpected(name.error());
  return as_file_of(path, *contents, *name);
}

Result<TemplateFile> read_plain_unit_file(const std::string& path, const std::string& unit_name) {
  auto contents = read_contents(path);
  if (!contents) return tl::unexpected(contents.error());
  contents->desired_state = std::nullopt;  // Who creates the unit says it.
  return as_file_of(path, *contents, unit_name);
}

}  // namespace scale_fleet
