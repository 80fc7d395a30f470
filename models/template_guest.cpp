#include "models/template_guest.hpp"

#include <utility>
#include <variant>

#include "models/content.hpp"
#include "sim/input/guest_of.hpp"

namespace ksmsim::models {
TemplateGuest::TemplateGuest(const TemplateSpec& spec, std::string name, input::OpStream trace,
                             std::vector<ClassId> classes)
    : spec_(spec), name_(std::move(name)), trace_(std::move(trace)), classes_(std::move(classes)) {}

Result<std::unique_ptr<TemplateGuest>> TemplateGuest::create(const TemplateSpec& spec,
                                                             std::string name, Time begin,
                                                             input::OpStream trace,
                                                             std::vector<ClassId> classes) {
  std::unique_ptr<TemplateGuest> guest(
      new TemplateGuest(spec, std::move(name), std::move(trace), std::move(classes)));
  if (auto r = guest->fetch(); !r) return r.error();
  if (!guest->next_) {
    return Error{spec.guest.empty() ? "the trace has no guest"
                                    : "the trace has no guest '" + spec.guest + "'"}
        .in(spec.trace);
  }
  guest->shift_ = begin - guest->next_->at;
  guest->next_->at = begin;
  return guest;
}

bool TemplateGuest::is_of_guest(const input::Operation& operation) {
  if (const auto* begin = std::get_if<input::Begin>(&operation)) {
    const bool wanted = followed_.empty() && (spec_.guest.empty() || begin->name == spec_.guest);
    if (wanted) followed_[begin->mm] = true;
    return wanted;
  }
  if (const auto* fork = std::get_if<input::Fork>(&operation)) {
    if (!followed_.contains(fork->parent)) return false;
    followed_[fork->child] = true;
    return true;
  }
  if (std::holds_alternative<input::Observe>(operation)) return false;  // Of another host.
  const auto mm = input::guest_of(operation);
  return mm && followed_.contains(*mm);
}

Result<void> TemplateGuest::fetch() {
  for (;;) {
    auto operation = trace_.next();
    if (!operation) return operation.error().in(spec_.trace);
    next_ = std::move(*operation);
    if (!next_) return {};
    if (!is_of_guest(next_->operation)) continue;
    next_->at += shift_;
    return {};
  }
}

void TemplateGuest::diverge(MmId captured, input::Write& write) const {
  if (spec_.divergence_ppm == 0) return;
  const ContentName choice = ContentName(spec_.trace).with(captured.value);
  const ContentName own(name_);
  std::vector<std::uint64_t> contents(write.range.count.value);
  for (std::uint64_t i = 0; i < contents.size(); ++i) {
    const std::uint64_t page = write.range.start.value + i;
    const bool diverges =
        choice.number(page) % 1'000'000 < static_cast<std::uint64_t>(spec_.divergence_ppm);
    contents[i] = write.contents.of(i);
    if (diverges && contents[i] != 0) contents[i] = own.page(contents[i]);
  }
  write.contents = {.first = 0, .period = 1, .each = std::move(contents)};
}

void TemplateGuest::translate(input::Operation& operation, MmNumbers& numbers) {
  if (auto* begin = std::get_if<input::Begin>(&operation)) {
    begin->name = name_;
    begin->mm = numbers_[begin->mm] = numbers.take();
    return;
  }
  if (auto* fork = std::get_if<input::Fork>(&operation)) {
    fork->name = name_ + "/" + fork->name;
    fork->child = numbers_[fork->child] = numbers.take();
    fork->parent = numbers_.at(fork->parent);
    return;
  }
  MmId& mm = *input::mm_in(operation);
  if (auto* write = std::get_if<input::Write>(&operation)) {
    diverge(mm, *write);
    write->page_class = classes_[write->page_class.value];
  }
  mm = numbers_.at(mm);
}

Result<void> TemplateGuest::act(Pen::Operations& out, MmNumbers& numbers) {
  translate(next_->operation, numbers);
  out.push_back(std::move(*next_));
  return fetch();
}

}  // namespace ksmsim::models
