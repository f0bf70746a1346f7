/**
 * The same zones in named and in Homeport, the same questions to both: every name of the zones and names
 * around them, by UDP and TCP, with EDNS and DO and without, with RD and without. Response code, flags and
 * sections must be the same.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { nameToText } from "#protocols/dns/name.ts";
import { mnemonicOfType, RRType } from "#protocols/dns/registry.ts";
import { requirePeer } from "../peers.ts";
import { Comparison } from "./comparison.ts";
import { askAll } from "./exchange.ts";
import { startHomeport } from "./homeport.ts";
import { type RunningPeer, startNamed, type ZoneFile } from "./named.ts";
import { namesAround, namesOf, type QueryOptions, type Question, queryOctets } from "./questions.ts";
import { canSign, signZones } from "./signed-zones.ts";

const zoneFile = (name: string, file = name): ZoneFile => ({
  name,
  file: join(import.meta.dirname, "zones", `${file}.zone`),
});

const zones = [
  "rich.example",
  "child.rich.example",
  "other.example",
  "alias.example",
  "wild.example",
  "chains.example",
  "big.example",
  "escaped.example",
  "dnssec.example",
  "2.0.192.in-addr.arpa",
  "8.b.d.0.1.0.0.2.ip6.arpa",
].map((name) => zoneFile(name));

/** Configured in both servers, with a file that is not there. */
const brokenZone = zoneFile("broken.example");

/** A server of the root and of a top-level domain. */
const rootZones = [zoneFile(".", "root"), zoneFile("tld")];

const types = [
  RRType.A,
  RRType.AAAA,
  RRType.NS,
  RRType.SOA,
  RRType.MX,
  RRType.TXT,
  RRType.CNAME,
  RRType.DNAME,
  RRType.DS,
  RRType.SRV,
  RRType.PTR,
  RRType.RRSIG,
  RRType.NSEC,
  RRType.DNSKEY,
  RRType.ANY,
  65280,
];

/** What a name is asked for when it stands for others that are asked for everything. */
const fewTypes = [RRType.A, RRType.DS, RRType.ANY];

/** What names of signed zones are asked for. */
const signedTypes = [
  RRType.A,
  RRType.NS,
  RRType.SOA,
  RRType.CNAME,
  RRType.DS,
  RRType.RRSIG,
  RRType.NSEC,
  RRType.NSEC3,
  RRType.DNSKEY,
  RRType.NSEC3PARAM,
  RRType.ANY,
];

const product = (names: ReturnType<typeof namesOf>, asked: readonly number[]): Question[] =>
  names.flatMap((name) => asked.map((type) => ({ name, type })));

const queryForms: readonly QueryOptions[] = [
  { recursionDesired: false },
  { recursionDesired: true },
  { recursionDesired: false, ednsOctets: 1232 },
  { recursionDesired: true, ednsOctets: 1232 },
];

/**
 * When the wildcard is an empty non-terminal and the zone has NSEC records, named leaves out the record that
 * covers the wildcard, and says TTL 0 for the SOA. Homeport's answer is checked in bind9-validation.
 */
const isNotOfEmptyWildcard = ({ name }: Question): boolean =>
  !nameToText(name).toLowerCase().includes(".nest.nsec.");

/** Proofs are for those who ask for them, and fit or the response is truncated. */
const signedForms: readonly QueryOptions[] = [
  { recursionDesired: true },
  { recursionDesired: false, ednsOctets: 1232 },
  { recursionDesired: false, ednsOctets: 640 },
];

test("named and Homeport answer every question about the rich zones alike", async (t) => {
  if (!requirePeer(t, "named", "bind9")) return;
  await using named = await startNamed({ zones: [...zones, brokenZone] });
  await using homeport = await startHomeport([...zones, brokenZone], { minimalAny: false });
  const names = namesOf(zones);
  const asked = [...product(names, types), ...product(namesAround(names), fewTypes)];
  t.diagnostic(await compared(named, homeport, asked));
});

test("named and Homeport answer every question to a server of the root alike", async (t) => {
  if (!requirePeer(t, "named", "bind9")) return;
  await using named = await startNamed({ zones: rootZones });
  await using homeport = await startHomeport(rootZones, { minimalAny: false });
  const names = namesOf(rootZones);
  t.diagnostic(await compared(named, homeport, product([...names, ...namesAround(names)], types)));
});

test("named and Homeport answer every question about signed zones alike, with the same proofs", async (t) => {
  if (!requirePeer(t, "named", "bind9") || !canSign(t)) return;
  using signed = signZones();
  await using named = await startNamed({ zones: signed.zones });
  await using homeport = await startHomeport(signed.zones, { minimalAny: false });
  for (const zone of signed.zones) {
    await t.test(zone.name, async (t) => {
      const names = namesOf([zone]);
      const asked = [...product(names, signedTypes), ...product(namesAround(names), fewTypes)];
      t.diagnostic(await compared(named, homeport, asked.filter(isNotOfEmptyWildcard), signedForms));
    });
  }
});

for (const minimalResponses of ["yes", "no", "no-auth"]) {
  test(`named and Homeport mean the same by minimal-responses ${minimalResponses}`, async (t) => {
    if (!requirePeer(t, "named", "bind9")) return;
    const options = `minimal-responses ${minimalResponses};`;
    await using named = await startNamed({ zones, options });
    await using homeport = await startHomeport(zones, { minimalAny: false, minimalResponses });
    const asked = product(namesOf(zones.slice(0, 1)), [RRType.A, RRType.NS, RRType.MX, RRType.DS]);
    t.diagnostic(await compared(named, homeport, asked));
  });
}

test("named and Homeport answer every type number from 1 to 300 alike", async (t) => {
  if (!requirePeer(t, "named", "bind9")) return;
  await using named = await startNamed({ zones });
  await using homeport = await startHomeport(zones, { minimalAny: false });
  const names = namesOf(zones.slice(0, 1));
  const owners = names.filter(
    (name) => nameToText(name).includes("types.") && !nameToText(name).startsWith("no"),
  );
  const numbers = Array.from({ length: 300 }, (_, index) => index + 1).filter(isOrdinaryType);
  const asked = [...product(owners, numbers), ...product(names, typesWithTargets)];
  t.diagnostic(await compared(named, homeport, asked, queryForms.slice(1, 3)));
});

/** Types of which not every name is asked, with names in RDATA that more can be said about. */
const typesWithTargets = [
  RRType.NAPTR,
  RRType.LP,
  RRType.SVCB,
  RRType.HTTPS,
  RRType.KX,
  RRType.AFSDB,
  RRType.RT,
  RRType.PX,
  RRType.RP,
  RRType.MINFO,
];

/** What is no data and has rules of its own is in bind9-odd-messages. */
function isOrdinaryType(type: number): boolean {
  return type !== RRType.OPT && (type < 128 || type > 254);
}

/**
 * Asks both servers everything in every form; fails with the first differences. Says how much was compared.
 */
async function compared(
  named: RunningPeer,
  homeport: RunningPeer,
  questions: readonly Question[],
  forms = queryForms,
): Promise<string> {
  const differences: string[] = [];
  const counts = { compared: 0, truncated: 0, fewerAddresses: 0 };
  for (const form of forms) {
    const queries = (): Uint8Array[] => questions.map((question) => queryOctets(question, form));
    const askBoth = async (transport: "udp" | "tcp") =>
      Promise.all([askAll(named, transport, queries()), askAll(homeport, transport, queries())]);
    const [namedTcp, homeportTcp] = await askBoth("tcp");
    const [namedUdp, homeportUdp] = await askBoth("udp");
    questions.forEach((question, i) => {
      const comparison = new Comparison(form.ednsOctets ?? 512);
      const found = [
        ...comparison.whole(namedTcp[i]!, homeportTcp[i]!),
        ...comparison.limited(namedUdp[i]!, homeportUdp[i]!),
      ];
      counts.compared += 2;
      if (comparison.truncated) counts.truncated++;
      if (comparison.fewerAddresses) counts.fewerAddresses++;
      if (found.length > 0 && differences.length < 20) {
        const text = `${nameToText(question.name)} ${mnemonicOfType(question.type)} ${JSON.stringify(form)}`;
        differences.push([text, ...found].join("\n  "));
      }
    });
  }
  assert.equal(differences.join("\n"), "");
  assert.ok(counts.compared > 10_000, `only ${counts.compared} questions`);
  return `${counts.compared} answers compared, of which ${counts.truncated} truncated and ${counts.fewerAddresses} with room for some addresses only`;
}
