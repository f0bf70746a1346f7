/** Commands of rndc: a table of what each calls and prints, and lists of those that named is asked too. */

interface Want {
  /** Commands that come first. */
  readonly before?: readonly string[];
  readonly output?: string;
  /** With it rndc ends with code 1, else with 0. */
  readonly errors?: string;
  readonly calls?: readonly string[];
}

const frozenWarning =
  "WARNING: The zone was already frozen.\nSomeone else may be editing it or it may still be re-loading.\n";

export const rndcCases: readonly (readonly [words: readonly string[], want: Want])[] = [
  [["reload"], { output: "server reload successful\n", calls: ["reload"] }],
  [["RELOAD", "Static.NET."], { output: "zone reload up-to-date\n", calls: ["reloadZone static.net."] }],
  [
    ["reload", "copy.net", "IN", "_default"],
    { output: "zone refresh queued\n", calls: ["refresh copy.net."] },
  ],
  [
    ["reload", "dyn.net"],
    { errors: "rndc: 'reload' failed: dynamic zone\n", calls: ["reloadZone dyn.net."] },
  ],
  [
    ["reload", "dyn.net"],
    { before: ["freeze dyn.net"], output: "zone reload up-to-date\n", calls: ["reloadZone dyn.net."] },
  ],
  [
    ["reload", "broken.net"],
    {
      errors: "rndc: 'reload' failed: failure\nbroken.db: there is no such file\n",
      calls: ["reloadZone broken.net."],
    },
  ],
  [["reconfig"], { calls: ["reconfig"] }],
  [["refresh", "copy.net"], { output: "zone refresh queued\n", calls: ["refresh copy.net."] }],
  [["refresh"], { errors: "rndc: 'refresh' failed: unexpected end of input\n" }],
  [["retransfer", "copy.net"], { calls: ["retransfer copy.net."] }],
  [["notify", "static.net"], { output: "zone notify queued\n", calls: ["notify static.net."] }],
  [["freeze"], { calls: ["freeze"] }],
  [["freeze", "dyn.net"], { calls: ["freeze dyn.net."] }],
  [
    ["freeze", "dyn.net"],
    {
      before: ["freeze dyn.net"],
      errors: `rndc: 'freeze' failed: already frozen\n${frozenWarning}`,
      calls: ["freeze dyn.net."],
    },
  ],
  [["freeze", "static.net"], { errors: "rndc: 'freeze' failed: not dynamic\n" }],
  [["freeze", "copy.net"], { errors: "rndc: 'freeze' failed: not primary\n" }],
  [
    ["thaw", "dyn.net"],
    {
      before: ["freeze dyn.net"],
      output: "The zone reload and thaw was successful.\n",
      calls: ["thaw dyn.net."],
    },
  ],
  [["thaw"], { calls: ["thaw"] }],
  [["sync"], { calls: ["sync"] }],
  [["sync", "-clean"], { calls: ["sync -clean"] }],
  [["sync", "-clean", "dyn.net"], { calls: ["sync -clean dyn.net."] }],
  [["flush"], { calls: ["flush"] }],
  [["flushname", "www.example.net"], { calls: ["flushName www.example.net."] }],
  [["flushtree", "example.net", "_default"], { calls: ["flushTree example.net."] }],
  [["querylog"], { calls: ["queryLog undefined"] }],
  [["querylog", "on"], { calls: ["queryLog true"] }],
  [["querylog", "OFF"], { calls: ["queryLog false"] }],
  [["stats"], { calls: ["stats"] }],
  [["scan"], { calls: ["scan"] }],
  [["stop"], { calls: ["stop"] }],
  [["halt", "-p"], { output: "pid: 4242\n", calls: ["halt"] }],
  [
    ["tsig-list"],
    {
      output:
        'view "_default"; type "static"; key "rndc-key";\nview "_default"; type "static"; key "ddns.example";\n',
    },
  ],
  [["showzone", "static.net"], { output: 'zone "static.net" { type primary; };\n' }],
  [
    ["zonestatus", '"static.net'],
    {
      errors: "rndc: 'zonestatus' failed: unexpected end of input\nunexpected end of input\n",
    },
  ],
  [
    ["zonestatus", "signed.net"],
    {
      output: `name: signed.net
type: secondary
files: signed.db
serial: 1
nodes: 3
last loaded: Tue, 24 Nov 2026 19:40:58 GMT
next refresh: Tue, 24 Nov 2026 20:40:58 GMT
expires: Wed, 25 Nov 2026 19:40:58 GMT
secure: yes
inline signing: no
key maintenance: none
dynamic: no
reconfigurable via modzone: no
`,
    },
  ],
  [
    ["addzone", "new.net", '{ type primary; file "new.db"; };'],
    {
      errors:
        "rndc: 'addzone' failed: not implemented\nzones stand in site.yaml: change dns.zones and run `rndc reload`, or follow a catalog zone\n",
    },
  ],
  [
    ["nta", "-dump"],
    {
      errors:
        "rndc: 'nta' failed: not implemented\nHomeport does not validate, since it asks no other servers\n",
    },
  ],
];

/** In this order. Homeport may say more than named where it knows more, or other words where it does other things. */
export const comparedCommands: readonly (readonly [
  command: string,
  tolerance?: "more words" | "other words",
])[] = [
  ["status"],
  ["STATUS extra"],
  ["zonestatus static.net"],
  ["zonestatus STATIC.net."],
  ["zonestatus dyn.net"],
  ["zonestatus copy.net"],
  ["zonestatus broken.net"],
  ["zonestatus nosuch.net"],
  ["zonestatus"],
  ["zonestatus static.net IN"],
  ["zonestatus static.net in _default"],
  ["zonestatus static.net IN nope"],
  ["zonestatus nosuch.net IN _default"],
  ["zonestatus static.net CH"],
  ["zonestatus static.net CH _default"],
  ["zonestatus static.net CLASS1"],
  ["zonestatus static.net CLASS99999"],
  ["zonestatus static.net HESIOD"],
  ["zonestatus static.net XX"],
  ["zonestatus -clean"],
  ['zonestatus "static.net"'],
  ["zonestatus 'static.net'"],
  ['zonestatus "static.net'],
  ['zonestatus ""'],
  ["zonestatus a..b", "more words"],
  ["zonestatus ..", "more words"],
  ["zonestatus \\300.x", "more words"],
  [`zonestatus ${"a".repeat(64)}`, "more words"],
  [`zonestatus ${"a.".repeat(128)}`, "more words"],
  ["reload"],
  ["reload static.net"],
  ["reload dyn.net"],
  ["reload copy.net"],
  ["reload nosuch.net"],
  ["reload broken.net", "other words"],
  ["reload static.net IN nope"],
  ["reconfig"],
  ["refresh"],
  ["refresh copy.net"],
  ["refresh static.net"],
  ["refresh nosuch.net"],
  ["retransfer"],
  ["retransfer copy.net"],
  ["retransfer static.net"],
  ["notify"],
  ["notify static.net"],
  ["notify copy.net"],
  ["notify broken.net"],
  ["freeze dyn.net"],
  ["freeze dyn.net"],
  ["zonestatus dyn.net"],
  ["reload dyn.net"],
  ["thaw dyn.net"],
  ["thaw dyn.net"],
  ["freeze static.net"],
  ["freeze broken.net"],
  ["freeze copy.net"],
  ["thaw static.net"],
  ["thaw copy.net"],
  ["thaw nosuch.net"],
  ["freeze"],
  ["freeze"],
  ["thaw"],
  ["thaw"],
  ["sync"],
  ["sync -clean"],
  ["sync dyn.net"],
  ["sync -clean dyn.net"],
  ["sync static.net"],
  ["sync copy.net"],
  ["sync -foo"],
  ["sync static.net -clean"],
  ["flush"],
  ["flush _default"],
  ["flush nope"],
  ["flushname www.static.net"],
  ["flushname"],
  ["flushname a..b", "more words"],
  ["flushname x nope"],
  ["flushtree static.net"],
  ["querylog"],
  ["querylog"],
  ["querylog on"],
  ["querylog OFF"],
  ["querylog foo"],
  ["showzone"],
  ["showzone nosuch.net"],
  ["tsig-list"],
  ["tsig-delete rndc-key"],
  ["tsig-delete"],
  ["scan"],
  ["stats"],
  ["foo"],
  ["null"],
];

export const readOnlyCommands: readonly string[] = [
  "status",
  "zonestatus static.net",
  "zonestatus nosuch.net",
  "showzone nosuch.net",
  "null",
  "reload",
  "reload static.net",
  "reconfig",
  "refresh copy.net",
  "retransfer copy.net",
  "notify static.net",
  "freeze dyn.net",
  "thaw dyn.net",
  "sync",
  "flush",
  "flushname a",
  "flushtree a",
  "querylog on",
  "stats",
  "tsig-list",
  "tsig-delete rndc-key",
  "scan",
  "stop",
  "halt",
  "addzone x",
  "trace",
  "foo",
];
