// A vector of plain values that grows by fixed chunks: growing never copies, so the peak of memory
// is what is in use, and an element never moves. Copying copies all elements.
#pragma once
#include <array>
#include <cstddef>
#include <memory>
#include <type_traits>
#include <vector>

namespace ksmsim {

template <class T, std::size_t kChunk = 16384>
class ChunkedVector {
  static_assert((kChunk & (kChunk - 1)) == 0, "a power of two, so that an index is a shift");
  static_assert(std::is_trivially_copyable_v<T>);
  using Chunk = std::array<T, kChunk>;

 public:
  ChunkedVector() = default;
  ChunkedVector(const ChunkedVector& other) : size_(other.size_) {
    chunks_.reserve(other.chunks_.size());
    for (const auto& chunk : other.chunks_) chunks_.push_back(std::make_unique<Chunk>(*chunk));
  }
  ChunkedVector(ChunkedVector&& other) noexcept = default;
  ChunkedVector& operator=(ChunkedVector other) noexcept {
    chunks_.swap(other.chunks_);
    size_ = other.size_;
    return *this;
  }
  ~ChunkedVector() = default;

  std::size_t size() const { return size_; }
  // Makes room for `size` elements; new ones are T{}. Never shrinks.
  void grow_to(std::size_t size) {
    while (chunks_.size() * kChunk < size) chunks_.push_back(std::make_unique<Chunk>());
    if (size > size_) size_ = size;
  }
  void push_back(const T& value) {
    grow_to(size_ + 1);
    (*this)[size_ - 1] = value;
  }
  T& operator[](std::size_t i) { return (*chunks_[i / kChunk])[i % kChunk]; }
  const T& operator[](std::size_t i) const { return (*chunks_[i / kChunk])[i % kChunk]; }

 private:
  std::vector<std::unique_ptr<Chunk>> chunks_;
  std::size_t size_ = 0;
};

}  // namespace ksmsim
