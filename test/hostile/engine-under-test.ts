/** An engine with a zone that has something of everything, asked without sockets. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseName } from "#protocols/dns/name.ts";
import { matchAny } from "../../src/capabilities/dns/address-match.ts";
import { Engine } from "../../src/capabilities/dns/engine/engine.ts";
import { loadZone } from "../../src/capabilities/dns/zones/load.ts";
import { ZoneTable } from "../../src/capabilities/dns/zones/zone-table.ts";

export const origin = "hostile.example";

const zoneText = `$TTL 300
@ IN SOA ns1 admin 1 3600 600 86400 300
@ IN NS ns1
@ IN NS ns2.elsewhere.example.
@ IN MX 10 mail
ns1 IN A 192.0.2.1
mail IN A 192.0.2.2
mail IN AAAA 2001:db8::2
www IN CNAME web
web IN A 192.0.2.3
*.wild IN TXT "any"
*.wild IN MX 10 x.wild
sub IN NS ns.sub
ns.sub IN A 192.0.2.4
old IN DNAME new
a.new IN A 192.0.2.5
loop1 IN CNAME loop2
loop2 IN CNAME loop1
a.b.c.d IN A 192.0.2.6
_sip._tcp IN SRV 0 5 5060 mail
$GENERATE 1-60 big IN TXT "text number $ of a record set that is too large for a datagram"
`;

export function hostileEngine(): Engine {
  const folder = mkdtempSync(join(tmpdir(), "homeport-hostile-"));
  try {
    const file = join(folder, "zone.db");
    writeFileSync(file, zoneText);
    const name = parseName(`${origin}.`);
    const { image, problems } = loadZone({ name, file, folder, checkNames: "ignore" });
    if (image === undefined) throw new Error(JSON.stringify(problems));
    return new Engine(
      new ZoneTable([{ name, image, allowQuery: matchAny }]),
      {
        minimalResponses: "no",
        minimalAny: false,
        udpPayloadOctets: 1232,
        nsid: Buffer.from("hostile"),
        cookieSecret: new Uint8Array(16),
        rateLimit: undefined,
        chaos: {},
        tcpKeepaliveTenths: 100,
      },
      () => 1_700_000_000_000,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Names of the zone, what is below and beside them. */
export const names: readonly string[] = [
  "",
  "ns1",
  "mail",
  "www",
  "x.wild",
  "y.x.wild",
  "wild",
  "*.wild",
  "sub",
  "deep.below.sub",
  "a.old",
  "q.old",
  "loop1",
  "c.d",
  "b.c.d",
  "a.b.c.d",
  "_sip._tcp",
  "big",
  "nothing",
].map((name) => `${name}${name === "" ? "" : "."}${origin}.`);
