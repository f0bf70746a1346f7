/** The clients that people have read Homeport's answers, and find what the foundry's zones say. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { findProgram, requirePeer } from "../peers.ts";
import { startHomeport } from "./homeport.ts";
import type { ZoneFile } from "./named.ts";

const run = promisify(execFile);

const foundry = (name: string): ZoneFile => ({
  name,
  file: join(import.meta.dirname, "../../examples/foundry/zones", `${name}.db`),
});
const zones = [foundry("dmz.mydomain.com"), foundry("9.168.192.in-addr.arpa")];

interface Client {
  readonly program: string;
  readonly debianPackage: string;
  readonly arguments: (port: string) => readonly string[];
}

const dig = (...options: string[]): Client => ({
  program: "dig",
  debianPackage: "bind9-dnsutils",
  arguments: (port) => ["@127.0.0.1", "-p", port, "+tries=1", "+norecurse", ...options],
});
const kdig = (...options: string[]): Client => ({
  program: "kdig",
  debianPackage: "knot-dnsutils",
  arguments: (port) => ["@127.0.0.1", "-p", port, "+retry=0", "+norec", ...options],
});
/** Without validation: the zones are not signed. */
const delv: Client = {
  program: "delv",
  debianPackage: "bind9-dnsutils",
  arguments: (port) => ["@127.0.0.1", "-p", port, "-i"],
};
const host: Client = {
  program: "host",
  debianPackage: "bind9-host",
  arguments: (port) => ["-p", port],
};

const zone = "dmz.mydomain.com";
const cases: readonly (readonly [
  why: string,
  client: Client,
  question: readonly string[],
  output: RegExp[],
])[] = [
  ["dig gets an address", dig("+short"), [`mail.${zone}`, "A"], [/^192\.168\.9\.25$/m]],
  [
    "dig follows an alias",
    dig("+short"),
    [`www.${zone}`],
    [/^master\.dmz\.mydomain\.com\.$/m, /^192\.168\.9\.25$/m],
  ],
  [
    "dig gets mail hosts with addresses",
    dig(),
    [zone, "MX"],
    [/MX\s+10 mail\./, /MX\s+20 mail-spool\./, /mail\.\S+\s+3600\s+IN\s+A/],
  ],
  [
    "dig gets a name of an address",
    dig("+short"),
    ["-x", "192.168.9.26"],
    [/^slave\.dmz\.mydomain\.com\.$/m],
  ],
  [
    "dig gets a good cookie",
    dig("+cookie"),
    [zone, "SOA"],
    [/COOKIE: [0-9a-f]{48} \(good\)/, /status: NOERROR/],
  ],
  ["dig reads an answer by TCP", dig("+tcp"), [zone, "NS"], [/NS\s+slave\./, /\(TCP\)/]],
  [
    "dig reads why a question is refused",
    dig(),
    ["www.example.net"],
    [/status: REFUSED/, /EDE: 20 \(Not Authoritative\)/],
  ],
  ["dig reads a denial", dig(), [`nobody.${zone}`], [/status: NXDOMAIN/, /AUTHORITY: 1/]],
  ["dig reads a badly versioned answer", dig("+edns=1", "+noednsneg"), [zone, "SOA"], [/status: BADVERS/]],
  ["dig asks for ANY and gets one set", dig("+notcp", "+nocookie"), [zone, "ANY"], [/ANSWER: 1,/]],
  [
    "dig keeps the case of its question",
    dig("+qr"),
    ["WwW.dMz.MyDomain.Com"],
    [/^;WwW\.dMz\.MyDomain\.Com\.[\s\S]*^;WwW\.dMz\.MyDomain\.Com\./m],
  ],
  ["kdig gets an address", kdig("+short"), [`mail.${zone}`, "A"], [/^192\.168\.9\.25$/m]],
  ["kdig gets mail hosts", kdig(), [zone, "MX"], [/MX\s+10 mail\./, /status: NOERROR/]],
  [
    "kdig gets a name of an address",
    kdig("+short"),
    ["-x", "192.168.9.25"],
    [/^master\.dmz\.mydomain\.com\.$/m],
  ],
  ["kdig gets a cookie", kdig("+cookie"), [zone, "SOA"], [/COOKIE: [0-9A-Fa-f]{48}|SERVER COOKIE/i]],
  ["kdig reads padding and NSID requests", kdig("+nsid", "+padding=64"), [zone, "TXT"], [/status: NOERROR/]],
  [
    "kdig keeps a TCP connection",
    kdig("+tcp", "+keepopen"),
    [`computer-1.${zone}`, "TXT"],
    [/317bf41a2c5b70fd9ca4e283d364dcddd5/],
  ],
  [
    "delv gets an address",
    delv,
    [`mail.${zone}`, "A"],
    [/^mail\.dmz\.mydomain\.com\.\s+3600\s+IN\s+A\s+192\.168\.9\.25$/m],
  ],
  ["delv gets mail hosts", delv, [zone, "MX"], [/MX\s+10 mail\./]],
  ["delv gets a name of an address", delv, ["-x", "192.168.9.26"], [/PTR\s+slave\./]],
  [
    "host gets an address",
    host,
    [`mail.${zone}`, "127.0.0.1"],
    [/mail\.dmz\.mydomain\.com has address 192\.168\.9\.25/],
  ],
  [
    "host gets mail hosts",
    host,
    ["-t", "MX", zone, "127.0.0.1"],
    [/mail is handled by 10 mail\.dmz\.mydomain\.com/],
  ],
  [
    "host gets a name of an address",
    host,
    ["192.168.9.26", "127.0.0.1"],
    [/domain name pointer slave\.dmz\.mydomain\.com/],
  ],
  [
    "host follows an alias",
    host,
    [`www.${zone}`, "127.0.0.1"],
    [/is an alias for master/, /has address 192\.168\.9\.25/],
  ],
];

for (const [why, client, question, expected] of cases) {
  test(why, async (t) => {
    if (!requirePeer(t, client.program, client.debianPackage)) return;
    await using homeport = await startHomeport(zones);
    const args = [...client.arguments(String(homeport.port)), ...question];
    const { stdout } = await run(findProgram(client.program)!, args);
    for (const pattern of expected) assert.match(stdout, pattern);
    assert.doesNotMatch(stdout, /WARNING|malformed|bad packet|extra bytes/i);
  });
}
