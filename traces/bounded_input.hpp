// Loads what cereal's PortableBinaryOutputArchive saved, from bytes in memory that nobody vouches
// for. cereal's own archive resizes a container to whatever length the bytes claim; this one checks
// each length against the bytes that are left.
//
// The first thing that does not fit makes ok() false for good; everything loaded after it is zero
// or empty. The caller looks at ok() before it uses what was loaded.
#pragma once
#include <bit>
#include <cereal/archives/portable_binary.hpp>
#include <cereal/cereal.hpp>
#include <cereal/types/common.hpp>
#include <cereal/types/utility.hpp>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace ksmsim::traces {

static_assert(std::endian::native == std::endian::little, "numbers are loaded as they are");

// What the archive writes first: that its numbers are little-endian.
inline constexpr char kLittleEndianMark = 1;

class BoundedInput : public cereal::InputArchive<BoundedInput, cereal::AllowEmptyClassElision> {
 public:
  // `bytes` stay there as long as this object is used.
  explicit BoundedInput(std::string_view bytes)
      : cereal::InputArchive<BoundedInput, cereal::AllowEmptyClassElision>(this), bytes_(bytes) {}

  bool ok() const { return ok_; }
  std::size_t position() const { return position_; }
  std::size_t left() const { return bytes_.size() - position_; }

  void skip(std::size_t size) {
    if (size > left()) return fail();
    position_ += size;
  }
  void take(void* to, std::size_t size) {
    if (!ok_ || size > left()) return fail();
    if (size > 0) std::memcpy(to, bytes_.data() + position_, size);
    position_ += size;
  }
  // A length, of elements that take at least `least_bytes` each; 0 if they cannot all be there.
  std::size_t take_length(std::size_t least_bytes) {
    std::uint64_t length = 0;
    take(&length, sizeof length);
    if (length > left() / least_bytes) fail();
    return ok_ ? static_cast<std::size_t>(length) : 0;
  }

 private:
  void fail() { ok_ = false; }

  std::string_view bytes_;
  std::size_t position_ = 0;
  bool ok_ = true;
};

template <class T>
std::enable_if_t<std::is_arithmetic_v<T>> load(BoundedInput& in, T& number) {
  number = T{};
  in.take(&number, sizeof number);
}

template <class T>
void load(BoundedInput& in, cereal::NameValuePair<T>& named) {
  in(named.value);
}

inline void load(BoundedInput& in, std::string& text) {
  text.resize(in.take_length(1));
  in.take(text.data(), text.size());
}

// Grows with what is really there, since an element may be larger in memory than in the bytes.
template <class T>
void load(BoundedInput& in, std::vector<T>& elements) {
  elements.clear();
  if constexpr (std::is_arithmetic_v<T>) {
    elements.resize(in.take_length(sizeof(T)));
    in.take(elements.data(), elements.size() * sizeof(T));
  } else {
    const std::size_t length = in.take_length(1);
    for (std::size_t i = 0; i < length && in.ok(); ++i) in(elements.emplace_back());
  }
}

}  // namespace ksmsim::traces

// Enumerations are loaded as what the archive saved them as.
template <>
struct cereal::traits::detail::get_output_from_input<ksmsim::traces::BoundedInput> {
  using type = cereal::PortableBinaryOutputArchive;
};
