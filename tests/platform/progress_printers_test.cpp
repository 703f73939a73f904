#include "scale_fleet/platform/progress_printers.hpp"

#include <sstream>

#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

const std::string erase = "\r\x1b[K";

struct Terminal {
  std::ostringstream out;
  std::size_t width = 80;
  std::unique_ptr<Progress> progress;

  explicit Terminal(Verbosity verbosity = Verbosity::normal, bool with_colour = false)
      : progress(make_terminal_progress(out, verbosity, with_colour, [this] { return width; })) {}

  /// What was printed since the last call.
  std::string take() {
    auto text = out.str();
    out.str("");
    return text;
  }
};

ProgressMeter meter_of(std::size_t done, std::size_t total) {
  return {.label = "my_app", .done = done, .total = total, .remark = "2 starting", .elapsed = 7s};
}

/// The last thing that was drawn, without colours.
std::string drawn_line(std::string text) {
  text = text.substr(text.rfind(erase) + erase.size());
  for (const std::string colour : {"\x1b[32m", "\x1b[33m", "\x1b[0m"}) {
    for (auto at = text.find(colour); at != std::string::npos; at = text.find(colour))
      text.erase(at, colour.size());
  }
  return text;
}

}  // namespace

TEST_CASE("A terminal shows one redrawn line, with a bar, counts and the time") {
  struct Row {
    ProgressMeter meter;
    const char* line;
  };

  const std::vector<Row> rows{
      {meter_of(0, 4), "my_app [--------------------] 0/4  2 starting  7 s"},
      {meter_of(1, 4), "my_app [#####---------------] 1/4  2 starting  7 s"},
      {meter_of(4, 4), "my_app [####################] 4/4  2 starting  7 s"},
      {meter_of(5, 4), "my_app [####################] 5/4  2 starting  7 s"},
      {meter_of(0, 0), "my_app [--------------------] 0/0  2 starting  7 s"},
      {{.label = "web, worker", .done = 1, .total = 2, .elapsed = 125999ms},
       "web, worker [##########----------] 1/2  125 s"}};
  for (const auto& row : rows) {
    Terminal terminal;
    terminal.progress->meter(row.meter);
    CHECK(terminal.take() == erase + row.line);
  }
}

TEST_CASE("The line is never as wide as the terminal, with colours and without") {
  for (const bool with_colour : {false, true}) {
    Terminal terminal(Verbosity::normal, with_colour);
    for (std::size_t width = 2; width < 120; ++width) {
      CAPTURE(width, with_colour);
      terminal.width = width;
      terminal.progress->meter(meter_of(1, 4));
      const auto line = drawn_line(terminal.take());
      CHECK(line.size() < width);
      if (width > 60) CHECK(line == "my_app [#####---------------] 1/4  2 starting  7 s");
    }
  }
}

TEST_CASE("Colours are there when they are wanted, and only then") {
  Terminal coloured(Verbosity::normal, true);
  coloured.progress->meter(meter_of(4, 4));
  CHECK(coloured.take().find("\x1b[32m[####################]\x1b[0m") != std::string::npos);
  coloured.progress->warn("look out");
  CHECK(coloured.take().find("\x1b[33mwarning:\x1b[0m look out\n") != std::string::npos);
  Terminal plain;
  plain.progress->meter(meter_of(4, 4));
  plain.progress->warn("look out");
  CHECK(plain.take().find("\x1b[3") == std::string::npos);
}

TEST_CASE("A warning stays above the line, which is drawn again below it") {
  Terminal terminal;
  terminal.progress->warn("before");
  CHECK(terminal.take() == "warning: before\n");
  terminal.progress->meter(meter_of(1, 4));
  const auto line = terminal.take();
  terminal.progress->warn("during");
  CHECK(terminal.take() == erase + "warning: during\n" + line);
  terminal.progress->settle();
  CHECK(terminal.take() == erase);
  terminal.progress->settle();
  CHECK(terminal.take().empty());
  terminal.progress->warn("after");
  CHECK(terminal.take() == "warning: after\n");
}

TEST_CASE("A terminal tells as much as its verbosity lets it") {
  struct Row {
    Verbosity verbosity;
    const char* printed;
    bool has_meter;
  };

  for (const auto& row : std::vector<Row>{{Verbosity::quiet, "warning: w\n", false},
                                          {Verbosity::normal, "warning: w\n", true},
                                          {Verbosity::verbose, "warning: w\nt\nd\n", true}}) {
    Terminal terminal(row.verbosity);
    terminal.progress->warn("w");
    terminal.progress->tell("t");
    terminal.progress->detail("d");
    CHECK(terminal.take() == row.printed);
    terminal.progress->meter(meter_of(1, 4));
    CHECK(terminal.take().empty() != row.has_meter);
  }
}

TEST_CASE("A pipe gets whole lines and no redrawing") {
  struct Row {
    Verbosity verbosity;
    const char* printed;
  };

  for (const auto& row : std::vector<Row>{{Verbosity::quiet, "warning: w\n"},
                                          {Verbosity::normal, "warning: w\nt\n"},
                                          {Verbosity::verbose, "warning: w\nt\nd\n"}}) {
    std::ostringstream out;
    const auto progress = make_line_progress(out, row.verbosity);
    progress->warn("w");
    progress->meter(meter_of(1, 4));
    progress->tell("t");
    progress->detail("d");
    progress->settle();
    CHECK(out.str() == row.printed);
  }
}

TEST_CASE("Nothing that others wrote can move the cursor or end the line") {
  const std::string evil = "a\x1b[2J\nb\rc\x7f\xc2\x9b";
  const std::string shown = "a\\x1b[2J\\x0ab\\x0dc\\x7f\\xc2\\x9b";
  Terminal terminal(Verbosity::verbose);
  terminal.progress->warn(evil);
  terminal.progress->tell(evil);
  terminal.progress->detail(evil);
  CHECK(terminal.take() == "warning: " + shown + "\n" + shown + "\n" + shown + "\n");
  terminal.width = 200;
  terminal.progress->meter({.label = evil, .done = 0, .total = 1, .remark = evil});
  CHECK(terminal.take() == erase + shown + " [--------------------] 0/1  " + shown + "  0 s");

  std::ostringstream out;
  const auto progress = make_line_progress(out, Verbosity::normal);
  progress->warn(evil);
  progress->tell(evil);
  CHECK(out.str() == "warning: " + shown + "\n" + shown + "\n");
}
