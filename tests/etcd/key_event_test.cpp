#include "etcd/key_event.hpp"

#include "support/catch.hpp"

using namespace scale_fleet;

TEST_CASE("A line of a watch is a key that was written, or a change that leaves no value") {
  struct Row {
    const char* line;
    std::optional<StoredKey> written;
  };

  for (const auto& row : std::vector<Row>{
           {R"({"action":"set","node":{"key":"/m/a","value":"1","modifiedIndex":8}})",
            StoredKey{"/m/a", "1", 8}},
           {R"({"action":"compareAndSwap","node":{"key":"/m/a","value":"2","modifiedIndex":9},
                "prevNode":{"key":"/m/a","value":"1","modifiedIndex":8}})",
            StoredKey{"/m/a", "2", 9}},
           {R"({"action":"delete","node":{"key":"/m/a","modifiedIndex":10},
                "prevNode":{"key":"/m/a","value":"1","modifiedIndex":8}})",
            std::nullopt},
           {R"({"action":"set","node":{"key":"/m/a","dir":true,"modifiedIndex":8}})", std::nullopt},
           {R"({"action":"set","node":{"key":"/m/a","value":1,"modifiedIndex":8}})", std::nullopt},
           {R"({"action":"set","node":{"key":"/m/a","value":"1"}})", std::nullopt},
       }) {
    INFO(row.line);
    const auto event = read_key_event(row.line);
    REQUIRE(event);
    CHECK(*event == row.written);
  }
}

TEST_CASE("A line that is no change ends the watch, and says how") {
  struct Row {
    const char* line;
    KeyAnswer answer;
  };

  for (const auto& row : {
           Row{R"({"errorCode":401,"message":"The event in requested index is outdated"})",
               KeyAnswer::unclear},
           Row{"", KeyAnswer::refused},
           Row{"<html>", KeyAnswer::refused},
           Row{"[]", KeyAnswer::refused},
           Row{R"({"node":5})", KeyAnswer::refused},
           Row{R"({"action":"set")", KeyAnswer::refused},
       }) {
    INFO(row.line);
    const auto event = read_key_event(row.line);
    REQUIRE_FALSE(event);
    CHECK(event.error().answer == row.answer);
    CHECK_FALSE(event.error().message.empty());
  }
}
