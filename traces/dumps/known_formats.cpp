// Sources: the formats' own documents and headers (QEMU, libvirt, VirtualBox, Xen, CRIU, Linux,
// FreeBSD, Proxmox, AVML, LiME, Firecracker, gVisor), for VMware and Hyper-V those who read their
// files (Volatility, dissect.hypervisor, hibr2bin), and for the rest the database of file(1).
#include "traces/dumps/known_formats.hpp"

#include <algorithm>
#include <iterator>

#include "traces/bytes.hpp"
#include "traces/format.hpp"

namespace ksmsim::traces::dumps {
namespace {

using namespace std::string_view_literals;

constexpr const char* kPlainCore = "make an ELF core: dump-guest-memory without -z, -l, -s";
constexpr const char* kNoWindows = "make an ELF core: dump-guest-memory without -w";
constexpr const char* kCore = "make an ELF core: dump-guest-memory, virsh dump --memory-only";
constexpr const char* kConvert = "turn it into a raw image or an ELF core";
constexpr const char* kVmware = "the memory is in the .vmem file beside it, a raw image";
constexpr const char* kVirtualBox = "make an ELF core: VBoxManage debugvm NAME dumpvmcore";
constexpr const char* kProcess = "it holds processes and not a guest's memory";
constexpr const char* kDisk = "it is no memory; dump the guest's memory";
constexpr const char* kOther = "it is no memory";
constexpr const char* kUnpack = "unpack it (zstd, gzip and xz are read as they are)";
constexpr const char* kExtract = "take the dump out of it";
constexpr const char* kDecrypt = "decrypt it";
constexpr const char* kTrace = "run it: --trace FILE";

struct Signature {
  std::uint64_t offset;
  std::string_view bytes;
  const char* what;
  const char* instead;
};

// Where a file fits several, the first one names it.
constexpr Signature kSignatures[] = {
    // Dumps of memory in other forms.
    {0, "KDUMP   "sv, "a kdump-compressed dump", kPlainCore},
    {0, "DISKDUMP"sv, "a diskdump", kCore},
    {0, "makedumpfile"sv, "a flattened kdump", kPlainCore},
    {0, "\xed\x23\x8f\x61\x73\x01\x19\xa8"sv, "an LKCD dump", kConvert},
    {0, "\xa8\x19\x01\x73\x61\x8f\x23\xfd"sv, "a dump of s390", kConvert},
    {0, "EMiL"sv, "a LiME image", kConvert},
    {0, "LiME"sv, "a LiME image", kConvert},
    {0, "AVML"sv, "a compressed AVML image", kConvert},
    {0, "HPAK"sv, "an HPAK image", kConvert},
    {0, "PAGEDU64"sv, "a Windows crash dump", kNoWindows},
    {0, "PAGEDUMP"sv, "a Windows crash dump", kNoWindows},
    {0, "MDMP"sv, "a minidump of a Windows process", kProcess},
    {0, "HIBR"sv, "a Windows hibernation file (hiberfil.sys)", kConvert},
    {0, "hibr"sv, "a Windows hibernation file (hiberfil.sys)", kConvert},
    {0, "RSTR"sv, "a Windows hibernation file (hiberfil.sys)", kConvert},
    {0, "rstr"sv, "a Windows hibernation file (hiberfil.sys)", kConvert},
    {0, "WAKE"sv, "a Windows hibernation file (hiberfil.sys)", kConvert},
    {0, "wake"sv, "a Windows hibernation file (hiberfil.sys)", kConvert},
    {0, "HORM"sv, "a Windows hibernation file (hiberfil.sys)", kConvert},
    {0, "FreeBSD Kernel Dump"sv, "a kernel dump of FreeBSD", kConvert},
    {0, "minidump FreeBSD"sv, "a minidump of FreeBSD", kConvert},
    {0, "\xfe\xed\xfa\xce"sv, "a Mach-O file", kConvert},
    {0, "\xfe\xed\xfa\xcf"sv, "a Mach-O file", kConvert},
    {0, "\xce\xfa\xed\xfe"sv, "a Mach-O file", kConvert},
    {0, "\xcf\xfa\xed\xfe"sv, "a Mach-O file", kConvert},
    {0, "\xed\xeb\x0f\xf0"sv, "a core dump of Xen", kConvert},
    {0, "\xee\xeb\x0f\xf0"sv, "a core dump of Xen", kConvert},
    // Saved and moving guests.
    {0, "LibvirtQemudSave"sv, "a saved domain of libvirt", kCore},
    {0, "LibvirtQemudPart"sv, "a domain that libvirt saved in part", kCore},
    {0, "QEVM"sv, "a migration stream of QEMU", kCore},
    {0, "VMA\0"sv, "a Proxmox backup (.vma)", kDisk},
    {0, "\x2f\x7f\x41\xed\x91\xfd\x0f\xcd"sv, "an index of Proxmox Backup Server", kDisk},
    {0, "\x1c\x91\x4e\xa5\x19\xba\xb3\xcd"sv, "an index of Proxmox Backup Server", kDisk},
    {0, "\xd0\xbe\xd2\xbe"sv, "a saved state of VMware (.vmss, .vmsn)", kVmware},
    {0, "\xd2\xbe\xd0\xbe"sv, "a saved state of VMware (.vmss, .vmsn)", kVmware},
    {0, "\xd1\xba\xd1\xba"sv, "a saved state of VMware (.vmss, .vmsn)", kVmware},
    {0, "\xd1\xba\xd1\xbe"sv, "a saved state of VMware (.vmss, .vmsn)", kVmware},
    {0, "\xd2\xbe\xd2\xbe"sv, "a saved state of VMware (.vmss, .vmsn)", kVmware},
    {0, "\xd2\xba\xd2\xbe"sv, "a saved state of VMware (.vmss, .vmsn)", kVmware},
    {0, "\xd3\xbe\xd3\xbe"sv, "a saved state of VMware (.vmss, .vmsn)", kVmware},
    {0, "\177VirtualBox SavedState"sv, "a saved state of VirtualBox (.sav)", kVirtualBox},
    {0, "VirtualBox SavedState"sv, "a saved state of VirtualBox (.sav)", kVirtualBox},
    {0, "LibxlFmt"sv, "a saved domain of Xen", kConvert},
    {0, "libvirt-xml\n \0 \r"sv, "a domain of Xen saved by libvirt", kConvert},
    {0, "Xen saved domain"sv, "a saved domain of Xen", kConvert},
    {0, "LinuxGuestRecord"sv, "a saved domain of Xen", kConvert},
    {0, "\xff\xff\xff\xff\xff\xff\xff\xffXENF"sv, "a migration stream of Xen", kConvert},
    {0, "\xff\xff\xff\xff\xff\xff\xff\xff\x46NEX"sv, "a migration stream of Xen", kConvert},
    {0, "\x14\x20\x28\x01"sv, "a saved state of Hyper-V (.vmrs, .vmcx)", kConvert},
    {2, "\x64\x86\x84\x19\x10\x07"sv, "a state of Firecracker", "use its memory file"},
    {2, "\xaa\xaa\x84\x19\x10\x07"sv, "a state of Firecracker", "use its memory file"},
    {0, "gVisorSF"sv, "a checkpoint of gVisor", kProcess},
    {0, "\x19\x43\x56\x54"sv, "an image of CRIU", kProcess},
    {0, "\x40\x59\x10\x55"sv, "an image of CRIU", kProcess},
    {0, "\x25\x40\x08\x56"sv, "an image of CRIU (pagemap)", kProcess},
    {0, "\x16\x31\x31\x58"sv, "an image of CRIU (inventory)", kProcess},
    {0, "\x47\x38\x05\x55"sv, "an image of CRIU (core)", kProcess},
    {0, "\x20\x28\x49\x57"sv, "an image of CRIU (mm)", kProcess},
    {4086, "S1SUSPEND"sv, "a hibernated Linux in its swap space", kConvert},
    {4086, "S2SUSPEND"sv, "a hibernated Linux in its swap space", kConvert},
    {4086, "ULSUSPEND"sv, "a hibernated Linux in its swap space", kConvert},
    {4086, "LINHIB0001"sv, "a hibernated Linux in its swap space", kConvert},
    // Images of disks.
    {0, "QFI\xfb"sv, "a qcow2 disk image", kDisk},
    {0, "QED\0"sv, "a QED disk image", kDisk},
    {0, "KDMV"sv, "a VMDK disk image", kDisk},
    {0, "COWD"sv, "a VMDK disk image", kDisk},
    {0, "\xbe\xba\xfe\xca\0\0\0\0"sv, "a VMDK disk image", kDisk},
    {0, "# Disk DescriptorFile"sv, "the description of a VMDK disk image", kDisk},
    {64, "\x7f\x10\xda\xbe"sv, "a VDI disk image", kDisk},
    {0, "<<< "sv, "a VDI disk image", kDisk},
    {0, "vhdxfile"sv, "a VHDX disk image", kDisk},
    {0, "conectix"sv, "a VHD disk image", kDisk},
    {0, "WithoutFreeSpace"sv, "a Parallels disk image", kDisk},
    {0, "WithouFreSpacExt"sv, "a Parallels disk image", kDisk},
    {0, "Bochs Virtual HD Image"sv, "a Bochs disk image", kDisk},
    {0, "\x3a\xff\x26\xed"sv, "a sparse image of Android", kDisk},
    {0, "MSWIM\0\0\0"sv, "a WIM image", kDisk},
    {0, "partclone-image"sv, "a Partclone image", kDisk},
    {0, "EVF"sv, "an EWF image (.E01)", kConvert},
    {0, "LVF\t"sv, "an EWF image (.L01)", kConvert},
    {0, "LEF2"sv, "an EWF image (.Lx01)", kConvert},
    {0, "AFF"sv, "an AFF image", kConvert},
    // Partitions and file systems.
    {512, "EFI PART"sv, "a disk with a partition table (GPT)", kDisk},
    {4096, "EFI PART"sv, "a disk with a partition table (GPT)", kDisk},
    {512, "PM\0\0"sv, "a disk with a partition map of Apple", kDisk},
    {512, "\x57\x45\x56\x82"sv, "a disk with a label of BSD", kDisk},
    {32769, "CD001"sv, "an ISO image", kDisk},
    {32769, "BEA01"sv, "a UDF image", kDisk},
    {1080, "\x53\xef"sv, "a file system (ext2, ext3 or ext4)", kDisk},
    {0, "XFSB"sv, "a file system (xfs)", kDisk},
    {65600, "_BHRfS_M"sv, "a file system (btrfs)", kDisk},
    {3, "NTFS    "sv, "a file system (NTFS)", kDisk},
    {3, "ReFS\0"sv, "a file system (ReFS)", kDisk},
    {3, "EXFAT   "sv, "a file system (exFAT)", kDisk},
    {3, "-FVE-FS-"sv, "an encrypted disk (BitLocker)", kDisk},
    {54, "FAT12   "sv, "a file system (FAT)", kDisk},
    {54, "FAT16   "sv, "a file system (FAT)", kDisk},
    {54, "FAT     "sv, "a file system (FAT)", kDisk},
    {82, "FAT32   "sv, "a file system (FAT)", kDisk},
    {0, "hsqs"sv, "a file system (squashfs)", kDisk},
    {0, "sqsh"sv, "a file system (squashfs)", kDisk},
    {0, "\x45\x3d\xcd\x28"sv, "a file system (cramfs)", kDisk},
    {0, "-rom1fs-"sv, "a file system (romfs)", kDisk},
    {1024, "\xe2\xe1\xf5\xe0"sv, "a file system (erofs)", kDisk},
    {1024, "\x10\x20\xf5\xf2"sv, "a file system (f2fs)", kDisk},
    {1024, "H+\0\4"sv, "a file system (HFS+)", kDisk},
    {1024, "HX\0\5"sv, "a file system (HFSX)", kDisk},
    {32, "NXSB"sv, "a file system (APFS)", kDisk},
    {32768, "JFS1"sv, "a file system (jfs)", kDisk},
    {65588, "ReIsEr"sv, "a file system (reiserfs)", kDisk},
    {65536, "\x01\x16\x19\x70"sv, "a file system (gfs2)", kDisk},
    {4120, "\xc6\x85\x73\xf6"sv, "a disk of bcache or bcachefs", kDisk},
    {0, "LUKS\xba\xbe"sv, "an encrypted disk (LUKS)", kDisk},
    {0, "LABELONE"sv, "a physical volume of LVM", kDisk},
    {512, "LABELONE"sv, "a physical volume of LVM", kDisk},
    {1024, "LABELONE"sv, "a physical volume of LVM", kDisk},
    {1536, "LABELONE"sv, "a physical volume of LVM", kDisk},
    {0, "\xfc\x4e\x2b\xa9"sv, "a part of a Linux RAID", kDisk},
    {4096, "\xfc\x4e\x2b\xa9"sv, "a part of a Linux RAID", kDisk},
    {4086, "SWAPSPACE2"sv, "swap space", kDisk},
    {4086, "SWAP-SPACE"sv, "swap space", kDisk},
    {514, "HdrS"sv, "a Linux kernel (bzImage)", kOther},
    // Packed, in archives, encrypted. zstd, gzip and xz are known to the Unpacker.
    {0, "BZh"sv, "packed by bzip2", kUnpack},
    {0, "\x04\x22\x4d\x18"sv, "packed by lz4", kUnpack},
    {0, "\x02\x21\x4c\x18"sv, "packed by lz4", kUnpack},
    {0, "\x89LZO\0\r\n\x1a\n"sv, "packed by lzop", kUnpack},
    {0, "\x5d\0\0"sv, "packed by lzma", kUnpack},
    {0, "LZIP"sv, "packed by lzip", kUnpack},
    {0, "LRZI"sv, "packed by lrzip", kUnpack},
    {0, "\xff\x06\0\0sNaPpY"sv, "packed by snappy", kUnpack},
    {0, "\x1f\x9d"sv, "packed by compress", kUnpack},
    {0, "\x1f\xa0"sv, "packed by compress", kUnpack},
    {0, "\x1f\x1e"sv, "packed by pack", kUnpack},
    {0, "\x78\x01"sv, "packed by zlib", kUnpack},
    {0, "\x78\x5e"sv, "packed by zlib", kUnpack},
    {0, "\x78\x9c"sv, "packed by zlib", kUnpack},
    {0, "\x78\xda"sv, "packed by zlib", kUnpack},
    {0, "7kSt"sv, "packed by zpaq", kUnpack},
    {0, "zPQ"sv, "packed by zpaq", kUnpack},
    {0, "PK\3\4"sv, "a zip archive", kExtract},
    {0, "PK\5\6"sv, "a zip archive", kExtract},
    {0, "PK\7\10"sv, "a zip archive", kExtract},
    {0, "Rar!\x1a\x07"sv, "a rar archive", kExtract},
    {0, "7z\xbc\xaf\x27\x1c"sv, "a 7z archive", kExtract},
    {0, "xar!"sv, "a xar archive", kExtract},
    {0, "MSCF"sv, "a cabinet archive", kExtract},
    {0, "!<arch>\n"sv, "an ar archive", kExtract},
    {257, "ustar"sv, "a tar archive", kExtract},
    {0, "070701"sv, "a cpio archive", kExtract},
    {0, "070702"sv, "a cpio archive", kExtract},
    {0, "070707"sv, "a cpio archive", kExtract},
    {0, "\xc7\x71"sv, "a cpio archive", kExtract},
    {0, "Salted__"sv, "encrypted by openssl", kDecrypt},
    {0, "age-encryption.org/"sv, "encrypted by age", kDecrypt},
    {0, "-----BEGIN "sv, "text in armour (PEM, PGP)", kDecrypt},
    // What else lies beside dumps.
    {0, kMagic, "a trace of ksmsim", kTrace},
    {0, "SQLite format 3\0"sv, "a database (SQLite)", kOther},
    {0, "PERFILE2"sv, "a recording of perf", kOther},
    {0, "\xd4\xc3\xb2\xa1"sv, "a capture of packets (pcap)", kOther},
    {0, "\x0a\x0d\x0d\x0a"sv, "a capture of packets (pcapng)", kOther},
    {0, "<?xml"sv, "an XML document", kOther},
    {0, "%PDF-"sv, "a PDF document", kOther},
    {0, "\x89PNG\r\n"sv, "a picture (PNG)", kOther},
    {0, "\xff\xd8\xff"sv, "a picture (JPEG)", kOther},
};

// Offsets from the end of the file.
constexpr Signature kEndSignatures[] = {
    {512, "conectix"sv, "a VHD disk image", kDisk},
    {511, "conectix"sv, "a VHD disk image", kDisk},
    {512, "koly"sv, "an Apple disk image (.dmg)", kDisk},
};

constexpr bool fit_in_the_begin() {
  return std::all_of(std::begin(kSignatures), std::end(kSignatures),
                     [](const Signature& s) { return s.offset + s.bytes.size() <= kBeginBytes; });
}
static_assert(fit_in_the_begin());

constexpr std::size_t kBootMarkAt = 510, kPartitionsAt = 446, kPartitionBytes = 16;

// Four entries of an MBR: each is active or not, and is empty or has a type and sectors. Page 0 of
// a PC holds interrupt vectors here; even if the mark at 510 comes to stand among them, they are
// hardly such entries.
bool are_partitions(std::string_view entries) {
  bool any = false;
  for (; !entries.empty(); entries.remove_prefix(kPartitionBytes)) {
    const bool active_or_not = entries[0] == '\0' || entries[0] == '\x80';
    const bool has_type = entries[4] != '\0';
    const bool has_sectors = get_number<std::uint32_t>(entries, 12) != 0;
    if (!active_or_not || has_type != has_sectors) return false;
    any = any || has_type;
  }
  return any;
}

// The first sector of a disk or a file system that a PC can boot from. The mark alone says little:
// it takes a jump over the file system's parameters, or partitions.
bool is_boot_sector(std::string_view begin) {
  if (begin.size() < kBootMarkAt + 2 || begin.substr(kBootMarkAt, 2) != "\x55\xaa"sv) return false;
  const bool jumps = begin[0] == '\xe9' || (begin[0] == '\xeb' && begin[2] == '\x90');
  return jumps || are_partitions(begin.substr(kPartitionsAt, kBootMarkAt - kPartitionsAt));
}

// Memory has bytes of zero, and others that no text has.
bool is_text(std::string_view begin) {
  constexpr auto kLayout = "\t\n\v\f\r"sv;
  return !begin.empty() && std::all_of(begin.begin(), begin.end(), [kLayout](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= ' ' && byte != 0x7f) || kLayout.find(c) != std::string_view::npos;
  });
}

}  // namespace

std::optional<KnownFile> known_by_begin(std::string_view begin) {
  for (const Signature& s : kSignatures) {
    if (s.offset < begin.size() && begin.substr(s.offset).starts_with(s.bytes)) {
      return KnownFile{s.offset, s.what, s.instead};
    }
  }
  if (is_boot_sector(begin)) {
    return KnownFile{kBootMarkAt, "a disk with a boot sector or partitions (MBR)", kDisk};
  }
  if (is_text(begin)) return KnownFile{0, "text", kOther};
  return std::nullopt;
}

std::optional<KnownFile> known_by_end(std::string_view end, std::uint64_t size) {
  for (const Signature& s : kEndSignatures) {
    if (s.offset <= end.size() && end.substr(end.size() - s.offset).starts_with(s.bytes)) {
      return KnownFile{size - s.offset, s.what, s.instead};
    }
  }
  return std::nullopt;
}

}  // namespace ksmsim::traces::dumps
