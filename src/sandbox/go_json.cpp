#include "sandbox/go_json.hpp"

#include <cctype>
#include <cstdint>

#include <fmt/format.h>

namespace scale_fleet {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// A byte as Go shows it in an error: as a character of Latin-1, quoted.
std::string quoted(char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (c == '\'') return R"('\'')";
  if (c == '\\') return R"('\\')";
  if (byte >= 7 && byte <= 13) {
    constexpr std::string_view in_order = "abtnvfr";  // 7 to 13: \a \b \t \n \v \f \r
    return fmt::format("'\\{}'", in_order[byte - 7U]);
  }
  if (byte < 0x20 || byte == 0x7f) return fmt::format("'\\x{:02x}'", byte);
  if (byte < 0x80) return fmt::format("'{}'", c);
  if (byte < 0xa1 || byte == 0xad) return fmt::format("'\\u{:04x}'", byte);
  const char lead = static_cast<char>(0xc0U | (byte >> 6U));
  const char rest = static_cast<char>(0x80U | (byte & 0x3fU));
  return fmt::format("'{}{}'", lead, rest);
}

/// Walks over one value. Each step returns whether it went well; error() says why not.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool value() {
    skip_spaces();
    if (at_end()) return false;
    if (depth_ > max_depth) return fail_with("exceeded max depth");
    switch (text_[at_]) {
      case '{':
        return object();
      case '[':
        return array();
      case '"':
        return string();
      case 't':
        return literal("true");
      case 'f':
        return literal("false");
      case 'n':
        return literal("null");
      default:
        if (text_[at_] == '-' || is_digit(text_[at_])) return number();
        return unexpected("looking for beginning of value");
    }
  }

  void skip_spaces() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != npos)
      ++at_;
  }

  std::size_t position() const { return at_; }

  /// Empty where the text ended too early.
  const std::string& error() const { return error_; }

 private:
  static constexpr auto npos = std::string_view::npos;
  static constexpr int max_depth = 10'000;

  bool at_end() const { return at_ >= text_.size(); }

  bool fail_with(std::string message) {
    error_ = std::move(message);
    return false;
  }

  bool unexpected(std::string_view where) {
    return fail_with(fmt::format("invalid character {} {}", quoted(text_[at_]), where));
  }

  /// Takes `c` if it is next, after spaces.
  bool take(char c) {
    skip_spaces();
    if (at_end() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  bool missing(std::string_view where) { return at_end() ? false : unexpected(where); }

  bool object() {
    ++at_;
    ++depth_;
    if (take('}')) return leave();
    while (true) {
      skip_spaces();
      if (at_end() || text_[at_] != '"')
        return missing("looking for beginning of object key string");
      if (!string()) return false;
      if (!take(':')) return missing("after object key");
      if (!value()) return false;
      if (take('}')) return leave();
      if (!take(',')) return missing("after object key:value pair");
    }
  }

  bool array() {
    ++at_;
    ++depth_;
    if (take(']')) return leave();
    while (true) {
      if (!value()) return false;
      if (take(']')) return leave();
      if (!take(',')) return missing("after array element");
    }
  }

  bool leave() {
    --depth_;
    return true;
  }

  bool string() {
    for (++at_; !at_end(); ++at_) {
      if (text_[at_] == '"') {
        ++at_;
        return true;
      }
      if (static_cast<unsigned char>(text_[at_]) < 0x20) return unexpected("in string literal");
      if (text_[at_] == '\\' && !escape()) return false;
    }
    return false;
  }

  /// From the backslash to the escape's last character.
  bool escape() {
    ++at_;
    if (at_end()) return false;
    if (std::string_view("bfnrt\\/\"").find(text_[at_]) != npos) return true;
    if (text_[at_] != 'u') return unexpected("in string escape code");
    for (int i = 0; i < 4; ++i) {
      ++at_;
      if (at_end()) return false;
      if (std::isxdigit(static_cast<unsigned char>(text_[at_])) == 0) {
        return unexpected("in \\u hexadecimal character escape");
      }
    }
    return true;
  }

  bool digits(std::string_view where) {
    if (at_end() || !is_digit(text_[at_])) return missing(where);
    while (!at_end() && is_digit(text_[at_]))
      ++at_;
    return true;
  }

  bool number() {
    if (text_[at_] == '-') ++at_;
    if (!at_end() && text_[at_] == '0') {
      ++at_;
    } else if (!digits("in numeric literal")) {
      return false;
    }
    if (!at_end() && text_[at_] == '.') {
      ++at_;
      if (!digits("after decimal point in numeric literal")) return false;
    }
    if (at_end() || (text_[at_] != 'e' && text_[at_] != 'E')) return true;
    ++at_;
    if (!at_end() && (text_[at_] == '+' || text_[at_] == '-')) ++at_;
    return digits("in exponent of numeric literal");
  }

  bool literal(std::string_view word) {
    for (const char c : word) {
      if (at_end()) return false;
      if (text_[at_] != c) {
        return unexpected(fmt::format("in literal {} (expecting {})", word, quoted(c)));
      }
      ++at_;
    }
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 1;
  std::string error_;
};

/// How many bytes the UTF-8 character that `text` begins with has; 0 where it isn't one.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0U) != 0x80U) return 0;
  }
  // Too long a form, a surrogate, or beyond the last character.
  const bool is_wrong = (lead == 0xe0 && byte(1) < 0xa0) || (lead == 0xed && byte(1) >= 0xa0) ||
                        (lead == 0xf0 && byte(1) < 0x90) || (lead == 0xf4 && byte(1) >= 0x90);
  return is_wrong ? 0 : length;
}

/// The code unit of the `\uXXXX` that `text` begins with; 0 where it begins with none.
unsigned escaped_unit(std::string_view text) {
  if (text.size() < 6 || !text.starts_with("\\u")) return 0;
  return static_cast<unsigned>(std::stoul(std::string(text.substr(2, 4)), nullptr, 16));
}

bool is_high_surrogate(unsigned unit) {
  return unit >= 0xd800 && unit < 0xdc00;
}

bool is_low_surrogate(unsigned unit) {
  return unit >= 0xdc00 && unit < 0xe000;
}

}  // namespace

Result<std::string_view> first_json_value(std::string_view text) {
  Scanner scanner(text);
  scanner.skip_spaces();
  const auto start = scanner.position();
  if (start == text.size()) return failure(ErrorKind::refused, "EOF");
  if (scanner.value()) return text.substr(start, scanner.position() - start);
  return failure(ErrorKind::refused, scanner.error().empty() ? "unexpected EOF" : scanner.error());
}

std::string with_valid_unicode(std::string_view json) {
  std::string result;
  while (!json.empty()) {
    std::size_t length = utf8_length(json);
    std::string_view instead;
    if (length == 0) {
      length = 1;
      instead = "\xef\xbf\xbd";
    } else if (json.front() == '\\') {
      const auto unit = escaped_unit(json);
      const bool is_pair =
          is_high_surrogate(unit) && is_low_surrogate(escaped_unit(json.substr(6)));
      length = is_pair ? 12 : unit != 0 ? 6 : 2;
      if (!is_pair && (is_high_surrogate(unit) || is_low_surrogate(unit))) instead = "\\ufffd";
    }
    length = std::min(length, json.size());
    result += instead.empty() ? json.substr(0, length) : instead;
    json.remove_prefix(length);
  }
  return result;
}

}  // namespace scale_fleet
