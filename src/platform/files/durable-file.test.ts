import assert from "node:assert/strict";
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { writeDurably } from "./durable-file.ts";

function folder(t: TestContext): string {
  const made = mkdtempSync(join(tmpdir(), "homeport-durable-"));
  t.after(() => rmSync(made, { recursive: true }));
  return made;
}

test("a new file has what was written, in one piece or many, and the mode that was asked for", (t) => {
  const path = join(folder(t), "file");
  writeDurably(path, 0o600, (write) => {
    write(Buffer.from("one "));
    write(Buffer.from("two"));
  });
  assert.equal(readFileSync(path, "utf8"), "one two");
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

test("an old file keeps its mode, and a link still leads to it", (t) => {
  const place = folder(t);
  const [path, link] = [join(place, "file"), join(place, "link")];
  writeFileSync(path, "old");
  chmodSync(path, 0o640);
  symlinkSync(path, link);
  writeDurably(link, 0o600, (write) => write(Buffer.from("new")));
  assert.equal(readFileSync(path, "utf8"), "new");
  assert.equal(readFileSync(link, "utf8"), "new");
  assert.equal(statSync(path).mode & 0o777, 0o640);
});

test("when writing fails, the file is as it was and nothing is left beside it", (t) => {
  const place = folder(t);
  const path = join(place, "file");
  writeFileSync(path, "old");
  const fail = (): never => {
    throw new Error("no more");
  };
  assert.throws(() => writeDurably(path, 0o600, fail), /no more/);
  assert.equal(readFileSync(path, "utf8"), "old");
  assert.deepEqual(readdirSync(place), ["file"]);
});
