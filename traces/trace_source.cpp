#include "traces/trace_source.hpp"

#include <utility>

#include "traces/memory_stream.hpp"

namespace ksmsim::traces {
namespace {

// A source of which nothing is known but why it cannot be read.
class FailedSource : public input::OpSource {
 public:
  explicit FailedSource(Error error) : error_(std::move(error)) {}
  Result<std::optional<input::TimedOperation>> next() override { return error_; }
  std::unique_ptr<input::OpSource> clone() const override {
    return std::make_unique<FailedSource>(error_);
  }

 private:
  Error error_;
};

}  // namespace

TraceSource::TraceSource(Open open, TraceReader reader)
    : open_(std::move(open)), reader_(std::move(reader)) {}

Result<std::unique_ptr<TraceSource>> TraceSource::create(Open open, OnDamage on_damage) {
  auto in = open();
  if (!in) return in.error();
  auto reader = TraceReader::open(*std::move(in), on_damage);
  if (!reader) return reader.error();
  return std::unique_ptr<TraceSource>{new TraceSource{std::move(open), *std::move(reader)}};
}

Result<std::unique_ptr<TraceSource>> TraceSource::create(std::shared_ptr<const std::string> bytes,
                                                         OnDamage on_damage) {
  return create(
      [shared = std::move(bytes)]() -> Result<std::unique_ptr<std::istream>> {
        return std::unique_ptr<std::istream>{std::make_unique<MemoryStream>(shared)};
      },
      on_damage);
}

Result<std::optional<input::TimedOperation>> TraceSource::next() { return reader_.next(); }

std::unique_ptr<input::OpSource> TraceSource::clone() const {
  auto in = open_();
  if (!in) return std::make_unique<FailedSource>(in.error());
  auto reader = reader_.reopened(*std::move(in));
  if (!reader) return std::make_unique<FailedSource>(reader.error());
  return std::unique_ptr<input::OpSource>{new TraceSource{open_, *std::move(reader)}};
}

}  // namespace ksmsim::traces
