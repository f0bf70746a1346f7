/** What becomes of statements about zones that change: who may, who is told, and what the report says. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { soa } from "./bind-folder.ts";
import { importOf } from "./import-of.ts";

const keys = ["k", "other", "a.hosts.test", "b.hosts.test"]
  .map((name) => `key "${name}" { algorithm hmac-sha256; secret "aHVzaA=="; };\n`)
  .join("");
const closed = "allow-transfer { none; };";

/** Of one zone: `options`, its type, what else it says, and what it becomes and is said of it. */
interface ZoneCase {
  readonly why: string;
  readonly options?: string;
  readonly type?: string;
  readonly zone?: string;
  readonly top?: string;
  readonly is: Record<string, unknown>;
  readonly said?: RegExp;
}

const primary = 'primary; file "db"';
const secondary = "secondary; primaries { 192.0.2.1; }";

const cases: readonly ZoneCase[] = [
  {
    why: "allow-update of options is that of each zone of this server",
    options: "allow-update { key k; };",
    is: { allowUpdate: ["key k"] },
    said: /options allow-update: allowUpdate of each zone of this server that says nothing else\n/,
  },
  {
    why: "allow-update of options is not that of a copy",
    options: "allow-update { key k; };",
    type: secondary,
    is: { allowUpdate: undefined },
  },
  {
    why: "a zone's own allow-update wins, and nobody is what a missing one says",
    options: "allow-update { key k; };",
    zone: "allow-update { none; };",
    is: { allowUpdate: undefined },
  },
  {
    why: "update-policy wins over allow-update of options",
    options: "allow-update { any; };",
    zone: "update-policy { grant k zonesub; };",
    is: { allowUpdate: undefined, grant: [{ key: "k", names: "zonesub" }] },
    said: /update-policy: grant, 1 rule\n/,
  },
  {
    why: "an update by anybody is told loudly",
    zone: "allow-update { any; };",
    is: { allowUpdate: ["any"] },
    said: /warning: zone "z": anybody may change it, as in BIND; make a key with homeport key new, and write it/,
  },
  {
    why: "the seven types of rules come over, with their names and types",
    zone:
      "update-policy { grant k name a.z. A; deny k subdomain b.z; grant k wildcard *.z. txt TYPE65280; " +
      "grant k self k.; grant k selfsub . ANY; grant * selfwild * A; grant other zonesub A AAAA; };",
    is: {
      grant: [
        { key: "k", names: "name", name: "a.z", types: ["A"] },
        { key: "k", names: "subdomain", name: "b.z", deny: true },
        { key: "k", names: "wildcard", name: "*.z", types: ["TXT", "TYPE65280"] },
        { key: "k", names: "self" },
        { key: "k", names: "selfsub", types: ["ANY"] },
        { key: "*", names: "selfwild", types: ["A"] },
        { key: "other", names: "zonesub", types: ["A", "AAAA"] },
      ],
    },
    said: /update-policy: grant, 7 rules\n/,
  },
  {
    why: "a rule for all keys below a name is one for each of them",
    zone: "update-policy { grant *.hosts.test self . A; };",
    is: {
      grant: [
        { key: "a.hosts.test", names: "self", types: ["A"] },
        { key: "b.hosts.test", names: "self", types: ["A"] },
      ],
    },
  },
  {
    why: "update-policy local",
    zone: "update-policy local;",
    is: { grant: undefined, allowUpdate: undefined },
    said: /Not carried over\n.*update-policy: named makes the key local-ddns anew at each start, and Homeport does not; /,
  },
  {
    why: "rules of Kerberos, which nobody fits, leave the others alone",
    zone: "update-policy { deny k krb5-self . A; grant k ms-self . A; grant k zonesub; };",
    is: { grant: [{ key: "k", names: "zonesub" }] },
    said: /update-policy: krb5-self: Kerberos is not known\n.*update-policy: ms-self: Kerberos is not known\n/,
  },
  {
    why: "a grant by the client's address stays out alone",
    zone: "update-policy { grant k 6to4-self . NS; grant k zonesub; };",
    is: { grant: [{ key: "k", names: "zonesub" }] },
    said: /6to4-self: rules by the client's address are not known; write allowUpdate for addresses\n/,
  },
  {
    why: "a denial that is not known takes along what stands behind it",
    zone: 'update-policy { grant k zonesub TXT; deny k external "local:/x" A; grant k zonesub ANY; };',
    is: { grant: [{ key: "k", names: "zonesub", types: ["TXT"] }] },
    said: /external: Homeport asks no program beside it; the rules behind it stay out too, as it may deny what/,
  },
  {
    why: "a rule for a key that is nowhere",
    zone: "update-policy { grant nokey zonesub; };",
    is: { grant: undefined },
    said: /update-policy: no key is called "nokey"; Kerberos and SIG\(0\) are not known\n/,
  },
  {
    why: "how many records a rule allows",
    zone: "update-policy { grant k zonesub PTR(1); };",
    is: { grant: [{ key: "k", names: "zonesub", types: ["PTR"] }] },
    said: /how many records it allows does not come over; recordsPerTypeMax of the zone holds for all\n/,
  },
  {
    why: "nobody copies a zone where allow-transfer is missing and no secondary shows",
    is: { allowTransfer: undefined },
    said: /nobody may copy z, as allow-transfer is missing; BIND 9\.18 lets anybody, and for that write allowTransfer: \["any"\]\n/,
  },
  {
    why: "anybody copies a zone where allow-transfer is missing and also-notify shows secondaries",
    zone: "also-notify { 192.0.2.9; };",
    is: { allowTransfer: ["any"], alsoNotify: ["192.0.2.9"] },
    said: /zone "z": anybody may copy it, as allow-transfer is missing and also-notify shows .*\["192\.0\.2\.9"\], if only/,
  },
  {
    why: "also-notify shows nobody where notify is off",
    zone: "also-notify { 192.0.2.9; }; notify no;",
    is: { allowTransfer: undefined, notify: "no", alsoNotify: undefined },
  },
  {
    why: "allow-transfer of options is dns.allowTransfer",
    options: "allow-transfer { 192.0.2.0/24; key k; };",
    is: { allowTransfer: undefined },
    said: /options allow-transfer: dns\.allowTransfer\n/,
  },
  {
    why: "a zone's own allow-transfer, nobody included",
    options: "allow-transfer { any; };",
    zone: closed,
    is: { allowTransfer: ["none"] },
  },
  {
    why: "a transfer by one transport only",
    zone: "allow-transfer transport tls { key k; };",
    is: { allowTransfer: ["key k"] },
    said: /BIND lets it be copied by one port or transport only, Homeport by all that it answers on; name a key/,
  },
  {
    why: "name servers that can copy a zone no more are named, with their addresses",
    is: { file: "zones/z.db" },
    said: /zone "z": ns2\.z and ns\.far\.test can copy it no more; BIND let anybody, .*: \["192\.0\.2\.2", "address of ns\.far\.test"\]/,
  },
  {
    why: "allow-notify and allow-update-forwarding are those of a copy",
    options: "allow-notify { 192.0.2.3; }; allow-update-forwarding { key k; };",
    type: secondary,
    is: { allowNotify: ["192.0.2.3"], forwardUpdates: ["key k"] },
    said: /allow-notify: allowNotify of each copy .*\n.*forwarding: forwardUpdates of each copy that says nothing else\n/,
  },
  {
    why: "a copy's own allow-update-forwarding",
    type: secondary,
    zone: "allow-update-forwarding { any; };",
    is: { forwardUpdates: ["any"] },
    said: /zone "z" allow-update-forwarding: forwardUpdates\n/,
  },
  {
    why: "allow-notify of options is not that of a zone of this server",
    options: "allow-notify { 192.0.2.3; };",
    is: { allowNotify: undefined },
  },
  {
    why: "a copy's file stays behind",
    type: `${secondary}; file "s.db"`,
    is: { primaries: ["192.0.2.1"] },
    said: /zone "z": a secondary zone copied from 192\.0\.2\.1; s\.db stays behind, as copies are kept in the store\n/,
  },
  {
    why: "a mirror is a copy that tells nobody and lets nobody copy it",
    type: "mirror; primaries { 192.0.2.1; }",
    options: "also-notify { 192.0.2.9; };",
    is: { notify: "explicit", allowTransfer: undefined },
    said: /a mirror zone, whose signatures nobody checks here, copied from 192\.0\.2\.1\n/,
  },
  { why: "notify yes is what is usual", zone: "notify yes;", is: { notify: undefined } },
  { why: "notify explicit", zone: "notify explicit;", is: { notify: "explicit" } },
  {
    why: "a zone of this server tells with primary-only",
    options: "notify primary-only;",
    is: { notify: undefined },
  },
  {
    why: "a copy does not tell with master-only",
    options: "notify master-only;",
    type: secondary,
    is: { notify: "no" },
    said: /options notify: notify of each zone that says nothing else\n/,
  },
  {
    why: "ports and keys of also-notify, and lists by name",
    top: "primaries a port 5353 { 192.0.2.1 key k; 2001:db8::1 port 54; };",
    zone: `also-notify { a; 192.0.2.3; }; ${closed}`,
    is: { alsoNotify: ["192.0.2.1:5353 key k", "[2001:db8::1]:54", "192.0.2.3"] },
    said: /primaries a: written out in each list of servers that names it\n/,
  },
  {
    why: "the longest prefix of a server block signs, and a key of its own wins",
    top: "server 192.0.2.0/24 { keys k; }; server 192.0.2.7 { keys { other; }; };",
    type: "secondary; primaries { 192.0.2.1; 192.0.2.7; 192.0.2.8 key other; 198.51.100.1; }",
    is: { primaries: ["192.0.2.1 key k", "192.0.2.7 key other", "192.0.2.8 key other", "198.51.100.1"] },
    said: /server 192\.0\.2\.0\/24 keys: beside its address in primaries and alsoNotify; what is said to others is not signed\n/,
  },
  {
    why: "a server block that nothing names",
    top: "server 192.0.2.7 { keys k; };",
    is: {},
    said: /server 192\.0\.2\.7 keys: no primaries or also-notify names it; where one does, write "ADDRESS key k"\n/,
  },
  {
    why: "a server block with a key that is nowhere",
    top: "server 192.0.2.1 { keys nokey; };",
    type: secondary,
    is: { primaries: ["192.0.2.1"] },
    said: /no key is called "nokey", so what is said to 192\.0\.2\.1 is not signed; define it\n/,
  },
  {
    why: "primaries with a key that is nowhere",
    type: "secondary; primaries { 192.0.2.1 key nokey; }",
    is: { primaries: ["192.0.2.1"] },
    said: /no key is called "nokey", so what is said to 192\.0\.2\.1 is not signed; define it\n/,
  },
  {
    why: "primaries over TLS, with the name of the certificate",
    top: 'tls up { remote-hostname "ns.test"; ciphers "x"; };',
    type: "secondary; primaries { 192.0.2.1 tls up; 2001:db8::1 port 8853 tls up; 192.0.2.2 tls ephemeral; 192.0.2.3 tls none; }",
    is: {
      primaries: [
        "tls://192.0.2.1#ns.test",
        "tls://[2001:db8::1]:8853#ns.test",
        "tls://192.0.2.2",
        "192.0.2.3",
      ],
    },
    said: /tls up: tls:\/\/ in each list of servers that uses it; without ciphers\n/,
  },
  {
    why: "an authority of one's own does not come over",
    top: 'tls up { ca-file "ca.pem"; };',
    type: "secondary; primaries { 192.0.2.1 tls up; }",
    is: { primaries: ["tls://192.0.2.1"] },
    said: /warning: tls "up": its ca-file does not come over, so any certificate of 192\.0\.2\.1 will do; sign with a key, or let/,
  },
  {
    why: "an authority of one's own, beside a name that the machine's authorities must know",
    top: 'tls up { ca-file "ca.pem"; remote-hostname "ns.test"; };',
    type: "secondary; primaries { 192.0.2.1 tls up; }",
    is: { primaries: ["tls://192.0.2.1#ns.test"] },
    said: /warning: tls "up": its ca-file does not come over; let this machine trust that authority\n/,
  },
  {
    why: "a certificate of one's own does not come over",
    top: 'tls up { cert-file "c.pem"; key-file "k.pem"; };',
    type: "secondary; primaries { 192.0.2.1 tls up; }",
    is: { primaries: ["tls://192.0.2.1"] },
    said: /warning: tls "up": the certificate that BIND shows to the server does not come over/,
  },
  {
    why: "a tls block that is nowhere",
    type: "secondary; primaries { 192.0.2.1 tls nope; 192.0.2.2; }",
    is: { primaries: ["192.0.2.2"] },
    said: /no tls block is called "nope", so 192\.0\.2\.1 is left out of this list; write tls "nope" \{ … \};/,
  },
  {
    why: "serial-update-method of options",
    options: "serial-update-method date;",
    is: { serial: "date" },
    said: /serial-update-method: serial of each zone of this server that says nothing else\n/,
  },
  {
    why: "a zone's own serial-update-method",
    zone: "serial-update-method unixtime;",
    is: { serial: "unixtime" },
  },
  { why: "increment is what is usual", zone: "serial-update-method increment;", is: { serial: undefined } },
  {
    why: "bounds of records",
    options: "max-records-per-type 7; max-types-per-name 8;",
    zone: "max-types-per-name 0;",
    is: { recordsPerTypeMax: 7, typesPerNameMax: 0 },
    said: /max-records-per-type: recordsPerTypeMax of each zone .*\n.*max-types-per-name: typesPerNameMax of each zone/,
  },
  {
    why: "a stub zone",
    top: "zone y { type stub; primaries { 192.0.2.1; }; };",
    is: {},
    said: /zone "y": a stub zone tells a resolver whom to ask; to answer for it here, write it as a zone with primaries\n/,
  },
  {
    why: "the mirror of the root, whose servers BIND knows",
    top: "zone . { type mirror; };",
    is: {},
    said: /zone "\.": it names no primaries, and those of the root that BIND knows by itself are not known here\n/,
  },
];

const db = `$TTL 1h\n@ SOA ns1 h 1 1d 2h 4w 1h\n NS ns1\n NS ns2\n NS ns.far.test.\nns1 A 192.0.2.1\nns2 A 192.0.2.2\n`;

for (const { why, options = "", type = primary, zone = "", top = "", is, said } of cases) {
  test(`import of zones that change: ${why}`, async () => {
    const { report, dns } = await importOf({
      "named.conf": `${keys}${top}\noptions { ${options} };\nzone z { type ${type}; ${zone} };\n`,
      db,
    });
    const [found] = (dns["zones"] as Record<string, unknown>[]).filter(({ name }) => name === "z");
    assert(found !== undefined);
    for (const [key, value] of Object.entries(is)) assert.deepEqual(found[key], value, key);
    if (said !== undefined) assert.match(report, said);
  });
}

/** What is not carried over, and why: the sentences about transfers, updates and history. */
const sentences: readonly (readonly [statement: string, said: string])[] = [
  ["querylog yes;", "Homeport logs queries only while it is told to: rndc querylog on"],
  ["http-port 80;", "Homeport does not answer over HTTPS"],
  ["tls-port 853;", "dns.tls says where to answer over TLS, with the port"],
  [
    "allow-new-zones yes;",
    "rndc adds no zones here; write each into site.yaml, or into a catalog zone that Homeport follows",
  ],
  ["ixfr-from-differences yes;", "Homeport always does: from a changed zone file it takes what differs"],
  ["max-journal-size 1M;", "the history of a zone is in the store, within bounds of its own"],
  ["max-ixfr-ratio 50%;", "the history of a zone is in the store, within bounds of its own"],
  ["provide-ixfr no;", "whoever may copy a zone gets its changes, or all of it where that is not possible"],
  ["request-ixfr no;", "Homeport asks for changes first, and for the whole zone where there are none"],
  ["request-expire no;", "Homeport goes by the expiry time of the SOA record"],
  ["transfer-format one-answer;", "Homeport puts many records into each message, as with many-answers"],
  [
    "transfer-source 192.0.2.1;",
    "the system chooses the address that Homeport speaks from; write a route or a rule of the firewall",
  ],
  [
    "notify-source 192.0.2.1;",
    "the system chooses the address that Homeport speaks from; write a route or a rule of the firewall",
  ],
  ["transfers-out 5;", "Homeport has bounds of its own for transfers"],
  ["max-transfer-idle-in 5;", "Homeport has bounds of its own for transfers"],
  ["notify-rate 5;", "Homeport has bounds of its own for notifications"],
  ["notify-delay 5;", "Homeport has bounds of its own for notifications"],
  ["notify-to-soa yes;", "Homeport tells all name servers of a zone but the one that its SOA record names"],
  ["min-retry-time 5;", "Homeport keeps to the times of the SOA record, within bounds of its own"],
  ["multi-master yes;", "Homeport passes over a primary with an older serial number for the next one"],
  ["try-tcp-refresh no;", "Homeport asks by TCP where UDP brings no answer, as with yes"],
  ["dialup yes;", "a line that is dialled is not known; notify: explicit tells of changes where you say"],
  ["max-records 5;", "Homeport bounds records by name and type only: recordsPerTypeMax and typesPerNameMax"],
  [
    "masterfile-format text;",
    "zone files are read as text, and zones that are copied or updated are kept in the store, not in files",
  ],
  ["session-keyname x;", "Homeport makes no key at its start; homeport key new makes one to keep"],
  ["update-quota 5;", "a setting of named's own workings; Homeport has bounds of its own"],
  [
    "flush-zones-on-shutdown yes;",
    "zones that are copied or updated are kept in the store, not in files, before they are seen",
  ],
  ["listen-on port 443 tls none http default { any; };", "Homeport does not answer over HTTPS"],
];

for (const [statement, said] of sentences) {
  test(`not carried over: ${statement}`, async () => {
    const { report } = await importOf({ "named.conf": `options { ${statement} };` });
    const name = statement.split(" ")[0]!;
    const lines = report
      .split("\n\n")
      .find((section) => section.startsWith("Not carried over"))!
      .split("\n");
    assert.deepEqual(lines.slice(1), [`  named.conf:1: options ${name}: ${said}`]);
  });
}

/** Statements of a `server` block. */
const serverSentences: readonly (readonly [statement: string, said: string])[] = [
  [
    "bogus yes;",
    "Homeport asks only servers that site.yaml names; whom it hears, say allowQuery and its like",
  ],
  ["provide-ixfr no;", "whoever may copy a zone gets its changes, or all of it where that is not possible"],
  ["request-ixfr no;", "Homeport asks for changes first, and for the whole zone where there are none"],
  ["transfer-format one-answer;", "Homeport puts many records into each message"],
  ["transfers 5;", "Homeport has bounds of its own"],
  ["tcp-only yes;", "Homeport finds out what a server can"],
];

for (const [statement, said] of serverSentences) {
  test(`of a server: ${statement}`, async () => {
    const { report } = await importOf({ "named.conf": `server 192.0.2.1 { ${statement} };` });
    assert(report.includes(`server 192.0.2.1 ${statement.split(" ")[0]}: ${said}\n`), report);
  });
}

test("servers of the view that is taken count instead of those of the top level", async () => {
  const view = `match-clients { any; }; server 192.0.2.1 { keys other; }; zone z { type ${secondary}; };`;
  const { dns } = await importOf({
    "named.conf": `${keys}server 192.0.2.1 { keys k; };\nview v { ${view} };`,
  });
  assert.deepEqual((dns["zones"] as { primaries: unknown }[])[0]?.primaries, ["192.0.2.1 key other"]);
});

test("a key that only another view has says nothing in a list", async () => {
  const { dns, result } = await importOf({
    "named.conf":
      "acl a { !key there; key there; 10/8; };\nview v { match-clients { a; }; };\n" +
      'view w { key there { algorithm hmac-sha256; secret "aHVzaA=="; }; };',
  });
  assert.deepEqual(dns["acls"], { a: ["10.0.0.0/8"] });
  assert.equal(result.complete, true);
});

test("two names of one key are one key", async () => {
  const key = (name: string) => `key "${name}" { algorithm hmac-sha256; secret "aHVzaA=="; };`;
  const { dns, report } = await importOf({ "named.conf": `${key("ab")}${key("\\097b")}` });
  assert.equal((dns["keys"] as unknown[]).length, 1);
  assert.match(report, /key "\\097b": a key before it has the same name, written otherwise\n/);
});

const controls: readonly (readonly [why: string, text: string, is: unknown, said: RegExp])[] = [
  [
    "inet becomes dns.controls, on loopback and a high port at first",
    'controls { inet 192.0.2.1 port 1953 allow { 127.0.0.1; } keys { "k"; other; } read-only yes; };',
    [{ listen: "127.0.0.1:9953", allow: ["127.0.0.1"], keys: ["k", "other"], readOnly: true }],
    /controls inet 192\.0\.2\.1: dns\.controls; for a first trial on 127\.0\.0\.1:9953, not on 192\.0\.2\.1:1953\n/,
  ],
  [
    "each has a port of its own, by family",
    "controls { inet * allow { any; } keys { k; }; inet 127.0.0.1 allow { any; } keys { k; }; inet :: allow { any; } keys { k; }; };",
    ["127.0.0.1:9953", "127.0.0.1:9954", "[::1]:9953"].map((listen) => ({
      listen,
      allow: ["any"],
      keys: ["k"],
    })),
    /not on 0\.0\.0\.0:953\n.*not on 127\.0\.0\.1:953\n.*not on \[::\]:953\n/,
  ],
  [
    "a trial lets in this machine, whoever BIND did",
    "controls { inet 192.0.2.1 allow { 10/8; } keys { k; }; };",
    [{ listen: "127.0.0.1:9953", allow: ["localhost"], keys: ["k"] }],
    /dns\.controls/,
  ],
  [
    "unix sockets",
    'controls { unix "/run/x" perm 0600 owner 0 group 0; };',
    undefined,
    /controls unix \/run\/x: rndc connects by TCP; the homeport command has a socket of its own\n/,
  ],
  [
    "a key that is nowhere",
    "controls { inet 127.0.0.1 allow { any; } keys { nokey; }; };",
    undefined,
    /none of its keys came over, and rndc needs one\n.*\n.*no key is called "nokey", so nobody steers Homeport with it/s,
  ],
  [
    "no keys at all",
    "controls { inet 127.0.0.1 allow { any; }; };",
    undefined,
    /it names no keys, and there is no rndc\.key with one\n/,
  ],
  ["none", "controls { };", undefined, /controls: rndc may connect nowhere, as dns\.controls is missing\n/],
];

for (const [why, text, is, said] of controls) {
  test(`controls: ${why}`, async () => {
    const { report, dns } = await importOf({ "named.conf": `${keys}${text}` });
    assert.deepEqual(dns["controls"], is);
    assert.match(report, said);
  });
}

test("controls: the comments say how rndc connects, and what to write in the end", async () => {
  const text = "controls { inet 192.0.2.1 allow { 10/8; } keys { k; }; };";
  const { site } = await importOf({ "named.conf": `${keys}${text}` });
  assert.match(site, /trial beside BIND: rndc -s 127\.0\.0\.1 -p 9953 -k keys\/k\.key status\n/);
  assert.match(
    site,
    /stop named, then write:\n {4}# listen: "192\.0\.2\.1:953"\n {4}# allow: \["10\.0\.0\.0\/8"\]\n/,
  );
});

const rndcKey = 'key "rndc-key" { algorithm hmac-sha256; secret "aHVzaA=="; };\n';

test("controls: rndc.key counts where nothing is said of controls or of keys, as in named", async () => {
  const unsaid = await importOf({
    "named.conf": `zone z { type ${primary}; };`,
    "rndc.key": rndcKey,
    db: soa,
  });
  assert.deepEqual(
    unsaid.dns["controls"],
    ["127.0.0.1:9953", "[::1]:9953"].map((listen) => ({ listen, keys: ["rndc-key"] })),
  );
  assert.match(unsaid.report, /Read\n {2}named\.conf\n {2}rndc\.key\n/);
  assert.match(
    unsaid.report,
    /of rndc: dns\.controls, since named lets rndc connect with this key where controls/,
  );
  const text = "controls { inet 127.0.0.1 allow { any; }; };";
  const keyless = await importOf({ "named.conf": text, "rndc.key": rndcKey });
  assert.deepEqual(keyless.dns["controls"], [
    { listen: "127.0.0.1:9953", allow: ["any"], keys: ["rndc-key"] },
  ]);
  const closed = await importOf({ "named.conf": `${keys}controls { };`, "rndc.key": rndcKey });
  assert.equal(closed.dns["controls"], undefined);
  assert.equal((closed.dns["keys"] as unknown[]).length, 4);
});

test("listen-on with TLS becomes a comment with dns.tls", async () => {
  const { site, report } = await importOf({
    "named.conf":
      'tls own { cert-file "/c.pem"; key-file "/k.pem"; };\n' +
      "options { listen-on port 53 { 192.0.2.1; }; listen-on port 853 tls own { 192.0.2.1; }; listen-on-v6 { none; }; };",
  });
  assert.match(site, /# listen: \["192\.0\.2\.1:53"\]\n/);
  assert.match(
    site,
    /# tls: \{listen: \["192\.0\.2\.1:853"\], certificateFile: "\/c\.pem", keyFile: "\/k\.pem"\}\n/,
  );
  assert.match(report, /tls own: a comment at dns\.listen says what to write as dns\.tls\n/);
});

test("a catalog that is copied becomes one of dns.catalogs, and no zone", async () => {
  const { dns, report } = await importOf({
    "named.conf":
      `${keys}options { allow-transfer { key k; }; notify explicit; catalog-zones {\n` +
      "zone cat default-masters port 54 { 192.0.2.2; } in-memory yes;\nzone own; }; };\n" +
      `zone cat { type ${secondary}; allow-transfer { none; }; };\nzone own { type ${primary}; };\n`,
    db: soa,
  });
  assert.deepEqual(dns["catalogs"], [
    {
      name: "cat",
      primaries: ["192.0.2.1"],
      members: { primaries: ["192.0.2.2:54"], notify: "explicit" },
      allowTransfer: ["none"],
      notify: "explicit",
    },
  ]);
  assert.deepEqual(
    (dns["zones"] as { name: string }[]).map(({ name }) => name),
    ["own"],
  );
  assert.match(report, /zone "cat": dns\.catalogs, a catalog that is copied from 192\.0\.2\.1\n/);
  assert.match(
    report,
    /catalog-zones "cat": dns\.catalogs; without in-memory: copies are kept in the store\n/,
  );
  assert.match(
    report,
    /catalog-zones "own": Homeport follows the catalogs of other servers only; for its own zones/,
  );
});

test("a zone of another view has what it inherits there", async () => {
  const { dns } = await importOf({
    "named.conf":
      `${keys}options { notify explicit; };\n` +
      "view v { match-clients { any; }; allow-transfer { any; }; allow-update { key k; }; zone z { in-view w; }; " +
      "zone y { in-view w; }; };\n" +
      `view w { allow-query { 10/8; }; allow-transfer { key other; }; zone z { type ${primary}; }; ` +
      'zone y { type primary; file "other"; allow-transfer { none; }; }; };',
    db: soa,
    other: soa,
  });
  assert.deepEqual(dns["zones"], [
    {
      name: "z",
      file: "zones/z.db",
      allowQuery: ["10.0.0.0/8"],
      allowTransfer: ["key other"],
      notify: "explicit",
    },
    {
      name: "y",
      file: "zones/y.db",
      allowQuery: ["10.0.0.0/8"],
      allowTransfer: ["none"],
      notify: "explicit",
    },
  ]);
});
