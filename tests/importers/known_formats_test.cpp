#include "tests/importers/imported_dumps.hpp"

using namespace ksmsim;
using namespace ksmsim::traces;
using namespace ksmsim::traces::dumps;
using namespace ksmsim::traces::dumps::made_up;
using namespace std::string_view_literals;
using Catch::Matchers::Contains;

namespace {

// Pages of numbers, as of a small guest.
std::string memory(std::uint64_t count = 32) {
  std::string bytes;
  for (std::uint64_t i = 0; i < count; ++i) bytes += page(i % 11);
  return bytes;
}

std::string with_bytes(std::string file, std::size_t at, std::string_view bytes) {
  return file.replace(at, bytes.size(), bytes);
}

// Page 0 of a PC: the BIOS's interrupt vectors, and its data from 0x400 on.
std::string pc_memory() {
  std::string bytes = memory();
  bytes.replace(0, kPageBytes, std::string(kPageBytes, '\0'));
  for (std::size_t vector = 0; vector < 0x60; ++vector) {
    bytes.replace(4 * vector, 4, "\x53\xff\x00\xf0"sv);
  }
  return with_bytes(bytes, 0x400, "\xf8\x03\x00\x00"sv);
}

// A partition of Linux that can be booted.
constexpr auto kPartition = "\x80\x20\x21\x00\x83\xfe\xff\xff\x00\x08\x00\x00\x00\x00\x10\x00"sv;
constexpr auto kBootMark = "\x55\xaa"sv;

struct Known {
  std::size_t offset;
  std::string_view bytes;
  const char* said;
};

const Known kFiles[] = {
    {0, "VMA\0\0\0\0\1"sv, "Proxmox"},
    {0, "EMiL\1\0\0\0"sv, "LiME"},
    {0, "AVML\2\0\0\0"sv, "AVML"},
    {0, "HIBR"sv, "hiberfil.sys"},
    {0, "hibr"sv, "hiberfil.sys"},
    {0, "RSTR"sv, "hiberfil.sys"},
    {0, "WAKE"sv, "hiberfil.sys"},
    {0, "wake"sv, "hiberfil.sys"},
    {0, "\xd0\xbe\xd2\xbe"sv, ".vmem"},
    {0, "\xd1\xba\xd1\xba"sv, ".vmem"},
    {0, "\xd2\xbe\xd2\xbe"sv, ".vmem"},
    {0, "\xd3\xbe\xd3\xbe"sv, ".vmem"},
    {0, "\177VirtualBox SavedState V2.0\n"sv, "dumpvmcore"},
    {0, "LibxlFmt\0\0\0\2"sv, "Xen"},
    {0, "Xen saved domain, xl format\n \0 \r"sv, "Xen"},
    {0, "LinuxGuestRecord"sv, "Xen"},
    {0, "\xff\xff\xff\xff\xff\xff\xff\xffXENF\0\0\0\2"sv, "Xen"},
    {0, "\x14\x20\x28\x01"sv, "Hyper-V"},
    {0, "\x00\x00\x64\x86\x84\x19\x10\x07"sv, "Firecracker"},
    {0, "\x19\x43\x56\x54\x25\x40\x08\x56"sv, "CRIU"},
    {0, "\x16\x31\x31\x58"sv, "CRIU"},
    {0, "\x25\x40\x08\x56"sv, "CRIU"},
    {0, "LibvirtQemudSave"sv, "--memory-only"},
    {0, "LibvirtQemudPart"sv, "--memory-only"},
    {0, "QEVM\0\0\0\3"sv, "migration stream"},
    {0, "KDUMP   \6"sv, "kdump"},
    {0, "DISKDUMP"sv, "diskdump"},
    {0, "makedumpfile\0"sv, "flattened"},
    {0, "PAGEDUMP"sv, "Windows"},
    {0, "PAGEDU64"sv, "Windows"},
    {0, "\xcf\xfa\xed\xfe\x07\0\0\1"sv, "Mach-O"},
    {4086, "S1SUSPEND"sv, "hibernated"},
    {0, "QFI\xfb\0\0\0\3"sv, "qcow2"},
    {0, "KDMV\1\0\0\0"sv, "VMDK"},
    {0, "<<< Oracle VM VirtualBox Disk Image >>>\n"sv, "VDI"},
    {64, "\x7f\x10\xda\xbe"sv, "VDI"},
    {0, "conectix"sv, "VHD"},
    {0, "vhdxfile"sv, "VHDX"},
    {0, "EVF\x09\x0d\x0a\xff\x00"sv, "EWF"},
    {0, "EVF2\x0d\x0a\x81\x00"sv, "EWF"},
    {512, "EFI PART"sv, "GPT"},
    {32769, "CD001\1"sv, "ISO"},
    {1080, "\x53\xef"sv, "ext4"},
    {0, "XFSB\0\0\x10\0"sv, "xfs"},
    {65600, "_BHRfS_M"sv, "btrfs"},
    {3, "NTFS    "sv, "NTFS"},
    {82, "FAT32   "sv, "FAT"},
    {54, "FAT16   "sv, "FAT"},
    {0, "hsqs"sv, "squashfs"},
    {0, "LUKS\xba\xbe\0\2"sv, "LUKS"},
    {512, "LABELONE"sv, "LVM"},
    {4086, "SWAPSPACE2"sv, "swap"},
    {0, "BZh91AY&SY"sv, "bzip2"},
    {0, "\x04\x22\x4d\x18"sv, "lz4"},
    {0, "\x89LZO\0\x0d\x0a\x1a\x0a"sv, "lzop"},
    {0, "\x5d\0\0\x80\0"sv, "lzma"},
    {0, "\x78\x9c"sv, "zlib"},
    {0, "7z\xbc\xaf\x27\x1c"sv, "7z"},
    {0, "Rar!\x1a\x07\x01\0"sv, "rar"},
    {0, "PK\3\4"sv, "zip"},
    {257, "ustar"sv, "tar"},
    {0, "070701"sv, "cpio"},
    {0, "\xc7\x71"sv, "cpio"},
    {0, "\x89KSM\x0d\x0a\x1a\x0a"sv, "trace"},
};

}  // namespace

TEST_CASE("a file with a signature of something else is refused by name and byte") {
  for (const Known& known : kFiles) {
    INFO(known.said << " at " << known.offset);
    const std::string file = with_bytes(memory(), known.offset, known.bytes);
    for (const std::string& text : {refusal(file), refusal(piped(file))}) {
      CHECK_THAT(text, Contains(known.said) && Contains(": byte ") && Contains("--format raw"));
    }
  }
}

TEST_CASE("what is packed is known by what comes out of it") {
  for (const Known& known : kFiles) {
    INFO(known.said << " at " << known.offset);
    const std::string file = with_bytes(memory(), known.offset, known.bytes);
    for (const std::string& packed : {zstd(file), gzip(file), xz(file)}) {
      CHECK_THAT(refusal(packed), Contains(known.said));
    }
  }
}

TEST_CASE("a file that is shorter than a page is known by its signature all the same") {
  CHECK_THAT(refusal(std::string("PK\3\4")), Contains("zip"));
  CHECK_THAT(refusal(std::string("QEVM\0\0\0\3", 8)), Contains("migration stream"));
}

TEST_CASE("text is no memory, and a page of text in memory is memory") {
  std::string text;
  while (text.size() < 100'000) text += "620f0b67a91f7f74151bc5be745b7110 \xc3\xbc\r\n";
  CHECK_THAT(refusal(text), Contains("byte 0: text; it is no memory"));
  CHECK_THAT(refusal(zstd(text)), Contains("text"));
  CHECK_THAT(refusal(std::string("hello\n")), Contains("text"));
  const std::string in_memory = with_bytes(memory(), 0, text.substr(0, kPageBytes));
  CHECK(import(in_memory).reports[0].counts.all.present == 32);
}

TEST_CASE("what is packed twice is refused with both packings") {
  CHECK_THAT(refusal(xz(xz(memory()))), Contains("by xz inside xz") && Contains("unpack it once"));
  CHECK_THAT(refusal(zstd(gzip(memory()))), Contains("by gzip inside zstd"));
  CHECK_THAT(refusal(gzip(zstd(memory()))), Contains("by zstd inside gzip"));
  CHECK_THAT(refusal(piped(gzip(xz(memory())))), Contains("by xz inside gzip"));
}

TEST_CASE("a fixed VHD is known by its footer, however long the disk is") {
  const std::string footer = with_bytes(std::string(512, '\0'), 0, "conectix");
  for (const std::uint64_t count : {1U, 32U, 63U, 64U, 65U, 128U}) {
    INFO(count << " pages");
    const std::string disk = memory(count);
    for (const std::string& file :
         {disk + footer, disk.substr(0, disk.size() - footer.size()) + footer}) {
      const std::string said = "byte " + std::to_string(file.size() - 512) + ": a VHD";
      CHECK_THAT(refusal(file), Contains(said));
      CHECK_THAT(refusal(piped(file)), Contains(said));
      CHECK_THAT(refusal(xz(file)), Contains(said));
    }
  }
}

TEST_CASE("a disk with partitions is refused, and one with a boot sector") {
  const std::string empty(kPageBytes * 4, '\0');
  const std::string disk = with_bytes(with_bytes(empty, 446, kPartition), 510, kBootMark);
  CHECK_THAT(refusal(disk), Contains("byte 510") && Contains("MBR"));
  const std::string jump = with_bytes(with_bytes(empty, 0, "\xeb\x3c\x90"sv), 510, kBootMark);
  CHECK_THAT(refusal(jump), Contains("byte 510") && Contains("boot sector"));
}

TEST_CASE("the memory of a PC is memory, with a boot sector in it too") {
  const std::string boot =
      with_bytes(with_bytes(std::string(512, '\x90'), 446, kPartition), 510, kBootMark);
  for (const std::string& bytes :
       {pc_memory(), with_bytes(pc_memory(), 0x7c00, boot), with_bytes(memory(), 0x7c00, boot),
        with_bytes(pc_memory(), 510, kBootMark), with_bytes(memory(), 510, kBootMark), memory(1)}) {
    const Imported imported = import(bytes);
    CHECK(imported.reports[0].format == Format::raw);
    CHECK(imported.reports[0].counts.all.present == bytes.size() / kPageBytes);
  }
}

// Where RAM begins on ARM and RISC-V, QEMU puts a device tree or a kernel, which is a PE file.
TEST_CASE("memory that begins with a device tree or a kernel is memory") {
  CHECK(import(with_bytes(memory(), 0, "\xd0\x0d\xfe\xed"sv)).reports[0].format == Format::raw);
  const std::string kernel = with_bytes(with_bytes(memory(), 0, "MZ"), 56, "ARM\x64"sv);
  CHECK(import(kernel).reports[0].format == Format::raw);
}

TEST_CASE("a file is read as memory all the same where that is said") {
  DumpOptions raw = options();
  raw.format = Format::raw;
  for (const Known& known : kFiles) {
    INFO(known.said << " at " << known.offset);
    const std::string file = with_bytes(memory(), known.offset, known.bytes);
    CHECK(import(file, raw).reports[0].counts.all.present == 32);
  }
  const std::string footer = with_bytes(std::string(512, '\0'), 0, "conectix");
  CHECK(import(memory() + footer, raw).reports[0].counts.all.present == 33);
}

TEST_CASE("a raw image that hardly is memory is read with a remark") {
  const auto remarks = [](const std::string& bytes) {
    std::string text;
    const Imported imported = import(bytes);
    for (const std::string& remark : imported.reports[0].remarks) text += remark + "\n";
    return text;
  };
  CHECK(remarks(memory(256)).empty());
  CHECK_THAT(remarks(memory(255)), Contains("1044480 bytes are no whole number of MiB"));
  std::string different;
  for (std::uint64_t i = 1; i <= 256; ++i) different += page(i);
  const std::string remark = "hardly a page of it is zero or equal to another";
  CHECK_THAT(remarks(different), Contains(remark));
  // A page of padding does not hide it, some pages are memory's.
  CHECK_THAT(remarks(with_bytes(different, 0, page(2))), Contains(remark));
  CHECK_THAT(remarks(with_bytes(different, 0, page(0))), Contains(remark));
  CHECK(remarks(with_bytes(different, 0, page(0) + page(0) + page(0))).empty());
  Core core;
  core.segments = {{0, different, 0}};
  CHECK(remarks(core.file()).empty());
}
