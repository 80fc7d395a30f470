// The place of a controller, as a value: a copy has a controller of its own with the same state.
#pragma once
#include <memory>
#include <utility>

#include "sim/host/controller.hpp"

namespace ksmsim::host {

class ControllerSlot {
 public:
  ControllerSlot() = default;
  explicit ControllerSlot(std::unique_ptr<Controller> controller)
      : controller_(std::move(controller)) {}
  ControllerSlot(const ControllerSlot& other)
      : controller_(other.controller_ ? other.controller_->clone() : nullptr) {}
  ControllerSlot(ControllerSlot&&) noexcept = default;
  ControllerSlot& operator=(const ControllerSlot& other) { return *this = ControllerSlot(other); }
  ControllerSlot& operator=(ControllerSlot&&) noexcept = default;
  ~ControllerSlot() = default;

  explicit operator bool() const { return controller_ != nullptr; }
  Controller* operator->() const { return controller_.get(); }

 private:
  std::unique_ptr<Controller> controller_;
};

}  // namespace ksmsim::host
