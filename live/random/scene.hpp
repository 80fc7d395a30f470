// What is known while a random script is written, and what its changes have in common.
#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>

#include "live/random/draft.hpp"
#include "live/random/family.hpp"
#include "live/random/values.hpp"

namespace ksmsim::live::random {

inline constexpr std::uint64_t kBlock = 512;          // Pages of a huge page.
inline constexpr std::uint64_t kNever = 4000000000u;  // A prune delay that no script outlives.

struct Scene {
  Scene(const Family& of_family, std::uint64_t seed, std::uint64_t scaled_by);

  const Family& family;
  std::uint64_t scale;  // Times so many pages as the family says.
  Dice dice;
  Draft draft;
  std::uint64_t pages;  // Of all address spaces at first.
  Values values;
  std::map<std::string, std::uint64_t> knobs;  // As set; not there: as at first.
  bool running = false;
  // Address spaces that a fork concerned, and pinned ranges by address space.
  std::set<std::string> forked;
  std::map<std::string, std::set<std::pair<std::uint64_t, std::uint64_t>>> pinned;

  // An address space with something mapped, if there is one.
  std::optional<std::string> some_space();
  // Mapped pages that lie together, as many as the family changes at a time or fewer.
  std::optional<Piece> some_piece();
  std::optional<Piece> some_piece(Range count);
  // A page that holds something.
  std::optional<Piece> some_present();
  std::uint64_t content_of(const Piece& page) const;

  void set(const std::string& name, std::uint64_t value);
  std::uint64_t knob(const std::string& name) const;
  void start();          // `run` 1.
  void stop(int value);  // `run` 0 or 2.
};

}  // namespace ksmsim::live::random
