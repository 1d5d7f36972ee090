// The queue behind the tiers, with work that is held up at will.
#include "engine/transfers.h"

#include "event_log.h"
#include "testing.h"
#include "tests.h"

namespace unkick::testing {

namespace {

using Events = std::vector<std::string>;

const Span kHere = {0, 0, 100}, kBehind = {0, 100, 100}, kAcross = {0, 90, 20}, kFile = {2, 0, 1}, kOtherFile = {2, 1, 1};

void writtenBeforeRead() {
  EventLog log;
  Transfers transfers;
  transfers.start(Transfers::Disk, {kHere, kFile}, [&] {
    log.await("asked for the read");
    log.add("write");
  });
  transfers.start(Transfers::Disk, {kFile, kBehind}, [&] { log.add("read"); });
  log.add("asked for the read");  // neither call has waited
  transfers.wait(kBehind);
  expect(log.events() == Events{"asked for the read", "write", "read"}, "a read waits for its write, and its reader for it");
}

void slowDisk() {
  EventLog log;
  Transfers transfers;
  transfers.start(Transfers::Disk, {kHere, kFile}, [&] {
    log.await("the way is free");
    log.add("disk");
  });
  transfers.start(Transfers::Memory, {kBehind}, [&] { log.add("memory"); });
  transfers.wait(kBehind);
  transfers.wait(kOtherFile);
  expect(log.events() == Events{"memory"}, "what does not touch the disk does not wait for it");
  transfers.start(Transfers::Memory, {kAcross}, [&] { log.add("across"); });
  log.add("the way is free");
  transfers.wait(kAcross);
  expect(log.events() == Events{"memory", "the way is free", "disk", "across"}, "what touches the same bytes does");
}

void failures() {
  EventLog log;
  Transfers transfers;
  transfers.start(Transfers::Disk, {kHere, kFile}, [] { throw BackendFailure("no more room"); });
  for (int i = 0; i < 2; ++i) expectThrow<BackendFailure>([&] { transfers.wait(kFile); }, "no more room");
  expectThrow<BackendFailure>([&] { transfers.wait(kBehind); }, "no more room");
  expectThrow<BackendFailure>([&] { transfers.settle(); }, "no more room");
  transfers.drop();
  transfers.settle();

  transfers.start(Transfers::Disk, {kFile}, [&] {
    log.add("begun");
    log.await("dropping");
    log.add("under way");
  });
  log.await("begun");
  log.add("dropping");
  transfers.drop();
  const Events events = log.events();
  expect(events.size() >= 3 && events[2] == "under way", "dropping waits for what is under way");
  transfers.settle();
}

}  // namespace

void transferTests() {
  test("transfers: a read behind its write", writtenBeforeRead);
  test("transfers: a slow disk", slowDisk);
  test("transfers: failures, and what they end", failures);
}

}  // namespace unkick::testing
