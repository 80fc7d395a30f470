#!/usr/bin/python3
"""What a guest does all day, without end: a small web service with a cache and a table, an agent
that asks it, files that are read, and idle times. Other names give other data; the programs and
the files of the system are the same in every guest. Reading and writing are modest: the guest is
there to be looked at, not to be tested.
"""
import hashlib
import os
import random
import socket
import time
import urllib.request

PAGE = 4096
NAME = socket.gethostname()
RANDOM = random.Random(NAME)


def content(text):
    """A page of text: equal for equal `text`."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    return (text + " " + digest + "\n").encode().ljust(256, b".") * (PAGE // 256)


class Table:
    """Records in pages of their own, 12 MiB: half as delivered with the program (equal in every
    guest), half this guest's own. Some are rewritten again and again."""

    def __init__(self):
        self.rows = [bytearray(content(f"common {i}")) for i in range(1536)]
        self.rows += [bytearray(content(f"{NAME} {i}")) for i in range(1536)]

    def rewrite(self, count):
        for _ in range(count):
            # Most writes go to few rows.
            i = min(int(RANDOM.expovariate(1 / 150)), len(self.rows) - 1)
            self.rows[-1 - i][:32] = f"{time.time():.6f}".encode().ljust(32)


class Cache:
    """Blocks of 64 KiB to 512 KiB that come and go, at most 24 MiB: zero, repeated, or unlike
    anything."""

    def __init__(self):
        self.blocks = []

    def step(self):
        if RANDOM.random() < 0.5 and sum(map(len, self.blocks)) < 24 << 20:
            size = RANDOM.randrange(16, 129) * PAGE
            kind = RANDOM.randrange(3)
            if kind == 0:
                block = bytearray(size)
            elif kind == 1:
                block = bytearray(content(f"template {RANDOM.randrange(8)}") * (size // PAGE))
            else:
                block = bytearray(RANDOM.randbytes(size))
            self.blocks.append(block)
        elif self.blocks:
            self.blocks.pop(RANDOM.randrange(len(self.blocks)))


def read_files(files, count):
    for path in RANDOM.sample(files, count):
        try:
            with open(path, "rb") as file:
                while file.read(65536):
                    pass
        except OSError:
            pass


def all_files():
    found = []
    for top in (os.path.dirname(os.__file__), "/usr/share", "/usr/lib/x86_64-linux-gnu", "/usr/bin"):
        for folder, _, names in os.walk(top):
            paths = [os.path.join(folder, name) for name in sorted(names)]
            found += [p for p in paths if os.path.isfile(p) and os.path.getsize(p) < 400_000]
    return found


def ask_web():
    try:
        return len(urllib.request.urlopen("http://127.0.0.1/", timeout=20).read())
    except OSError as error:
        return str(error)


def main():
    table, cache, files = Table(), Cache(), all_files()
    read_files(files, 300)
    for _ in range(100):
        cache.step()
    print(f"GUEST-READY {NAME}: the web server sends {ask_web()} bytes", flush=True)
    second = 0
    while True:
        # A minute: 40 s of work, 20 s of nothing but the clock.
        if second % 60 < 40:
            table.rewrite(20)
            if second % 3 == 0:
                cache.step()
            if second % 5 == 0:
                read_files(files, 10)
        if second % 20 == 0:
            with open("/var/log/workload.log", "a", encoding="utf-8") as log:
                log.write(f"{time.time():.0f} {NAME} {ask_web()}\n")
        second += 1
        time.sleep(1)


main()
