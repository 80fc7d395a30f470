// Numbers at fixed places of frames: little-endian.
#pragma once
#include <bit>
#include <cstring>
#include <string>
#include <string_view>

namespace ksmsim::traces {

static_assert(std::endian::native == std::endian::little, "numbers are copied as they are");

template <class T>
void put_number(std::string& bytes, T number) {
  bytes.append(reinterpret_cast<const char*>(&number), sizeof number);
}

// REQUIRES: the number lies within the bytes.
template <class T>
T get_number(std::string_view bytes, std::size_t at) {
  T number;
  std::memcpy(&number, bytes.data() + at, sizeof number);
  return number;
}

}  // namespace ksmsim::traces
