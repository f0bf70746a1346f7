/** Whether a config is acceptable: named-checkconf 9.18 and Homeport's reader say the same. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { checkStatements } from "#protocols/namedconf/check.ts";
import { checkDefinitions, checkReferences } from "#protocols/namedconf/check-references.ts";
import { parseNamedConf } from "#protocols/namedconf/parser.ts";
import { badConfigs, goodConfigs } from "../namedconf/corpus.ts";
import { requirePeer } from "../peers.ts";

function ourProblems(text: string): string[] {
  const { statements, problems } = parseNamedConf("named.conf", text);
  const all = [
    ...problems,
    ...checkStatements(statements),
    ...checkReferences(statements),
    ...checkDefinitions(statements),
  ];
  return all.map((problem) => `${problem.line}:${problem.column}: ${problem.what}; ${problem.remedy}`);
}

function peerComplaint(text: string): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "homeport-checkconf-"));
  try {
    writeFileSync(join(folder, "named.conf"), text);
    const run = spawnSync("named-checkconf", ["named.conf"], { cwd: folder, encoding: "utf8" });
    assert.equal(run.error, undefined);
    return run.status === 0 ? undefined : run.stdout + run.stderr;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

for (const [why, text] of goodConfigs) {
  test(`both accept ${why}`, (t) => {
    assert.deepEqual(ourProblems(text), []);
    if (requirePeer(t, "named-checkconf", "bind9-utils")) assert.equal(peerComplaint(text), undefined);
  });
}

for (const [why, text] of badConfigs) {
  test(`both refuse ${why}`, (t) => {
    assert.notDeepEqual(ourProblems(text), []);
    if (requirePeer(t, "named-checkconf", "bind9-utils")) assert.notEqual(peerComplaint(text), undefined);
  });
}

/** Folders of which an import is tested. */
const folders = [
  "examples/foundry",
  ...["dynamic-zones", "secondary-farm", "keyed-views"].map((name) => `test/namedconf/golden/${name}`),
];

for (const folder of folders) {
  test(`named takes ${folder}/bind`, (t) => {
    if (!requirePeer(t, "named-checkconf", "bind9-utils")) return;
    const copy = mkdtempSync(join(tmpdir(), "homeport-checkconf-"));
    t.after(() => rmSync(copy, { recursive: true }));
    cpSync(join(import.meta.dirname, "../..", folder, "bind"), copy, { recursive: true });
    for (const file of globSync(join(copy, "named.conf*"))) {
      writeFileSync(file, readFileSync(file, "utf8").replaceAll("/etc/bind", copy));
    }
    const run = spawnSync("named-checkconf", [join(copy, "named.conf")], { encoding: "utf8" });
    assert.deepEqual([run.error, run.stdout, run.status], [undefined, "", 0]);
  });
}
