// A value of a class with virtual functions: copying it copies what it holds, by clone(). Const
// with what it holds. REQUIRES: it is not used after its contents have been moved away.
#pragma once
#include <memory>
#include <utility>

namespace ksmsim {

template <class T>
class Cloned {
 public:
  explicit Cloned(std::unique_ptr<T> held) : held_(std::move(held)) {}
  Cloned(const Cloned& other) : held_(other.held_->clone()) {}
  Cloned(Cloned&&) noexcept = default;
  Cloned& operator=(const Cloned& other) {
    if (this != &other) held_ = other.held_->clone();
    return *this;
  }
  Cloned& operator=(Cloned&&) noexcept = default;
  ~Cloned() = default;

  T& operator*() { return *held_; }
  const T& operator*() const { return *held_; }
  T* operator->() { return held_.get(); }
  const T* operator->() const { return held_.get(); }

 private:
  std::unique_ptr<T> held_;
};

}  // namespace ksmsim
