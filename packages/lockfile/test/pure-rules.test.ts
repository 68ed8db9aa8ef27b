import { constants } from "node:os";
import { lockFileError } from "../src/errors.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Pace } from "../src/pace.ts";
import { parseOwner } from "../src/protocols/owner.ts";
import {
  fileKey,
  locksOn,
  markRange,
  markTarget,
  parseProcLocks,
  readMark,
} from "../src/protocols/proc-locks.ts";
import { TurnClock } from "../src/turn-clock.ts";

describe("TurnClock", () => {
  const limits = { limit: 100, gap: 20, longest: 400 };

  it("counts a lock that is taken again at once as one turn", () => {
    const clock = new TurnClock(limits);
    for (let now = 1_000; now < 1_100; now += 10) {
      clock.taken(now);
      expect(clock.isOver(now)).toBe(false);
      clock.left(now + 5);
    }
    clock.taken(1_100);
    expect(clock.isOver(1_100)).toBe(true);
  });

  it("begins anew after a gap", () => {
    const clock = new TurnClock(limits);
    clock.taken(0);
    clock.left(99);
    clock.taken(119);
    expect(clock.isOver(218)).toBe(false);
    expect(clock.isOver(219)).toBe(true);
  });

  it("begins anew when nobody waits", () => {
    const clock = new TurnClock(limits);
    clock.taken(0);
    clock.startAnew(100);
    expect([clock.isOver(199), clock.isOver(200)]).toEqual([false, true]);
  });

  it("has limits of its own", () => {
    const clock = new TurnClock();
    clock.taken(0);
    expect([clock.isOver(99), clock.isOver(100)]).toEqual([false, true]);
    clock.left(100);
    clock.taken(119);
    expect(clock.isOver(119)).toBe(true);
    for (let i = 0; i < 10; i += 1) clock.gaveWay(0, true);
    expect([clock.isOver(1_599), clock.isOver(1_600)]).toEqual([false, true]);
  });

  it("looks less often while giving way is in vain, and as before when somebody came", () => {
    const clock = new TurnClock(limits);
    clock.gaveWay(0, true);
    expect([clock.isOver(199), clock.isOver(200)]).toEqual([false, true]);
    clock.gaveWay(200, true);
    clock.gaveWay(600, true);
    expect([clock.isOver(999), clock.isOver(1_000)]).toEqual([false, true]);
    clock.gaveWay(1_000, false);
    expect([clock.isOver(1_099), clock.isOver(1_100)]).toEqual([false, true]);
  });
});

describe("Pace", () => {
  it("backs off from a steady holder to about 16 ms, and never spins", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (random) => {
        const pace = new Pace(() => random);
        let last = 0;
        for (let i = 0; i < 30; i += 1) {
          const step = pace.next(false);
          expect(step.spin).toBe(0);
          expect(step.sleep).toBeGreaterThanOrEqual(last);
          expect(step.sleep).toBeLessThanOrEqual(20);
          last = step.sleep;
        }
        expect(last).toBeGreaterThanOrEqual(12);
      }),
    );
  });

  it("tries for a growing share of the time while the lock changes hands", () => {
    const pace = new Pace(() => 0.5);
    let last = 0;
    let longest = 1.6;
    for (let i = 0; i < 20; i += 1) {
      const { spin, sleep } = pace.next(true);
      expect(spin).toBeCloseTo(longest * 1.25);
      longest = Math.min(spin, 8);
      const share = spin / (spin + sleep);
      expect(share).toBeGreaterThanOrEqual(last);
      last = share;
    }
    expect(last).toBeGreaterThan(0.85);
    expect(last).toBeLessThan(1);
  });
});

describe("/proc/locks", () => {
  it("reads the locks that concern us, and nothing else", () => {
    const text = [
      "1: OFDLCK ADVISORY  WRITE -1 fe:00:2146351 0 EOF",
      "1: -> POSIX  ADVISORY  READ 4711 fe:00:2146351 0 EOF",
      "1:  -> POSIX  ADVISORY  WRITE 4712 fe:00:2146351 0 EOF",
      "2: POSIX  MANDATORY READ 12 00:2a:7 5 9",
      "3: FLOCK  ADVISORY  WRITE 99 fe:00:1 0 EOF",
      "4: LEASE  ACTIVE    READ 99 fe:00:1 0 EOF",
      "5: POSIX  ADVISORY  WRITE x fe:00:1 0 EOF",
      "",
    ].join("\n");
    const all = Number.POSITIVE_INFINITY;
    expect(parseProcLocks(text)).toEqual([
      { blocked: false, mode: "write", pid: -1, file: "fe:00:2146351", start: 0, end: all },
      { blocked: true, mode: "read", pid: 4711, file: "fe:00:2146351", start: 0, end: all },
      { blocked: true, mode: "write", pid: 4712, file: "fe:00:2146351", start: 0, end: all },
      { blocked: false, mode: "read", pid: 12, file: "00:2a:7", start: 5, end: 9 },
    ]);
  });

  it("counts a process once, and those without a name each", () => {
    const rows = [
      "POSIX ADVISORY WRITE 7",
      "POSIX ADVISORY WRITE 7",
      "OFDLCK ADVISORY READ -1",
      "OFDLCK ADVISORY READ -1",
    ];
    const locks = parseProcLocks(
      rows.map((row, i) => `${i}: ${row} fe:00:${i < 4 ? 1 : 2} 0 EOF`).join("\n"),
    );
    expect(locksOn("fe:00:1", locks).map(({ pid }) => pid)).toEqual([7, -1, -1]);
    expect(locksOn("fe:00:2", locks)).toEqual([]);
  });

  it("takes a line for a lock only when it is one as a whole", () => {
    const row = "12: POSIX  ADVISORY  WRITE 4711 fe:00:2146351 10 19";
    expect(parseProcLocks(`${row} \r`)).toEqual([
      { blocked: false, mode: "write", pid: 4711, file: "fe:00:2146351", start: 10, end: 19 },
    ]);
    expect(parseProcLocks(row.replace("WRITE ", "WRITE   "))).toHaveLength(1);
    expect(parseProcLocks(`lock: ${row}`)).toEqual([]);
    expect(parseProcLocks(`${row} and more`)).toEqual([]);
  });

  it("counts a process again for another mode, and for waiting", () => {
    const rows = ["POSIX ADVISORY WRITE 7", "POSIX ADVISORY READ 7", "-> POSIX ADVISORY READ 7"];
    const all = [...rows, ...rows, "POSIX ADVISORY READ 8"];
    const locks = parseProcLocks(all.map((row) => `1: ${row} fe:00:1 0 EOF`).join("\n"));
    expect(locksOn("fe:00:1", locks)).toEqual([...locks.slice(0, 3), ...locks.slice(6)]);
  });

  it("counts each lock of processes of other containers, which all have the number 0", () => {
    const row = "1: POSIX ADVISORY WRITE 0 fe:00:1 0 EOF";
    expect(locksOn("fe:00:1", parseProcLocks(`${row}\n${row}`))).toHaveLength(2);
  });

  it("never fails on odd text", () => {
    fc.assert(fc.property(fc.string(), (text) => void parseProcLocks(text)));
  });

  it("names files as the kernel does", () => {
    expect(fileKey(0xfe00n, 2146351n)).toBe("fe:00:2146351");
    expect(fileKey(0x2an, 7n)).toBe("00:2a:7");
    // Major 0x103, minor 0x12345, as glibc packs them.
    expect(fileKey((0x103n << 8n) | 0x45n | (0x123n << 20n), 1n)).toBe("103:12345:1");
    // Major 0x12345, of which glibc puts the upper bits above the minor number.
    expect(fileKey((0x345n << 8n) | (0x12000n << 32n), 1n)).toBe("12345:00:1");
  });

  it("finds in the range of a mark what was put there", () => {
    const mark = fc.record({
      mode: fc.constantFrom("read" as const, "write" as const),
      since: fc.integer({ min: 1e12, max: 4e12 }),
      target: fc.nat({ max: 65_535 }),
    });
    fc.assert(
      fc.property(mark, (original) => {
        const { start, length } = markRange(original);
        const lock = { start, end: start + length - 1, mode: "read" as const, blocked: false };
        expect(readMark(lock)).toEqual(original);
        expect(readMark({ ...lock, mode: "write" })).toBeUndefined();
        expect(readMark({ ...lock, end: Number.POSITIVE_INFINITY })).toBeUndefined();
        expect(readMark({ ...lock, blocked: true })).toBeUndefined();
        expect(readMark({ ...lock, start: 0, end: 10 })).toBeUndefined();
      }),
    );
  });

  it("takes a range for a mark up to the largest file number, and from the year 2001 on", () => {
    const lock = { start: 2e12, end: 2e12 + 65_535, mode: "read", blocked: false } as const;
    expect(readMark(lock)).toEqual({ mode: "read", since: 1e12, target: 65_535 });
    expect(readMark({ ...lock, end: lock.end + 1 })).toBeUndefined();
    expect(readMark({ ...lock, start: lock.start - 1, end: lock.start })).toBeUndefined();
  });

  it("tells files of a folder apart by the low bits of their inodes", () => {
    expect([65_535, 65_536, 2_146_351].map(markTarget)).toEqual([65_535, 0, 49_199]);
  });
});

describe("what a portable owner writes about itself", () => {
  it("is read back, or not understood, but never a failure", () => {
    const owner = { pid: 7, host: "h", program: "p", mode: "read", since: 1 };
    expect(parseOwner(JSON.stringify(owner))).toEqual(owner);
    for (const odd of [
      "",
      "null",
      "7",
      "[]",
      "{}",
      '{"__proto__":{"pid":1}}',
      JSON.stringify({ ...owner, pid: 1.5 }),
      JSON.stringify({ ...owner, mode: "x" }),
      JSON.stringify({ ...owner, host: 3 }),
    ]) {
      expect(parseOwner(odd)).toBeUndefined();
    }
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void parseOwner(text)));
  });
});

describe("the message of a failing system call", () => {
  it.each([
    [{ code: "EIO" }, "i/o error", "EIO"],
    // Node has no name for it.
    [{ code: "UNKNOWN", errno: -constants.errno.EDQUOT }, "UNKNOWN: unknown error, write", "EDQUOT"],
  ])("names the system's code: %j", (details, text, code) => {
    const error = lockFileError("x.lock", "lock", Object.assign(new Error(text), details));
    expect(error.message).toBe(`cannot lock x.lock: ${text} (${code})`);
  });
});
