/** The process may open too few files: that is said with what to do, and what runs goes on. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { test } from "node:test";
import { decodeMessage } from "#protocols/dns/message.ts";
import { askTcp, askUdp } from "../../src/platform/dns-query/ask.ts";
import { range, until } from "./dns-lab.ts";
import { requireFfi } from "./ffi.ts";
import { labQuery } from "./lab-query.ts";
import {
  openFiles,
  type Program,
  processorSeconds,
  startProgram,
  withOpenFiles,
  zoneLines,
} from "./program.ts";

const timeout = 60_000;
const oneAddress = 'listen: ["127.0.0.1:0"]';

async function answers(program: Program, ask = askUdp): Promise<void> {
  const answer = decodeMessage(await ask(labQuery(1), { address: "127.0.0.1", port: program.port }, 5000));
  assert.equal(answer.answers.length, 1);
}

/** What the program needs with these settings. */
async function filesNeeded(t: Parameters<typeof startProgram>[0], dns: readonly string[]): Promise<number> {
  const program = await startProgram(t, { dns });
  await answers(program);
  return openFiles(program.child);
}

for (const [why, most, dns, said] of [
  [
    "for its workers",
    48,
    [oneAddress, "workers: 16"],
    /16 workers do not start: .*(too many open files|EMFILE).*raise the bound of open files/s,
  ],
  [
    "for its addresses",
    100,
    [
      `listen: [${range(1, 100)
        .map((last) => `"127.0.2.${last}:0"`)
        .join(", ")}]`,
      "workers: 1",
    ],
    /HP_LISTEN_NO_FILES.*too many open files.*raise the bound/s,
  ],
] as const) {
  test(`a start with too few files ${why} says what to do`, { timeout }, async (t) => {
    if (!requireFfi(t)) return;
    const starting = startProgram(t, { dns: [...dns, ...zoneLines], runner: withOpenFiles(most) });
    await assert.rejects(starting, (error: Error) => {
      assert.match(error.message, said);
      return true;
    });
  });
}

test("a reload for which there are too few files changes nothing, and says why", { timeout }, async (t) => {
  if (!requireFfi(t)) return;
  const before = [oneAddress, "workers: 2", ...zoneLines];
  const needed = await filesNeeded(t, before);
  const program = await startProgram(t, { dns: before, runner: withOpenFiles(needed + 20) });
  for (const [dns, said] of [
    [
      [`listen: ["127.0.0.1:0", ${range(1, 40).map((last) => `"127.0.3.${last}:0"`)}]`, "workers: 2"],
      /too many open files/,
    ],
    [[oneAddress, "workers: 30"], /30 workers do not start: .*(too many open files|EMFILE)/],
  ] as const) {
    program.writeSite([...dns, ...zoneLines]);
    const { status, stdout } = program.command("reload");
    assert.notEqual(status, 0);
    assert.match(stdout, said);
    assert.match(stdout, /raise the bound/);
    await answers(program);
    await answers(program, askTcp);
  }
  program.writeSite([oneAddress, "workers: 3", ...zoneLines]);
  assert.equal(program.command("reload").status, 0, "what it can do it still does");
  await answers(program);
});

test("connections for which there are no files do not keep it from answering, nor make it busy", {
  timeout,
}, async (t) => {
  if (!requireFfi(t)) return;
  const dns = [oneAddress, "workers: 1", ...zoneLines];
  const needed = await filesNeeded(t, dns);
  const program = await startProgram(t, { dns, runner: withOpenFiles(needed + 10) });
  const opened: Socket[] = [];
  t.after(() => {
    for (const socket of opened) socket.destroy();
  });
  for (let count = 0; count < 60; count++) {
    const socket = connect(program.port, "127.0.0.1");
    socket.on("error", () => {});
    opened.push(socket);
    await once(socket, "connect");
  }
  const before = processorSeconds(program.child);
  for (let round = 0; round < 200; round++) await answers(program);
  const tookS = processorSeconds(program.child) - before;
  t.diagnostic(`${tookS} s of processor time for 200 queries`);
  assert.ok(tookS < 5, "a loop that accepts in vain takes all there is");
  for (const socket of opened) socket.destroy();
  await until(() => openFiles(program.child) < needed + 5);
  await answers(program, askTcp);
});
