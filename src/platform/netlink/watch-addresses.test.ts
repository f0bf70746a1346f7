/** What becomes of a kernel that does not tell, that tells too much, and that stops telling. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { SteppedClock } from "#platform/clock/clock.ts";
import { type Libc, loadLibc } from "#platform/datagram/libc.ts";
import { errno } from "#platform/datagram/linux.ts";
import { collectLog } from "#platform/log/collected-log.ts";
import type { AddressEvent } from "./address-event.ts";
import { watchAddresses } from "./watch-addresses.ts";

const { libc, missing } = loadLibc();

/** A watch whose calls of the kernel are `calls`, and `hear`, which has it read. */
function rig(calls: Partial<Libc>) {
  let hear = (): void => assert.fail("nothing listens");
  const closed: number[] = [];
  const steps: string[] = [];
  const patched: Libc = {
    ...libc!,
    socket: () => 1_000,
    bind: () => 0,
    close: (fd) => closed.push(fd) * 0,
    recvmmsg: () => -1,
    whenReadable(_fd, onReadable) {
      hear = onReadable;
      const step = (name: string) => () => void steps.push(name);
      return { stop: step("stop"), start: step("start"), close: step("close") };
    },
    ...calls,
  };
  const told: AddressEvent[] = [];
  const { log, lines } = collectLog();
  const clock = new SteppedClock();
  const watch = watchAddresses({ libc: patched, log, clock, onChange: (event) => void told.push(event) });
  return { watch, told, closed, lines, hear: () => hear(), steps };
}

test("without calls of the kernel, addresses are looked at", async () => {
  const { log } = collectLog();
  const clock = new SteppedClock();
  await using watch = watchAddresses({ libc: undefined, log, clock, onChange: () => {} });
  assert.equal(watch.isTold, false);
});

suite("a watch of the kernel's addresses", { skip: missing }, () => {
  test("one that was refused its socket looks, and says why", async () => {
    const { watch, lines } = rig({ socket: () => -1, errno: () => errno.EPERM });
    assert.equal(watch.isTold, false);
    assert.equal(lines.length, 1);
    await watch[Symbol.asyncDispose]();
  });

  test("one that was refused its groups closes the socket, and looks", async () => {
    const { watch, closed } = rig({ bind: () => -1, errno: () => errno.EPERM });
    assert.equal(watch.isTold, false);
    assert.deepEqual(closed, [1_000]);
    await watch[Symbol.asyncDispose]();
  });

  test("an overrun means that anything may have changed, and is told once all is read", async () => {
    const failures = [errno.ENOBUFS, errno.ENOBUFS, errno.EAGAIN];
    const { watch, told, hear, steps } = rig({ errno: () => failures.shift()! });
    hear();
    assert.deepEqual(told, [{ kind: "unknown" }]);
    assert.deepEqual(failures, []);
    assert.equal(watch.isTold, true);
    assert.equal(steps.at(-1), "start");
    await watch[Symbol.asyncDispose]();
  });

  test("nothing to read is nothing", async () => {
    const { watch, told, hear } = rig({ errno: () => errno.EAGAIN });
    hear();
    assert.deepEqual(told, []);
    await watch[Symbol.asyncDispose]();
  });

  test("a socket that fails is closed, and addresses are looked at from then on", async () => {
    const { watch, told, closed, lines, hear, steps } = rig({ errno: () => errno.EBADF });
    hear();
    assert.deepEqual(told, [{ kind: "unknown" }]);
    assert.equal(watch.isTold, false);
    assert.deepEqual(steps, ["stop", "close"]);
    assert.deepEqual(closed, [1_000]);
    assert.equal(lines.length, 1);
    await watch[Symbol.asyncDispose]();
    assert.deepEqual(closed, [1_000], "closed once");
  });

  test("a watch that has ended has closed its socket", async () => {
    const { watch, closed } = rig({});
    await watch[Symbol.asyncDispose]();
    await watch[Symbol.asyncDispose]();
    assert.deepEqual(closed, [1_000]);
  });
});
