#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "scale_fleet/etcd/keys.hpp"
#include "scale_fleet/http/http_stream.hpp"

namespace scale_fleet {

/// Opens a stream to one member of etcd.
using OpenStream = std::function<std::unique_ptr<HttpStream>(const HttpRequest&)>;

struct KeyWatchTimes {
  Duration head = std::chrono::seconds(5);  ///< How long a member may take to begin its reply.
  /// After so long without a change everything is read anew: nobody else would notice a member
  /// that fell silent, for etcd sends nothing while nothing changes.
  Duration silence = std::chrono::seconds(60);
  Duration between_readings = std::chrono::seconds(1);  ///< At least, from one to the next.
};

/// Everything below a folder, and then every key that is written in it, over one connection.
///
/// A stream from now on is opened first, then the folder is read, and what the stream says of
/// before that reading is passed over: nothing is missed. `waitIndex` isn't used, because etcd
/// (measured on 3.4.23) sends one event of its history on such a stream, and then nothing for ever.
/// Where a stream ends (etcd ends it behind a reader that is 100 changes late), the folder is read
/// again. Used on one thread.
class KeyWatch {
 public:
  struct News {
    std::vector<StoredKey> keys;  ///< Written ones; all there are where `is_whole`.
    bool is_whole = false;        ///< The folder was read.
    /// Of a whole reading: keys that aren't modified later than that were among earlier news.
    KeyIndex told = 0;
  };

  /// One of `members` for each member of etcd, at least one; `keys` outlives the watch. The clock
  /// of `keys` and of the streams is the steady one.
  KeyWatch(EtcdKeys& keys,
           std::string folder,
           std::vector<OpenStream> members,
           KeyWatchTimes times = {});

  /// Waits for news, at most until `until` or until `stop` is requested on any thread (then they
  /// are empty). After an error the next call begins anew, with another member, and no sooner than
  /// between_readings after the last beginning; a missing folder is no error but empty.
  KeyResult<News> next(TimePoint until, const std::stop_token& stop);

 private:
  KeyResult<News> begin(TimePoint until, const std::stop_token& stop);
  KeyResult<void> open(const std::stop_token& stop);
  KeyResult<News> read_whole();
  KeyResult<News> read_events(const std::string& bytes);
  tl::unexpected<KeyFailure> give_up(KeyFailure failure);

  EtcdKeys& keys_;
  std::string folder_;
  std::vector<OpenStream> members_;
  KeyWatchTimes times_;
  std::size_t current_ = 0;
  std::unique_ptr<HttpStream> stream_;
  std::string unread_;   ///< Bytes of the stream up to the next line feed.
  KeyIndex told_ = 0;    ///< Changes up to this one have been told.
  TimePoint last_news_;  ///< Of the stream.
  std::optional<TimePoint> last_beginning_;
};

}  // namespace scale_fleet
