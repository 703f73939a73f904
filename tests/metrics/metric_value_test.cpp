#include "metrics/metric_value.hpp"

#include "support/catch.hpp"

using namespace scale_fleet;

TEST_CASE("A metric's text is a finite number or nothing") {
  struct Row {
    const char* text;
    std::optional<double> number;
  };

  for (const auto& row : {
           Row{"12", 12},
           Row{"-0.5", -0.5},
           Row{"+3e2", 300},
           Row{" 300.5\n", 300.5},
           Row{"1e400", std::nullopt},
           Row{"nan", std::nullopt},
           Row{"NaN", std::nullopt},
           Row{"inf", std::nullopt},
           Row{"+Inf", std::nullopt},
           Row{"-Infinity", std::nullopt},
           Row{"n/a", std::nullopt},
           Row{"", std::nullopt},
           Row{" ", std::nullopt},
           Row{"+", std::nullopt},
           Row{"+-1", std::nullopt},
           Row{"++1", std::nullopt},
           Row{"0x10", std::nullopt},
           Row{"1,5", std::nullopt},
           Row{"1 2", std::nullopt},
           Row{"12%", std::nullopt},
           Row{"\"12\"", std::nullopt},
       }) {
    INFO("`" << row.text << "`");
    CHECK(parse_metric_number(row.text) == row.number);
    CHECK(parse_metric_value(row.text, "") == row.number);
  }
}

TEST_CASE("A value inside JSON is found by its flat key, else by keys one inside the other") {
  struct Row {
    const char* text;
    const char* path;
    std::optional<double> number;
  };

  for (const auto& row : {
           Row{R"({"time.p95": 1, "time": {"p95": 2}})", "time.p95", 1},
           Row{R"({"time": {"p95": 2.5}})", "time.p95", 2.5},
           Row{R"({"time": {"p95": "300.5"}})", "time.p95", 300.5},
           Row{R"({"a": -3})", "a", -3},
           Row{R"({"a": {"b": {"c": 18446744073709551615}}})", "a.b.c", 18446744073709551615.0},
           Row{R"({"a.b": "n/a", "a": {"b": 1}})", "a.b", std::nullopt},
           Row{R"({"a": 1})", "b", std::nullopt},
           Row{R"({"a": 1})", "a.b", std::nullopt},
           Row{R"({"a": {"b": 1}})", "a", std::nullopt},
           Row{R"({"a": true})", "a", std::nullopt},
           Row{R"({"a": null})", "a", std::nullopt},
           Row{R"({"a": "NaN"})", "a", std::nullopt},
           Row{R"({"a": 1e999})", "a", std::nullopt},
           Row{R"({"a": [1]})", "a.0", std::nullopt},
           Row{R"({"": {"": 1}})", ".", 1},
           Row{R"([1])", "a", std::nullopt},
           Row{"12", "a", std::nullopt},
           Row{R"({"a": 1)", "a", std::nullopt},
           Row{"", "a", std::nullopt},
       }) {
    INFO(row.text << " " << row.path);
    CHECK(parse_metric_value(row.text, row.path) == row.number);
  }
}
