#include "fuzz/fuzz_target.hpp"
#include "scale_fleet/config/declared_file.hpp"

namespace scale_fleet {

void try_input(std::string_view input) {
  auto file = parse_declared_file(input, "conf/f.yaml");
  if (file) {
    // What Dynamite's form says can be said in ours as well.
    file->form = DeclaredFile::Form::own;
    file->dynamite_configuration.clear();
    const auto text = show_declared_file(*file);
    const auto again = parse_declared_file(text, "conf/f.yaml");
    must_hold(again.has_value(), "what is shown can be read");
    must_hold(*again == *file, "what is shown means the same");
    must_hold(show_declared_file(*again) == text, "a file is shown in one way");
    return;
  }
  must_hold(file.error().kind == ErrorKind::usage, "a file is a matter of usage");
  std::string_view rest = file.error().message;
  must_hold(!rest.empty(), "an error says something");
  while (!rest.empty()) {
    const std::string line(take_line(rest));
    must_hold(line.starts_with("conf/f.yaml:"), "an error names its file");
    must_hold(is_for_people(line), "an error can be shown");
  }
}

}  // namespace scale_fleet
