#include "viz/samples_json.hpp"

#include "viz/json_reader.hpp"

namespace ksmsim::viz {
namespace {

// Calls f(name, number) for every column.
template <class S, class F>
void for_each_stored(S& sample, bool has_host, F&& f) {
  for_each_field(sample, [&f, has_host](const char* name, auto& field) {
    using Field = std::remove_cvref_t<decltype(field)>;
    if constexpr (std::is_same_v<Field, results::HostFigures>) {
      if (has_host) for_each_field(field, f);
    } else if constexpr (Listed<Field>) {
      for_each_field(field, f);
    } else {
      f(name, field);
    }
  });
}

Json columns_json(bool has_host) {
  Json columns = Json::array();
  const results::Sample none;
  for_each_stored(none, has_host,
                  [&columns](const char* name, std::int64_t) { columns.push_back(name); });
  return columns;
}

}  // namespace

Json samples_json(const results::RunResult& result) {
  const bool has_host = result.host.has_value();
  Json rows = Json::array();
  for (const results::Sample& sample : result.samples) {
    Json row = Json::array();
    for_each_stored(sample, has_host, [&row](const char*, std::int64_t v) { row.push_back(v); });
    rows.push_back(std::move(row));
  }
  return {{"columns", columns_json(has_host)}, {"rows", std::move(rows)}};
}

void read_samples(const Json& json, results::RunResult& result) {
  const Place root;
  const Place place{&root, "samples"};
  const bool has_host = result.host.has_value();
  const Json columns = columns_json(has_host);
  const Place at_columns{&place, "columns"};
  if (field_of(json, place, "columns") != columns) {
    refuse(at_columns, "should be " + columns.dump());
  }
  const Place at_rows{&place, "rows"};
  const Json& rows = field_of(json, place, "rows");
  if (!rows.is_array() || rows.empty()) refuse(at_rows, "should be a list of one row at least");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Place at_row{&at_rows, {}, i};
    check_list(rows[i], at_row, columns.size());
    results::Sample& sample = result.samples.emplace_back();
    std::size_t column = 0;
    for_each_stored(sample, has_host, [&](const char*, std::int64_t& v) {
      v = read_number<std::int64_t>(rows[i][column], {&at_row, {}, column});
      ++column;
    });
    if (i > 0 && sample.at_ns < result.samples[i - 1].at_ns) {
      refuse({&at_row, {}, 0}, "is earlier than the row before");
    }
  }
}

}  // namespace ksmsim::viz
