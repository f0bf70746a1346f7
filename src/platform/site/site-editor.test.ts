import assert from "node:assert/strict";
import {
  appendFileSync,
  chmodSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { ConfigError } from "#contracts/configuration.ts";
import { limits } from "./limits.ts";
import { SiteEditError, SiteEditor } from "./site-editor.ts";

const site = "site: a   # ours\nlist:\n  - one\n";
const addTwo = () => [{ at: ["list"], append: "two" }];

function editorOf(t: TestContext, text: string, reload: (file: string) => Promise<void> = async () => {}) {
  const folder = mkdtempSync(join(tmpdir(), "site-editor-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const siteFile = join(folder, "site.yaml");
  writeFileSync(siteFile, text);
  const editor = new SiteEditor({ siteFile, reload: () => reload(siteFile) });
  return { siteFile, editor, read: () => readFileSync(siteFile, "utf8") };
}

test("a change is written before the program reads it, and the mode of the file stays", async (t) => {
  let seen = "";
  const { editor, siteFile, read } = editorOf(t, site, async (file) => {
    seen = readFileSync(file, "utf8");
  });
  chmodSync(siteFile, 0o640);
  const { difference } = await editor.change(addTwo);
  assert.deepEqual(difference, ["…", " list:", "   - one", "+  - two"]);
  assert.equal(read(), `${site}  - two\n`);
  assert.equal(seen, read());
  assert.equal(statSync(siteFile).mode & 0o777, 0o640);
});

test("a preview changes nothing", async (t) => {
  const { editor, read } = editorOf(t, site, () => assert.fail("nothing is to be read"));
  assert.match((await editor.preview(addTwo)).after, /two/);
  assert.equal(read(), site);
});

test("without a difference nothing is written or read anew", async (t) => {
  const { editor } = editorOf(t, site, () => assert.fail("nothing is to be read"));
  assert.deepEqual((await editor.change(() => [])).difference, []);
  assert.deepEqual((await editor.change(() => [{ at: ["site"], set: "a" }])).difference, []);
});

test("a file that the program does not take is put back, and the refusal is passed on", async (t) => {
  const refusal = new ConfigError("HP_SITE_SCHEMA", [{ severity: "error", what: "no" }]);
  const { editor, read } = editorOf(t, site, () => Promise.reject(refusal));
  await assert.rejects(editor.change(addTwo), refusal);
  assert.equal(read(), site);
});

test("what others write meanwhile is not lost, and both faults are told", async (t) => {
  const { editor, read } = editorOf(t, site, (file) => {
    appendFileSync(file, "other: 1\n");
    return Promise.reject(new Error("not taken"));
  });
  await assert.rejects(editor.change(addTwo), /not taken.*could not be put back.*changed by somebody else/);
  assert.match(read(), /two\nother: 1/);
});

test("a file that changes while the change is planned is left alone", async (t) => {
  const { editor, siteFile, read } = editorOf(t, site);
  const meanwhile = () => {
    appendFileSync(siteFile, "other: 1\n");
    return addTwo();
  };
  await assert.rejects(editor.change(meanwhile), (error) => {
    assert.ok(error instanceof SiteEditError);
    return error.code === "HP_SITE_CHANGED";
  });
  assert.equal(read(), `${site}other: 1\n`);
});

test("changes at once come one after the other", async (t) => {
  const { editor, read } = editorOf(t, site);
  await Promise.all(["x", "y", "z"].map((name) => editor.change(() => [{ at: ["list"], append: name }])));
  assert.match(read(), /- one\n {2}- x\n {2}- y\n {2}- z\n$/);
});

test("a mark at the start of the file stays", async (t) => {
  const { editor, siteFile } = editorOf(t, `\ufeff${site}`);
  await editor.change(addTwo);
  assert.equal(readFileSync(siteFile).toString("utf8"), `\ufeff${site}  - two\n`);
});

test("a large file is changed by a process of its own", async (t) => {
  const text = site + "  - filler\n".repeat(Math.ceil(limits.ownProcessOctetsMin / 11));
  const { editor, read } = editorOf(t, text);
  const { difference } = await editor.change(addTwo);
  assert.deepEqual(difference, ["…", "   - filler", "   - filler", "+  - two"]);
  assert.equal(read(), `${text}  - two\n`);
});

test("secrets beside the change are not shown", async (t) => {
  const { editor, read } = editorOf(t, "key:\n  secret: c2VjcmV0\nlist:\n  - one\n");
  const { difference } = await editor.change(addTwo);
  assert.deepEqual(difference, ["…", " list:", "   - one", "+  - two"]);
  const before = await editor.change(() => [{ at: ["key", "name"], set: "k" }]);
  assert.deepEqual(before.difference, [
    " key:",
    '   secret: "[not shown]"',
    "+  name: k",
    " list:",
    "   - one",
    "…",
  ]);
  assert.match(read(), /secret: c2VjcmV0/);
});

test("a file that is no YAML is not touched", async (t) => {
  const { editor } = editorOf(t, "site: [\n");
  await assert.rejects(editor.change(addTwo), ConfigError);
});
