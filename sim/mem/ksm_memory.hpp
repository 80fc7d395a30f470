// Memory as KSM sees it: the truth to look at, and the few things that KSM does to it.
#pragma once
#include <cstdint>

#include "sim/mem/sites.hpp"

namespace ksmsim::mem {

class KsmMemory : public Sites {
 public:
  // ---- KSM pages. REQUIRES: has_page(site).
  // The site's page becomes a KSM page in place, for all sites that map it, without an owner.
  FrameId make_ksm(SiteId site);
  // A new KSM page with the content of the site's page, mapped by nobody yet: keep it only across
  // the remap() that follows (2.6.32).
  FrameId new_ksm_page(SiteId like);
  // Gives a KSM page an owner; REQUIRES: mark >= kFirstOwner.
  void set_owner(FrameId frame, KsmMark mark);
  void forget_gone() { frames_.forget_gone(); }
  // The owner lets go of the page, which may be gone already.
  void disown(FrameId frame);

  // ---- What sites map. REQUIRES: has_page(site).
  // The site maps `target` from now on.
  void remap(SiteId site, FrameId target);
  // The site maps the kernel's page of zeros from now on.
  void remap_to_zero_page(SiteId site);
  // Splits the huge page that the page is part of, if any. False: something holds it. Its pages of
  // zeros may be gone then, the site's as well.
  bool split_huge_page(SiteId site);

  // ---- Unmerging.
  // A KSM page or a page of zeros put there by KSM becomes a private copy; others stay. Nothing
  // for other pages.
  void break_sharing(SiteId site);
  // break_sharing for all pages of the mergeable regions of an address space.
  void break_sharing(MmId mm) { break_sharing(mm, PageIndex{0}, PageIndex{kPageIndexEnd}); }
  // While run is 2 KSM pages in the swap cache are copied instead of mapped.
  void set_unmerging(bool unmerging) { unmerging_ = unmerging; }

 protected:
  explicit KsmMemory(MemoryRules rules) : Sites(rules) {}

  void break_sharing(MmId mm, PageIndex start, PageIndex end);
  bool is_unmerging() const { return unmerging_; }

 private:
  bool unmerging_ = false;
};

}  // namespace ksmsim::mem
