// Dumps, lists and packed bytes made up for tests, and what an import makes of them. Nothing here
// needs files.
#pragma once
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include <catch2/catch.hpp>
#include <cstdint>
#include <istream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "sim/input/operation_checker.hpp"
#include "traces/bytes.hpp"
#include "traces/hash_key.hpp"
#include "traces/moments/importer.hpp"

namespace ksmsim::traces::made_up {

using Operations = std::vector<input::TimedOperation>;

inline std::unique_ptr<std::istream> stream(const std::string& bytes) {
  return std::make_unique<std::istringstream>(bytes, std::ios::binary);
}

// Bytes that only go forwards, as those of a pipe do.
class Pipe : public std::istream {
 public:
  explicit Pipe(std::string bytes) : std::istream(nullptr), buffer_(std::move(bytes)) {
    rdbuf(&buffer_);
  }

 private:
  class Buffer : public std::stringbuf {
   public:
    explicit Buffer(std::string bytes) : std::stringbuf(std::move(bytes), std::ios::in) {}
    pos_type seekoff(off_type, std::ios::seekdir, std::ios::openmode) override { return -1; }
    pos_type seekpos(pos_type, std::ios::openmode) override { return -1; }
  };
  Buffer buffer_;
};

inline std::string zstd(const std::string& bytes) {
  std::string packed(ZSTD_compressBound(bytes.size()), '\0');
  packed.resize(ZSTD_compress(packed.data(), packed.size(), bytes.data(), bytes.size(), 3));
  return packed;
}

inline std::string gzip(const std::string& bytes) {
  z_stream z{};
  REQUIRE(deflateInit2(&z, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string packed(deflateBound(&z, bytes.size()), '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  z.avail_in = static_cast<uInt>(bytes.size());
  z.next_out = reinterpret_cast<Bytef*>(packed.data());
  z.avail_out = static_cast<uInt>(packed.size());
  REQUIRE(deflate(&z, Z_FINISH) == Z_STREAM_END);
  packed.resize(z.total_out);
  deflateEnd(&z);
  return packed;
}

inline std::string xz(const std::string& bytes) {
  std::string packed(lzma_stream_buffer_bound(bytes.size()), '\0');
  std::size_t size = 0;
  REQUIRE(lzma_easy_buffer_encode(0, LZMA_CHECK_CRC32, nullptr,
                                  reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(),
                                  reinterpret_cast<std::uint8_t*>(packed.data()), &size,
                                  packed.size()) == LZMA_OK);
  packed.resize(size);
  return packed;
}

// A page that begins with this number; 0 is the page of zeros.
inline std::string page(std::uint64_t number) {
  std::string bytes(kPageBytes, '\0');
  for (std::size_t at = 0; at < kPageBytes; at += 512) {
    for (std::size_t i = 0; i < 8; ++i) bytes[at + i] = static_cast<char>(number >> (8 * i));
  }
  return bytes;
}

inline std::string pages(const std::vector<std::uint64_t>& numbers) {
  std::string bytes;
  for (const std::uint64_t number : numbers) bytes += page(number);
  return bytes;
}

// An ELF core as QEMU writes it; every field can be set otherwise.
struct Core {
  struct Segment {
    std::uint64_t address = 0;
    std::string bytes;
    std::uint64_t memory_bytes = 0;  // 0: as many as there are.
  };
  std::vector<Segment> segments;
  std::string before_segments = std::string(1288 - 64, 'n');  // Notes; makes offsets odd.
  bool in_section = false;  // Count program headers in section header 0.

  // The file offset of a program header.
  std::uint64_t header_at(std::size_t i) const { return 64 + (in_section ? 64 : 0) + 56 * i; }

  std::string file() const {
    std::string out(
        "\x7f"
        "ELF\x02\x01\x01",
        7);
    out.resize(16, '\0');
    put_number<std::uint16_t>(out, 4);
    put_number<std::uint16_t>(out, 62);
    put_number<std::uint32_t>(out, 1);
    put_number<std::uint64_t>(out, 0);
    put_number<std::uint64_t>(out, header_at(0));
    put_number<std::uint64_t>(out, in_section ? 64 : 0);
    put_number<std::uint32_t>(out, 0);
    put_number<std::uint16_t>(out, 64);
    put_number<std::uint16_t>(out, 56);
    const auto count = static_cast<std::uint16_t>(segments.size() + 1);
    put_number<std::uint16_t>(out, in_section ? 0xffff : count);
    put_number<std::uint16_t>(out, in_section ? 64 : 0);
    put_number<std::uint16_t>(out, in_section ? 1 : 0);
    put_number<std::uint16_t>(out, 0);
    if (in_section) {
      std::string section(44, '\0');
      put_number<std::uint32_t>(section, count);
      section.resize(64, '\0');
      out += section;
    }
    std::uint64_t offset = header_at(count) + before_segments.size();
    put_header(out, 4, header_at(count), 0, before_segments.size(), before_segments.size());
    for (const Segment& s : segments) {
      put_header(out, 1, offset, s.address, s.bytes.size(),
                 s.memory_bytes > 0 ? s.memory_bytes : s.bytes.size());
      offset += s.bytes.size();
    }
    out += before_segments;
    for (const Segment& s : segments) out += s.bytes;
    return out;
  }

 private:
  static void put_header(std::string& out, std::uint32_t type, std::uint64_t offset,
                         std::uint64_t address, std::uint64_t bytes, std::uint64_t memory) {
    put_number(out, type);
    put_number<std::uint32_t>(out, 0);
    for (const std::uint64_t field : {offset, std::uint64_t{0}, address, bytes, memory}) {
      put_number(out, field);
    }
    put_number<std::uint64_t>(out, 0);
  }
};

// The bytes with a number put over them.
template <class T>
std::string with(std::string bytes, std::size_t at, T number) {
  std::string raw;
  put_number(raw, number);
  return bytes.replace(at, raw.size(), raw);
}

inline HashKey key(unsigned which = 1) {
  std::string bytes;
  for (unsigned i = 0; i < HashKey::kBytes; ++i) bytes += static_cast<char>(i * (2 * which + 1));
  return *HashKey::from_bytes(bytes);
}

inline moments::OpenTemp in_memory() {
  return []() -> Result<std::unique_ptr<std::iostream>> {
    return std::unique_ptr<std::iostream>{std::make_unique<std::stringstream>()};
  };
}

inline Time seconds(std::int64_t s) { return at_nanoseconds(s * 1'000'000'000); }

// A sink that keeps everything, after OperationChecker accepted it.
class Kept {
 public:
  moments::Sink sink() {
    return [this](const input::TimedOperation& timed) -> Result<void> {
      if (auto r = checker_.apply(timed); !r) return r;
      operations.push_back(timed);
      return {};
    };
  }
  Operations operations;

 private:
  input::OperationChecker checker_;
};

template <class Import>
Operations finished(Import& import) {
  Kept kept;
  const auto r = import.finish(kept.sink(), {});
  INFO((r ? "" : r.error().text));
  REQUIRE(r.ok());
  CHECK(import.operations() == kept.operations.size());
  return kept.operations;
}

// A whole import of these inputs: reports, header, operations.
template <class Imported, class Import, class Inputs>
Imported imported(Import import, const Inputs& inputs) {
  auto reports = import.read(inputs);
  INFO((reports ? "" : reports.error().text));
  REQUIRE(reports.ok());
  Imported all{std::move(*reports), import.header(), {}};
  CHECK(check_header(all.header).ok());
  all.operations = finished(import);
  return all;
}

// What the pages of all guests hold after the operations up to a time, by guest and page. Checks
// that nothing is written that is there already.
using Held = std::map<std::pair<std::string, std::uint64_t>, std::uint64_t>;

inline Held held_at(const Operations& operations, Time upto) {
  Held held;
  std::map<std::uint32_t, std::string> names;
  for (const auto& [at, operation] : operations) {
    if (at > upto) break;
    if (const auto* begin = std::get_if<input::Begin>(&operation)) {
      names[begin->mm.value] = begin->name;
    } else if (const auto* write = std::get_if<input::Write>(&operation)) {
      for (std::uint64_t i = 0; i < write->range.count.value; ++i) {
        auto& content =
            held.try_emplace({names[write->range.mm.value], write->range.start.value + i},
                             ~std::uint64_t{0})
                .first->second;
        CHECK(content != write->contents.of(i));
        content = write->contents.of(i);
      }
    } else if (const auto* discard = std::get_if<input::Discard>(&operation)) {
      for (std::uint64_t i = 0; i < discard->range.count.value; ++i) {
        const auto erased =
            held.erase({names[discard->range.mm.value], discard->range.start.value + i});
        CHECK(erased == 1);
      }
    }
  }
  return held;
}

template <class Kind>
std::vector<std::pair<Time, Kind>> all(const Operations& operations) {
  std::vector<std::pair<Time, Kind>> found;
  for (const auto& [at, operation] : operations) {
    if (const auto* op = std::get_if<Kind>(&operation)) found.emplace_back(at, *op);
  }
  return found;
}

}  // namespace ksmsim::traces::made_up
