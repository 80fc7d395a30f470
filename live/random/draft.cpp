#include "live/random/draft.hpp"

#include <fmt/format.h>

#include "sim/base/check.hpp"

namespace ksmsim::live::random {

void Draft::line(std::string_view text) { (text_ += text) += '\n'; }

std::string Draft::at(const Piece& piece) {
  return fmt::format("{} {} {}", piece.mm, piece.start, piece.count);
}

void Draft::comment(std::string_view text) { line(fmt::format("# {}", text)); }

std::string Draft::begin() {
  std::string name = fmt::format("m{}", ++names_);
  line("mm " + name);
  spaces_[name] = {};
  return name;
}

std::string Draft::fork(const std::string& mm) {
  std::string name = fmt::format("m{}", ++names_);
  line(fmt::format("fork {} {}", mm, name));
  spaces_[name] = spaces_.at(mm);
  return name;
}

void Draft::exit(const std::string& mm) {
  line("exit " + mm);
  spaces_.erase(mm);
}

void Draft::map(const Piece& piece, bool plain) {
  line(fmt::format("map {}{}", at(piece), plain ? " plain" : ""));
  Pages& pages = spaces_.at(piece.mm);
  for (std::uint64_t i = 0; i < piece.count; ++i) {
    const bool fresh = pages.emplace(piece.start + i, std::nullopt).second;
    KSM_CHECK(fresh);
  }
}

void Draft::unmap(const Piece& piece) {
  line("unmap " + at(piece));
  for (std::uint64_t i = 0; i < piece.count; ++i) spaces_.at(piece.mm).erase(piece.start + i);
}

void Draft::write(const Piece& piece, Content content) {
  std::string word = "zero";
  if (content.period == 1) {
    if (content.first != 0) word = fmt::format("c:{}", content.first);
  } else if (content.period >= piece.count) {
    word = fmt::format("seq:{}", content.first);
  } else {
    word = fmt::format("mod:{}:{}", content.first, content.period);
  }
  line(fmt::format("write {} {}", at(piece), word));
  for (std::uint64_t i = 0; i < piece.count; ++i) {
    spaces_.at(piece.mm).at(piece.start + i) = content.of(i);
  }
}

void Draft::discard(const Piece& piece) {
  line("discard " + at(piece));
  for (std::uint64_t i = 0; i < piece.count; ++i) {
    spaces_.at(piece.mm).at(piece.start + i) = std::nullopt;
  }
}

void Draft::touch(std::string_view verb, const Piece& piece, std::string_view argument) {
  line(fmt::format("{} {}{}{}", verb, at(piece), argument.empty() ? "" : " ", argument));
}

void Draft::swap_all() { line("swapall"); }

void Draft::set(std::string_view knob, std::uint64_t value) {
  line(fmt::format("set{} {} {}", knob == "pages_to_scan" ? "" : "?", knob, value));
}

void Draft::run(int value) {
  line(fmt::format("set run {}", value));
  if (value == 1) ++rows_;
}

void Draft::row() {
  line("row");
  ++rows_;
}

void Draft::wake(std::uint64_t count) {
  line(fmt::format("wake {}", count));
  rows_ += count;
}

}  // namespace ksmsim::live::random
