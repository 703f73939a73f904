#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace scale_fleet {

/// A client that sends what it is told, right or wrong, over a real socket. Waits ten seconds at
/// most for anything.
class RawConnection {
 public:
  /// To an endpoint as HttpServer gives it.
  explicit RawConnection(const std::string& endpoint);
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;
  ~RawConnection();

  void send(std::string_view bytes) const;

  /// Up to and including the first `mark`, or all there was when the connection ended.
  std::string read_to(std::string_view mark);
  std::string read_bytes(std::size_t count);
  std::string read_to_end();
  /// One reply, by its Content-Length, its chunks (left as they came) or, with neither, its head.
  std::string read_reply();

  /// Whether the server ends it within that time; what comes meanwhile stays to be read.
  bool ends_within(std::chrono::milliseconds patience);

  /// For another protocol on top of it.
  int descriptor() const { return descriptor_; }

  enum class End { none, finished, reset, timed_out };

  /// How the server ended it, as far as the reads above have seen.
  End end() const { return end_; }

 private:
  bool receive();

  int descriptor_ = -1;
  std::string received_;
  End end_ = End::none;
};

}  // namespace scale_fleet
