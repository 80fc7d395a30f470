// A seekable stream over bytes in memory that are not copied.
#pragma once
#include <istream>
#include <memory>
#include <streambuf>
#include <string>
#include <utility>

namespace ksmsim::traces {

class MemoryBuffer : public std::streambuf {
 public:
  explicit MemoryBuffer(std::shared_ptr<const std::string> bytes) : bytes_(std::move(bytes)) {
    char* begin = const_cast<char*>(bytes_->data());  // A read buffer; streambuf knows no const.
    setg(begin, begin, begin + bytes_->size());
  }

 protected:
  pos_type seekoff(off_type offset, std::ios::seekdir from, std::ios::openmode) override {
    const off_type base = from == std::ios::beg   ? 0
                          : from == std::ios::cur ? gptr() - eback()
                                                  : egptr() - eback();
    const off_type place = base + offset;
    if (place < 0 || place > egptr() - eback()) return pos_type(off_type(-1));
    setg(eback(), eback() + place, egptr());
    return place;
  }
  pos_type seekpos(pos_type place, std::ios::openmode which) override {
    return seekoff(off_type(place), std::ios::beg, which);
  }

 private:
  std::shared_ptr<const std::string> bytes_;
};

class MemoryStream : public std::istream {
 public:
  explicit MemoryStream(std::shared_ptr<const std::string> bytes)
      : std::istream(nullptr), buffer_(std::move(bytes)) {
    rdbuf(&buffer_);
  }

 private:
  MemoryBuffer buffer_;
};

}  // namespace ksmsim::traces
