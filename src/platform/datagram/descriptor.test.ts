import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { collectLog } from "#platform/log/collected-log.ts";
import { BatchedSocket } from "./batched-socket.ts";
import { openClient } from "./datagram-client.ts";
import { closeDescriptor, type Descriptor, openDescriptor, openDescriptors } from "./descriptor.ts";
import { type Libc, loadLibc } from "./libc.ts";
import { errno, socketType } from "./linux.ts";

const { libc, missing } = loadLibc();

suite("descriptors", { skip: missing }, () => {
  const options = { libc: libc!, address: "127.0.0.1", port: 0, log: collectLog().log };

  /** Closes them after the test. */
  function owned(descriptors: readonly Descriptor[]): readonly Descriptor[] & Disposable {
    const close = () => {
      for (const descriptor of descriptors) closeDescriptor(libc!, descriptor);
    };
    return Object.assign([...descriptors], { [Symbol.dispose]: close });
  }

  test("another program does not inherit them", () => {
    using opened = owned([openDescriptor(options)]);
    const flags = /^flags:\s+(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${opened[0]!.fd}`, "utf8"));
    assert.ok(Number.parseInt(flags![1]!, 8) & socketType.closeOnExec);
  });

  test("those that share a port divide the clients among them", async () => {
    using opened = owned(openDescriptors(options, 2));
    assert.deepEqual(opened[0]!.local, opened[1]!.local);
    const sockets = opened.map((descriptor) => new BatchedSocket({ libc: libc!, descriptor, onFault }));
    for (let count = 0; count < 64; count++) {
      await using client = await openClient(opened[0]!.local);
      await client.sent("?"); // over loopback, the kernel has put it into a socket's buffer then
    }
    const received = sockets.map((socket) => socket.receive(false));
    assert.equal(received[0]! + received[1]!, 64);
    assert.ok(
      received.every((count) => count > 0),
      `${received}`,
    );
  });

  for (const [who, reusePort] of [
    ["a program that shares its port", true],
    ["a program that does not", false],
  ] as const) {
    test(`${who} has it: that is an error, though ours would be shared`, async () => {
      const other = createSocket({ type: "udp4", reusePort });
      other.bind(0, "127.0.0.1");
      await once(other, "listening");
      const { port } = other.address();
      assert.throws(() => openDescriptors({ ...options, port }, 2), { code: "HP_LISTEN_IN_USE" });
      other.close();
    });
  }

  test("one endpoint is opened once: the second time its port is in use", () => {
    using opened = owned(openDescriptors(options, 2));
    const { port } = opened[0]!.local;
    assert.throws(() => openDescriptors({ ...options, port }, 1), { code: "HP_LISTEN_IN_USE" });
    using joined = owned([openDescriptor({ ...options, port, sharing: "join" })]);
    assert.equal(joined[0]!.local.port, port);
  });

  test("a descriptor that shares with nobody is joined by nobody", () => {
    using opened = owned([openDescriptor(options)]);
    const { port } = opened[0]!.local;
    assert.throws(() => openDescriptor({ ...options, port, sharing: "join" }), {
      code: "HP_LISTEN_IN_USE",
    });
  });

  test("when one of several cannot be opened, none stays open", () => {
    const before = readdirSync("/proc/self/fd").length;
    let sockets = 0;
    const short: Libc = {
      ...libc!,
      socket: (...asked) => (++sockets === 3 ? -1 : libc!.socket(...asked)),
      errno: () => (sockets === 3 ? errno.EMFILE : libc!.errno()),
    };
    assert.throws(() => openDescriptors({ ...options, libc: short }, 4), { code: "HP_LISTEN_NO_FILES" });
    assert.equal(sockets, 3);
    assert.equal(readdirSync("/proc/self/fd").length, before);
  });

  test("an address that cannot be bound leaves no descriptor open", () => {
    const before = readdirSync("/proc/self/fd").length;
    assert.throws(() => openDescriptor({ ...options, address: "192.0.2.1" }), {
      code: "HP_LISTEN_NOT_LOCAL",
    });
    assert.equal(readdirSync("/proc/self/fd").length, before);
  });

  test("a kernel that gives a smaller receive buffer is told of once, with the remedy", () => {
    const { log, lines } = collectLog();
    const stingy: Libc = {
      ...libc!,
      setsockopt: (fd, level, option, value, octets) =>
        level === 1 && (option === 33 || option === 8)
          ? -1
          : libc!.setsockopt(fd, level, option, value, octets),
    };
    using _opened = owned([openDescriptor({ ...options, libc: stingy, log })]);
    assert.equal(lines.length, 1);
    assert.match(
      JSON.stringify(lines[0]),
      /receive buffer of \d+ octets; more with .*net\.core\.rmem_max=4194304/,
    );
  });
});

function onFault(error: unknown): void {
  throw error;
}
