#pragma once

#include <string>

#include <tl/expected.hpp>

#include "scale_fleet/core/result.hpp"

namespace scale_fleet {

/// What etcd made of a request for a key, in the classes that a caller acts on differently.
enum class KeyAnswer {
  done,
  missing,      ///< No such key (errorCode 100).
  differs,      ///< It exists, or is another than expected (105, 101): nothing was changed.
  unreachable,  ///< Nothing was sent.
  unclear,      ///< It may have been done, or not, or be done later.
  refused,      ///< It will not be done, now or later.
};

/// Why something was not done: any answer but `done`.
struct KeyFailure {
  KeyAnswer answer = KeyAnswer::unclear;
  std::string message;  ///< For people, without credentials.

  bool operator==(const KeyFailure&) const = default;
};

template <typename T>
using KeyResult = tl::expected<T, KeyFailure>;

/// The class of error that an answer is where no caller knows better: missing is not_found, differs
/// is precondition, unreachable and unclear are unavailable, refused is refused.
ErrorKind error_kind(KeyAnswer answer);

}  // namespace scale_fleet
