// A trace as a source of operations for a Run. Its clones read the same bytes through streams of
// their own.
#pragma once
#include <functional>
#include <istream>
#include <memory>
#include <string>

#include "sim/input/op_source.hpp"
#include "traces/reader.hpp"

namespace ksmsim::traces {

class TraceSource : public input::OpSource {
 public:
  // Opens the same bytes anew each time; seekable.
  using Open = std::function<Result<std::unique_ptr<std::istream>>()>;

  static Result<std::unique_ptr<TraceSource>> create(Open open,
                                                     OnDamage on_damage = OnDamage::fail);
  // From bytes in memory, which all clones share.
  static Result<std::unique_ptr<TraceSource>> create(std::shared_ptr<const std::string> bytes,
                                                     OnDamage on_damage = OnDamage::fail);

  Result<std::optional<input::TimedOperation>> next() override;
  // If the bytes cannot be opened again, the clone's next() says so.
  std::unique_ptr<input::OpSource> clone() const override;

  // Header, what was good so far, and what was wrong.
  const TraceReader& reader() const { return reader_; }

 private:
  TraceSource(Open open, TraceReader reader);

  Open open_;
  TraceReader reader_;
};

}  // namespace ksmsim::traces
