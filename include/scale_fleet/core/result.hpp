#pragma once

#include <optional>
#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace scale_fleet {

/// What went wrong, in the classes that a caller acts on differently. The message is for people;
/// no code looks into it.
enum class ErrorKind {
  usage,         ///< The wish itself is wrong; nothing was sent.
  not_found,     ///< What the wish needs isn't in Fleet (a template, say).
  refused,       ///< Fleet, or whatever answered, said no for good; trying again won't help.
  unavailable,   ///< No usable answer within the attempts allowed; trying later may help.
  timed_out,     ///< Fleet does as told, but the time for waiting ran out.
  precondition,  ///< The cluster isn't as the caller demanded, or somebody holds the lock.
  interrupted,   ///< A signal asked to stop.
};

/// Why there is no value.
struct Error {
  ErrorKind kind = ErrorKind::refused;
  /// One sentence without a final dot: what was being done, to what, what happened, what to try.
  std::string message;
  /// Fleet's status code, where Fleet spoke.
  std::optional<int> http_status = std::nullopt;

  bool operator==(const Error&) const = default;
};

template <typename T>
using Result = tl::expected<T, Error>;

/// A step that yields nothing but may fail.
using Outcome = Result<void>;

/// `return failure(ErrorKind::usage, "…")` for any Result.
inline tl::unexpected<Error> failure(ErrorKind kind, std::string message) {
  return tl::unexpected(Error{.kind = kind, .message = std::move(message)});
}

}  // namespace scale_fleet
