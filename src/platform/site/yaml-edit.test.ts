import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "yaml";
import { differenceLines } from "./line-difference.ts";
import { editYaml, type YamlChange } from "./yaml-edit.ts";

const hosts = ["dhcp", "hosts"];
const printer = { name: "printer", macs: ["52:54:00:00:00:09"], address: "192.168.9.9" };
const append: YamlChange = { at: hosts, append: printer };

const site = `# Ours
site:   foundry     # since 2024
dhcp:
  subnets:
    - subnet: 192.168.9.0/24
      pools: ["192.168.9.100-192.168.9.250"]


  hosts:
    # Ada's
    - name: laptop
      macs: ["52:54:00:00:00:01"]   # Wi-Fi
    - { name: phone, macs: ["52:54:00:00:00:02"] }

web:
  listen: ["127.0.0.1:8053"]
`;

/** Only the lines that differ. */
function changed(text: string, ...changes: readonly YamlChange[]): string[] {
  const edit = editYaml(text, changes);
  assert.ok("text" in edit, JSON.stringify(edit));
  return differenceLines(text, edit.text, 0).filter((line) => line !== "…");
}

for (const [why, text, change, want] of [
  [
    "a list that is there gets one more, written like its neighbour",
    site,
    append,
    ['+    - { name: printer, macs: ["52:54:00:00:00:09"], address: 192.168.9.9 }'],
  ],
  [
    "behind a block it is a block",
    site.replace(/.*phone.*\n/, ""),
    append,
    ["+    - name: printer", '+      macs: ["52:54:00:00:00:09"]', "+      address: 192.168.9.9"],
  ],
  [
    "where there is no list it is made",
    "site: a\ndhcp:\n  subnets: [] # none\n",
    append,
    [
      "+  hosts:",
      "+    - name: printer",
      '+      macs: ["52:54:00:00:00:09"]',
      "+      address: 192.168.9.9",
    ],
  ],
  [
    "a list that is written empty becomes one with lines",
    "dhcp:\n  hosts: []\n  rapidCommit: true\n",
    append,
    [
      "-  hosts: []",
      "+  hosts:",
      "+    - name: printer",
      '+      macs: ["52:54:00:00:00:09"]',
      "+      address: 192.168.9.9",
    ],
  ],
  [
    "a key without a value is the place for a list",
    "dhcp:\n  hosts:\n  rapidCommit: true\n",
    append,
    ["+    - name: printer", '+      macs: ["52:54:00:00:00:09"]', "+      address: 192.168.9.9"],
  ],
  [
    "another indentation is kept to",
    "dhcp:\n    authoritative: true\n    hosts:\n    - name: laptop\n      macs: ['52:54:00:00:00:01']\n",
    append,
    ["+    - name: printer", '+      macs: ["52:54:00:00:00:09"]', "+      address: 192.168.9.9"],
  ],
  [
    "indentation that changes from part to part as well",
    "dns:\n  a: 1\ndhcp:\n     b: 2\n     hosts:\n       - name: laptop\n         macs: ['52:54:00:00:00:01']\n",
    append,
    ["+       - name: printer", '+         macs: ["52:54:00:00:00:09"]', "+         address: 192.168.9.9"],
  ],
  [
    "blanks inside of brackets are kept to",
    "dhcp:\n  pools: [ a ]\n",
    append,
    [
      "+  hosts:",
      "+    - name: printer",
      '+      macs: [ "52:54:00:00:00:09" ]',
      "+      address: 192.168.9.9",
    ],
  ],
  [
    "a value is set where it stands",
    site,
    { at: [...hosts, 0, "name"], set: "notebook" },
    ["-    - name: laptop", "+    - name: notebook"],
  ],
  [
    "a value that was not there comes behind the others",
    site,
    { at: [...hosts, 0, "address"], set: "192.168.9.7" },
    ["+      address: 192.168.9.7"],
  ],
  [
    "in a map of one line too",
    site,
    { at: [...hosts, 1, "address"], set: "192.168.9.7" },
    [
      '-    - { name: phone, macs: ["52:54:00:00:00:02"] }',
      '+    - { name: phone, macs: ["52:54:00:00:00:02"], address: 192.168.9.7 }',
    ],
  ],
  [
    "an entry goes with its lines",
    site,
    { at: [...hosts, 1], remove: true },
    ['-    - { name: phone, macs: ["52:54:00:00:00:02"] }'],
  ],
  [
    "and a list with all of its own",
    site.replace(/ {4}# Ada.*\n/, ""),
    { at: hosts, remove: true },
    [
      "-",
      "-  hosts:",
      "-    - name: laptop",
      '-      macs: ["52:54:00:00:00:01"]   # Wi-Fi',
      '-    - { name: phone, macs: ["52:54:00:00:00:02"] }',
      "-",
    ],
  ],
] as const satisfies readonly (readonly [string, string, YamlChange, readonly string[]])[])
  test(`an edit of YAML: ${why}`, () => assert.deepEqual(changed(text, change), want));

test("an edit of YAML leaves comments behind what goes that are not about it", () => {
  const text = `dhcp:
  rapidCommit: true
  hosts:

    - name: a
      macs: ["52:54:00:00:00:01"]

    # b's
    - name: b
      macs: ["52:54:00:00:00:02"]
    # all of them

  # end of dhcp
# end
`;
  assert.deepEqual(changed(text, { at: hosts, remove: true }), [
    "-  hosts:",
    "-",
    "-    - name: a",
    '-      macs: ["52:54:00:00:00:01"]',
    "-",
    "-    # b's",
    "-    - name: b",
    '-      macs: ["52:54:00:00:00:02"]',
    "-    # all of them",
  ]);
  assert.deepEqual(changed(text, { at: [...hosts, 0], remove: true }), [
    "-    - name: a",
    '-      macs: ["52:54:00:00:00:01"]',
  ]);
});

test("an edit of YAML says what the changes say, and what was there before", () => {
  const edit = editYaml(site, [append]);
  assert.ok("text" in edit);
  const want = parse(site) as { dhcp: { hosts: unknown[] } };
  want.dhcp.hosts.push(printer);
  assert.deepEqual(parse(edit.text), want);
});

test("an edit of YAML keeps line ends", () => {
  const edit = editYaml(site.replaceAll("\n", "\r\n"), [append]);
  assert.ok("text" in edit);
  assert.ok(edit.text.startsWith("# Ours\r\nsite:   foundry"));
  assert.equal(edit.text.match(/\n/g)?.length, edit.text.match(/\r\n/g)?.length);
});

test("an edit of YAML leaves aliases and what is no list to people", () => {
  const aliased = "other: &all [ { name: a } ]\ndhcp:\n  hosts: *all\n";
  assert.deepEqual(editYaml(aliased, [append]), {
    problem: "dhcp.hosts is an alias (*name) of what stands elsewhere",
  });
  assert.deepEqual(editYaml("dhcp:\n  hosts: 7\n", [append]), { problem: "dhcp.hosts is no list" });
});
