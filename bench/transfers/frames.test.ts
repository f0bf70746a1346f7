import assert from "node:assert/strict";
import test from "node:test";
import { splitFrames } from "./frames.ts";

test("messages are found wherever the octets of a connection are split", async () => {
  const octets = Buffer.from("0003010203" + "0000" + "000104" + "0009", "hex");
  for (let size = 1; size <= octets.length; size++) {
    const chunks = async function* (): AsyncGenerator<Buffer> {
      for (let at = 0; at < octets.length; at += size) yield octets.subarray(at, at + size);
    };
    const messages: string[] = [];
    for await (const message of splitFrames(chunks())) messages.push(message.toString("hex"));
    assert.deepEqual(messages, ["010203", "", "04"]);
  }
});
