#include <fmt/format.h>

#include <array>
#include <iterator>

#include "traces/text.hpp"
#include "traces/words.hpp"

namespace ksmsim::traces {
namespace {

using namespace input;

// By the place in Operation.
constexpr std::array<std::string_view, 22> kVerbs = {
    "mm",   "fork",    "exit",    "map",      "unmap",    "advise",  "optin", "write",
    "read", "discard", "swapout", "swapall",  "swapin",   "huge",    "node",  "move",
    "pin",  "observe", "set",     "counters", "collapse", "activity"};
static_assert(kVerbs.size() == std::variant_size_v<Operation>);

using Text = fmt::memory_buffer;
template <class... Arguments>
void put(Text& text, fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  fmt::format_to(std::back_inserter(text), format, std::forward<Arguments>(arguments)...);
}

std::string_view on_off(Switch state) { return state == Switch::on ? "on" : "off"; }

void put_contents(Text& text, const Contents& contents, std::uint64_t count) {
  if (!contents.each.empty()) {
    put(text, " list:{}", fmt::join(contents.each, ","));
  } else if (contents.period == 1) {
    if (contents.first == 0) return put(text, " zero");
    put(text, " c:{}", contents.first);
  } else if (contents.period == count) {
    put(text, " seq:{}", contents.first);
  } else {
    put(text, " mod:{}:{}", contents.first, contents.period);
  }
}

// Writes what stands behind the verb.
struct Arguments {
  Text& text;
  std::map<MmId, std::string>& names;
  const std::vector<std::string>& classes;

  void name(MmId mm) const { put(text, " {}", as_word(names.at(mm))); }
  void range(const PageRange& pages) const {
    name(pages.mm);
    put(text, " {} {}", pages.start.value, pages.count.value);
  }

  void operator()(const Begin& op) const {
    names[op.mm] = op.name;
    name(op.mm);
  }
  void operator()(const Fork& op) const {
    names[op.child] = op.name;
    name(op.parent);
    name(op.child);
  }
  void operator()(const End& op) const {
    name(op.mm);
    names.erase(op.mm);
  }
  void operator()(const Map& op) const {
    range(op.range);
    if (op.mergeable == Mergeable::no) put(text, " plain");
  }
  void operator()(const Advise& op) const {
    range(op.range);
    put(text, " {}", op.mergeable == Mergeable::yes ? "mergeable" : "unmergeable");
  }
  void operator()(const OptIn& op) const {
    name(op.mm);
    put(text, " {}", on_off(op.merge_any));
  }
  void operator()(const Activity& op) const {
    name(op.mm);
    if (!op.what.empty()) put(text, " {}", as_word(op.what));
  }
  void operator()(const Write& op) const {
    range(op.range);
    put_contents(text, op.contents, op.range.count.value);
    if (op.page_class != ClassId{}) put(text, " {}", as_word(classes[op.page_class.value]));
  }
  void operator()(const Read& op) const {
    range(op.range);
    if (op.times != 1) put(text, " {}", op.times);
  }
  void operator()(const SwapAll&) const {}
  void operator()(const Huge& op) const {
    range(op.range);
    put(text, " {}", on_off(op.huge));
  }
  void operator()(const SetNode& op) const {
    range(op.range);
    put(text, " {}", op.node.value);
  }
  void operator()(const Move& op) const {
    range(op.range);
    put(text, " {}", op.node.value);
  }
  void operator()(const Pin& op) const {
    range(op.range);
    put(text, " {}", on_off(op.pinned));
  }
  void operator()(const Observe& op) const {
    range(op.range);
    put(text, " {}", op.seen == Seen::merged ? "merged" : "swapped");
  }
  void operator()(const SetKnob& op) const {
    put(text, " {} {}", as_word(op.knob), as_word(op.value));
  }
  void operator()(const HostCounters& op) const {
    for (const auto& [counter, value] : op.values) {
      put(text, " {}", as_word(fmt::format("{}={}", counter, value)));
    }
  }
  // Unmap, Discard, SwapOut, SwapIn, Collapse: a range and nothing else.
  template <class Ranged>
  void operator()(const Ranged& op) const {
    range(op.range);
  }
};

void put_header(Text& text, const TraceHeader& header) {
  const TraceHeader usual;
  const auto put_text = [&text](std::string_view key, const std::string& value) {
    if (!value.empty()) put(text, "{} {}\n", key, as_word(value));
  };
  put(text, "trace {}\n", kVersion);
  put_text("program", header.program);
  put_text("host", header.host);
  put_text("kernel", header.kernel);
  put_text("hashing", header.hashing);
  put_text("notes", header.notes);
  if (header.block_bytes != usual.block_bytes) put(text, "block_bytes {}\n", header.block_bytes);
  for (std::size_t i = 1; i < header.classes.size(); ++i) {
    put(text, "class {}\n", as_word(header.classes[i]));
  }
  for (const Guest& guest : header.guests) put(text, "guest {}\n", as_word(guest.name));
  for (const Region& region : header.regions) {
    put(text, "region {} {} {} {}\n", region.guest, as_word(region.role), region.start.value,
        region.count.value);
  }
}

void send(std::ostream& out, const Text& text) {
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
}

}  // namespace

std::string_view verb_of(const Operation& operation) { return kVerbs[operation.index()]; }

std::string seconds_text(Time at) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  std::string text = fmt::format("{}.{:09}", nanoseconds(at) / kSecond, nanoseconds(at) % kSecond);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

TextWriter::TextWriter(std::ostream& out, const TraceHeader& header)
    : out_(out), classes_(header.classes) {
  Text text;
  put_header(text, header);
  send(out_, text);
}

void TextWriter::add(const TimedOperation& timed) {
  Text text;
  put(text, "@{} {}", seconds_text(timed.at), verb_of(timed.operation));
  std::visit(Arguments{text, names_, classes_}, timed.operation);
  text.push_back('\n');
  send(out_, text);
}

}  // namespace ksmsim::traces
