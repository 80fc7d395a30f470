#include "live/random/scene.hpp"

#include <string>

#include "sim/base/check.hpp"

namespace ksmsim::live::random {
namespace {

// Streams of their own, so that more draws of one kind leave the others as they were.
std::string stream_name(const Family& family, const char* what) {
  return std::string(family.name) + " " + what;
}

// The entry of a map at this place in its order.
template <class Map>
auto nth(const Map& map, std::uint64_t n) {
  return std::next(map.begin(), static_cast<std::ptrdiff_t>(n));
}

}  // namespace

Scene::Scene(const Family& of_family, std::uint64_t seed, std::uint64_t scaled_by)
    : family(of_family),
      scale(scaled_by),
      dice(seed, stream_name(family, "changes")),
      pages(scale * dice.log(family.pages)),
      values(Dice(seed, stream_name(family, "contents")), scale * dice.log(family.values)) {}

std::optional<std::string> Scene::some_space() {
  std::vector<std::string> names;
  for (const auto& [name, its_pages] : draft.spaces()) {
    if (!its_pages.empty()) names.push_back(name);
  }
  if (names.empty()) return std::nullopt;
  return dice.one_of(names);
}

std::optional<Piece> Scene::some_piece() {
  return some_piece({family.piece.least, scale * family.piece.most});
}

std::optional<Piece> Scene::some_piece(Range count) {
  const auto name = some_space();
  if (!name) return std::nullopt;
  const auto& mapped = draft.spaces().at(*name);
  Piece piece{*name, nth(mapped, dice.below(mapped.size()))->first, 1};
  const std::uint64_t wanted = dice.log(count);
  while (piece.count < wanted && mapped.contains(piece.start + piece.count)) ++piece.count;
  return piece;
}

std::optional<Piece> Scene::some_present() {
  constexpr int kTries = 20;
  for (int i = 0; i < kTries; ++i) {
    auto page = some_piece({1, 1});
    if (!page) return std::nullopt;
    if (draft.spaces().at(page->mm).at(page->start)) return page;
  }
  return std::nullopt;
}

std::uint64_t Scene::content_of(const Piece& page) const {
  const auto content = draft.spaces().at(page.mm).at(page.start);
  KSM_CHECK(content.has_value());
  return *content;
}

void Scene::set(const std::string& name, std::uint64_t value) {
  knobs[name] = value;
  draft.set(name, value);
}

std::uint64_t Scene::knob(const std::string& name) const {
  const auto at = knobs.find(name);
  return at == knobs.end() ? 0 : at->second;
}

void Scene::start() {
  if (dice.percent(20)) draft.row();
  draft.run(1);
  running = true;
}

void Scene::stop(int value) {
  draft.run(value);
  running = false;
}

}  // namespace ksmsim::live::random
