#include "etcd/key_tree.hpp"

#include "support/catch.hpp"

using namespace scale_fleet;

namespace {

using Keys = std::vector<StoredKey>;

}  // namespace

TEST_CASE("A tree of folders becomes a flat list of the keys in it") {
  struct Row {
    const char* body;
    Keys keys;
  };

  for (const auto& row : std::vector<Row>{
           {R"({"action":"get","node":{"key":"/m","dir":true}})", {}},
           {R"({"action":"get","node":{"key":"/m/a","value":"1","modifiedIndex":4}})",
            {{"/m/a", "1", 4}}},
           {R"({"node":{"key":"/m","dir":true,"modifiedIndex":3,"nodes":[
                 {"key":"/m/a","dir":true,"nodes":[{"key":"/m/a/x","value":"1","modifiedIndex":7}]},
                 {"modifiedIndex":9,"value":"","key":"/m/b"}]}})",
            {{"/m/a/x", "1", 7}, {"/m/b", "", 9}}},
           // The root has no key of its own.
           {R"({"node":{"dir":true,"nodes":[{"key":"/a","value":"v","modifiedIndex":1}]}})",
            {{"/a", "v", 1}}},
           {R"({"node":{"nodes":[{"key":"/a"},{"value":"v"},{"key":5,"value":"v"},
                 {"key":"/b","value":"v","modifiedIndex":-1},{"key":"/c","value":null}]}})",
            {{"/b", "v", 0}}},
           {R"({"node":{"nodes":[{"key":"/a","value":"1","other":{"key":"/x","value":"2"}}]},
                 "prevNode":{"key":"/y","value":"3"},"nodes":[{"key":"/z","value":"4"}]})",
            {{"/a", "1", 0}}},
       }) {
    INFO(row.body);
    CHECK(read_key_tree(row.body) == row.keys);
  }
}

TEST_CASE("What isn't a tree of keys is told from an empty one") {
  for (const auto* body : {"",
                           "[]",
                           "5",
                           "<html>",
                           "{}",
                           R"({"node":5})",
                           R"({"node":[]})",
                           R"({"node":{"key":"/a","value":"1"})",
                           R"({"errorCode":100})"}) {
    INFO(body);
    CHECK_FALSE(read_key_tree(body));
  }
}

TEST_CASE("A folder's reply says how far etcd was, or why there is none") {
  const auto folder = read_folder_reply(
      HttpResponse{.headers = {{"x-etcd-index", "12"}},
                   .body = R"({"node":{"key":"/a","value":"1","modifiedIndex":4}})"});
  REQUIRE(folder);
  CHECK(folder->index == 12);
  CHECK(folder->keys == Keys{{"/a", "1", 4}});

  struct Row {
    int status;
    const char* body;
    KeyAnswer answer;
  };

  for (const auto& row : {
           Row{404, R"({"errorCode":100,"message":"Key not found"})", KeyAnswer::missing},
           Row{404, "404 page not found", KeyAnswer::refused},
           Row{500, R"({"errorCode":300,"message":"Raft Internal Error"})", KeyAnswer::unclear},
           Row{503, "later", KeyAnswer::unclear},
           Row{201, R"({"node":{"key":"/a","value":"1"}})", KeyAnswer::refused},
           Row{200, "<html>", KeyAnswer::refused},
       }) {
    INFO(row.status << " " << row.body);
    const auto failed = read_folder_reply(HttpResponse{.status = row.status, .body = row.body});
    REQUIRE_FALSE(failed);
    CHECK(failed.error().answer == row.answer);
    CHECK_FALSE(failed.error().message.empty());
  }
}
