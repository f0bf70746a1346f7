import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { createTerminal } from "./terminal.ts";

function rig({ isTTY }: { readonly isTTY: boolean }) {
  const out = Object.assign(new PassThrough(), { isTTY, columns: 80 });
  const input = new PassThrough();
  const streams = { out: out as never, error: out as never };
  return { out, input, terminal: createTerminal({ ...streams, input: () => input }), streams };
}

test("a person is asked line by line, and the answer has no blanks around it", async () => {
  const { out, input, terminal } = rig({ isTTY: true });
  let shown = "";
  out.on("data", (chunk: Buffer) => {
    shown += chunk.toString();
  });
  const first = terminal.ask!("Really? [y/N]");
  input.write("  yes \n");
  assert.equal(await first, "yes");
  const second = terminal.ask!("And now?");
  input.write("\n");
  assert.equal(await second, "");
  assert.match(shown, /Really\? \[y\/N\] .*And now\? /s);
});

test("a person who ends the input has given no answer", async () => {
  const { input, terminal } = rig({ isTTY: true });
  const answer = terminal.ask!("Really?");
  input.end();
  assert.equal(await answer, undefined);
});

test("nobody is asked where nobody reads, or nobody types", () => {
  assert.equal(rig({ isTTY: false }).terminal.ask, undefined);
  assert.equal(createTerminal(rig({ isTTY: true }).streams).ask, undefined);
});
