// cereal's portable binary archive, writing to a string.
#pragma once
#include <cereal/archives/portable_binary.hpp>
#include <cereal/types/string.hpp>
#include <cereal/types/utility.hpp>
#include <cereal/types/vector.hpp>
#include <streambuf>
#include <string>

namespace ksmsim::traces {

class StringBuffer : public std::streambuf {
 public:
  std::string text;

 protected:
  int_type overflow(int_type c) override {
    if (!traits_type::eq_int_type(c, traits_type::eof())) text.push_back(static_cast<char>(c));
    return traits_type::not_eof(c);
  }
  std::streamsize xsputn(const char* from, std::streamsize size) override {
    text.append(from, static_cast<std::size_t>(size));
    return size;
  }
};

// bytes() begins with the archive's mark of little-endian numbers.
class StringOutput {
 public:
  template <class T>
  void save(const T& value) {
    archive_(value);
  }
  std::string& bytes() { return buffer_.text; }

 private:
  using Archive = cereal::PortableBinaryOutputArchive;

  StringBuffer buffer_;
  std::ostream stream_{&buffer_};
  Archive archive_{stream_, Archive::Options::LittleEndian()};
};

}  // namespace ksmsim::traces
