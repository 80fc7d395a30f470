#include "cli/host_file.hpp"

#include "cli/files.hpp"
#include "models/toml/host_table.hpp"
#include "models/toml/table_reader.hpp"

namespace ksmsim::cli {

Result<void> read_host_file(const std::string& path, const std::vector<std::string>& classes,
                            host::RunOptions& run) {
  const auto text = read_file(path);
  if (!text) return text.error();
  const auto named = [&path](const Error& error) { return Error{path + ":" + error.text}; };
  auto document = models::Document::parse(*text);
  if (!document) return named(document.error());
  models::AgreedBytesOf agreed;
  models::read_host(document->root(), run.host, run.ram, agreed);
  models::check_agreed_names(document->root(), classes);
  if (auto r = document->finish(); !r) return named(r.error());
  models::set_agreed_bytes(agreed, classes, run.host.agreed);
  return {};
}

int given_prices(const cost::Prices& prices) {
  int given = 0;
  cost::for_each_unit([&](const char*, auto unit) {
    given += prices.*unit != cost::measured_prices().*unit ? 1 : 0;
  });
  return given;
}

}  // namespace ksmsim::cli
