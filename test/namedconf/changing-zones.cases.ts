/** A table of statements about zones that change, what they become, and what the report says of them. */

/** Statements that define the keys which the cases name. */
export const keys = ["k", "other", "a.hosts.test", "b.hosts.test"]
  .map((name) => `key "${name}" { algorithm hmac-sha256; secret "aHVzaA=="; };\n`)
  .join("");
const closed = "allow-transfer { none; };";

/** Of one zone: `options`, its type, what else it says, and what it becomes and is said of it. */
export interface ZoneCase {
  readonly why: string;
  readonly options?: string;
  readonly type?: string;
  readonly zone?: string;
  readonly top?: string;
  readonly is: Record<string, unknown>;
  readonly said?: RegExp;
}

export const primary = 'primary; file "db"';
export const secondary = "secondary; primaries { 192.0.2.1; }";

export const cases: readonly ZoneCase[] = [
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
