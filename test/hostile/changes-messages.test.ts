/** Requests for transfers and signed updates, cut or changed at each octet: answered or not, never obeyed. */
import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";
import { test } from "node:test";
import { decodeMessage } from "#protocols/dns/message.ts";
import { readTransferRequest } from "../../src/capabilities/dns/transfer/out/transfer-request.ts";
import { startProgram } from "../scenarios/program.ts";
import {
  Asker,
  framed,
  labKey,
  labLines,
  questionOf,
  signedBy,
  until,
  updateByTcp,
  updateMessage,
} from "./changes-lab.ts";

const added = [{ owner: "bad.lab.example.", rdata: Uint8Array.of(192, 0, 2, 66) }];

test("requests for transfers that are cut at each octet, and signed updates changed at each octet, change nothing", {
  timeout: 60_000,
}, async (t) => {
  const program = await startProgram(t, { dns: labLines(["allowTransfer: [any]"]) });
  const { port } = program;
  const socket = createSocket("udp4");
  t.after(() => socket.close());
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const answers: Uint8Array[] = [];
  socket.on("message", (octets) => answers.push(new Uint8Array(octets)));
  const good = signedBy(labKey, updateMessage(1, "lab.example.", added));
  const additionalCountAt = 11;
  const messages = [
    ...[251, 252].flatMap((type) => {
      const whole = signedBy(labKey, questionOf(2, "lab.example.", type));
      return Array.from({ length: whole.length - 1 }, (_, octets) => whole.slice(0, octets));
    }),
    ...Array.from({ length: good.length - 1 }, (_, octets) => good.slice(0, octets)),
    // The id may be changed by whoever passes it on: RFC 8945 §4.2
    ...Array.from({ length: good.length - 2 }, (_, at) => good.with(at + 2, good[at + 2]! ^ 0x80)),
    ...Array.from({ length: good.length - 2 }, (_, at) => good.with(at + 2, good[at + 2]! ^ 1)),
  ].filter((message) => message.length > 12 && message[additionalCountAt]! > 0);
  assert.ok(messages.length > 500);
  for (const message of messages) {
    socket.send(message, port, "127.0.0.1");
    const asker = await Asker.to(port);
    const answer = await Promise.race([
      asker.ask(message),
      new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), 200).unref()),
    ]);
    asker.end();
    if (answer === undefined) continue;
    const { rcode, opcode } = decodeMessage(answer);
    // Bits of a query's header that mean nothing are nobody's business, so that it may be one no longer
    assert.ok(opcode !== 5 || rcode !== 0, `${message.toHex()} was answered ${answer.toHex()}`);
  }
  await until(() => answers.length > 100, "answers came by UDP");
  for (const answer of answers) decodeMessage(answer);
  assert.equal(await updateByTcp(port, 3, "good.lab.example."), 0);
  const shown = program.command("zone", "export", "lab.example").stdout;
  assert.match(shown, /^good\b/m);
  assert.doesNotMatch(shown, /^bad\b/m);
  assert.deepEqual(
    program.log().filter(({ level }) => level === "error"),
    [],
  );
});

test("a signed update whose id was changed on its way is done, and answered with that id", async (t) => {
  const { port } = await startProgram(t, { dns: labLines() });
  const signed = signedBy(labKey, updateMessage(0x1234, "lab.example.", added));
  const asker = await Asker.to(port);
  const answer = decodeMessage((await asker.ask(signed.with(0, 0x43)))!);
  asker.end();
  assert.deepEqual([answer.id, answer.rcode], [0x4334, 0]);
});

test("a request for a transfer whose name is a pointer into the header is malformed, and read in no time", () => {
  for (const pointer of ["c000", "c004", "0161c008"]) {
    const request = readTransferRequest(Uint8Array.fromHex(`000500000001000000000000${pointer}00fc0001`));
    assert.equal(request?.rcode, 1, pointer);
  }
});

test("an update that the first primary does not take goes to the second as it came, whatever else has come meanwhile", {
  timeout: 30_000,
}, async (t) => {
  const seen: Uint8Array[] = [];
  const first = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", () => setTimeout(() => socket.destroy(), 300));
  });
  const second = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (octets: Buffer) => {
      const update = new Uint8Array(octets.subarray(2));
      if (update[2]! >>> 3 !== 5) return; // it is asked for its serial number, too
      seen.push(update.slice());
      update[2]! |= 0x80;
      socket.write(framed(update));
    });
  });
  const ports: number[] = [];
  for (const server of [first, second]) {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    t.after(() => server.close());
    ports.push((server.address() as { port: number }).port);
  }
  const primaries = ports.map((port) => `"127.0.0.1:${port}"`).join(", ");
  const copy = `  - { name: copy.example, primaries: [${primaries}], forwardUpdates: ["key lab-key"] }`;
  const { port } = await startProgram(t, { dns: [...labLines(), copy] });
  const asker = await Asker.to(port);
  const wanted = signedBy(
    labKey,
    updateMessage(0x1111, "copy.example.", [
      { owner: "mine.copy.example.", rdata: Uint8Array.of(1, 1, 1, 1) },
    ]),
  );
  const answered = asker.ask(wanted);
  const noise = updateMessage(0x2222, "lab.example.", [
    { owner: "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx.lab.example.", rdata: Uint8Array.of(2, 2, 2, 2) },
  ]);
  for (let count = 0; count < 50; count++) void asker.ask(noise);
  await until(() => seen.length > 0, "the second primary was asked");
  assert.equal(seen[0]!.toHex(), wanted.toHex());
  await answered;
  const unsigned = await Asker.to(port);
  const refused = await unsigned.ask(updateMessage(1, "copy.example.", []));
  assert.equal(refused![3]! & 15, 5, "only who has the key may have it passed on");
  asker.end();
  unsigned.end();
});
