/** Floods of what is not allowed while somebody who is changes the zone. */
import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { test } from "node:test";
import { residentOctets, startProgram } from "../scenarios/program.ts";
import {
  Asker,
  labKey,
  labLines,
  notifyOf,
  signedBy,
  updateByTcp,
  updateMessage,
  wrongKey,
} from "./changes-lab.ts";

const floodMs = 8_000;
/** In the second half: in the first, code is compiled and the collector finds its measure. */
const growthOctetsMax = 48 * 1024 * 1024;

/** What nobody may send, one after the other. */
function hostileMessages(): readonly ((count: number) => Uint8Array)[] {
  const added = (zone: string) => [{ owner: `bad.${zone}`, rdata: Uint8Array.of(1, 2, 3, 4) }];
  const replayed = signedBy(labKey, updateMessage(7, "lab.example.", added("lab.example.")));
  return [
    (count) => notifyOf(count, "copy.example."),
    (count) => notifyOf(count, `z${count}.nowhere.example.`),
    (count) => updateMessage(count, "lab.example.", added("lab.example.")),
    (count) => updateMessage(count, "copy.example.", added("copy.example.")),
    (count) => signedBy(wrongKey, updateMessage(count, "lab.example.", added("lab.example."))),
    (count) => replayed.with(count % replayed.length, count & 0xff),
    () => replayed,
  ];
}

test("forged notifications, unsigned, badly signed and repeated updates at full rate do not keep a signed one from being done", {
  timeout: 90_000,
}, async (t) => {
  const copy = '  - { name: copy.example, primaries: ["127.0.0.1:1"] }';
  const program = await startProgram(t, { dns: [...labLines(), copy] });
  const { child, port } = program;
  const socket = createSocket("udp4");
  t.after(() => socket.close());
  let answers = 0;
  socket.on("message", () => answers++);
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const kinds = hostileMessages();
  const endMs = performance.now() + floodMs;
  const lasts = (): boolean => performance.now() < endMs;
  let sent = 0;
  const flood = async (): Promise<void> => {
    while (lasts()) {
      for (let at = 0; at < 60; at++, sent++)
        socket.send(kinds[sent % kinds.length]!(sent & 0xffff), port, "127.0.0.1", () => {});
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const added = Array.from({ length: 1980 }, (_, at) => ({
    owner: `n${at}.lab.example.`,
    rdata: Uint8Array.of(10, 0, at >>> 8, at & 0xff),
  }));
  const large = updateMessage(9, "lab.example.", added);
  let larges = 0;
  const sendLarge = async (): Promise<void> => {
    const asker = await Asker.to(port);
    for (; lasts(); larges++) assert.equal((await asker.ask(large))![3]! & 15, 5, "REFUSED");
    asker.end();
  };
  const rcodes: (number | undefined)[] = [];
  const change = async (): Promise<void> => {
    for (let id = 1; lasts(); id++) rcodes.push(await updateByTcp(port, id, `good${id}.lab.example.`));
  };
  let residentInTheMiddle = 0;
  const middle = setTimeout(() => {
    residentInTheMiddle = residentOctets(child);
  }, floodMs / 2);
  await Promise.all([flood(), sendLarge(), change()]);
  clearTimeout(middle);
  const grown = residentOctets(child) - residentInTheMiddle;
  t.diagnostic(
    `${sent} sent, ${answers} answers, ${larges} large, ${rcodes.length} changes, ${grown} octets more`,
  );
  assert.ok(sent > 30_000 && answers > 1_000 && larges > 10 && rcodes.length > 10);
  assert.deepEqual([...new Set(rcodes)], [0]);
  assert.ok(grown < growthOctetsMax, `${grown} octets more`);
  assert.equal(child.exitCode, null);
  assert.equal(program.command("status", "--json").status !== null, true);
  assert.ok(program.log().length < 40, `${program.log().length} lines in the log`);
  assert.deepEqual(
    program.log().filter(({ level }) => level === "error"),
    [],
  );
});
