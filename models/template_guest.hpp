// A guest that does what a captured one did: a clone of it, but for a part of its pages that is the
// clone's own. What the captured guest forked goes with it.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "models/guest_stream.hpp"
#include "models/scenario.hpp"
#include "sim/input/op_source.hpp"

namespace ksmsim::models {

class TemplateGuest : public GuestStream {
 public:
  // `classes`: what the trace's classes are here, by their number there. Reads ahead to the
  // beginning of the captured guest; an error if the trace has none of that name or is damaged.
  static Result<std::unique_ptr<TemplateGuest>> create(const TemplateSpec& spec, std::string name,
                                                       Time begin, input::OpStream trace,
                                                       std::vector<ClassId> classes);

  Time next() const override { return next_ ? next_->at : kNever; }
  Result<void> act(Pen::Operations& out, MmNumbers& numbers) override;
  std::unique_ptr<GuestStream> clone() const override {
    return std::make_unique<TemplateGuest>(*this);
  }

 private:
  TemplateGuest(const TemplateSpec& spec, std::string name, input::OpStream trace,
                std::vector<ClassId> classes);
  // The next operation of the captured guest, at the clone's time.
  Result<void> fetch();
  bool is_of_guest(const input::Operation& operation);
  void translate(input::Operation& operation, MmNumbers& numbers);
  void diverge(MmId captured, input::Write& write) const;

  TemplateSpec spec_;
  std::string name_;
  input::OpStream trace_;
  std::vector<ClassId> classes_;
  Duration shift_{};               // From the trace's time to the clone's.
  std::map<MmId, MmId> numbers_;   // Address spaces of the captured guest: there and here.
  std::map<MmId, bool> followed_;  // Those that it consists of, there.
  std::optional<input::TimedOperation> next_;
};

}  // namespace ksmsim::models
