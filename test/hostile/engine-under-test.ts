/** An engine with a zone that has something of everything, asked without sockets. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseName } from "#protocols/dns/name.ts";
import { matchAny } from "../../src/capabilities/dns/address-match.ts";
import { Engine } from "../../src/capabilities/dns/engine/engine.ts";
import { loadZone } from "../../src/capabilities/dns/zones/load.ts";
import { ZoneTable } from "../../src/capabilities/dns/zones/zone-table.ts";
import { origin, zoneText } from "./hostile-zone.ts";

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
        queryLog: false,
        tcpKeepaliveTenths: 100,
      },
      () => 1_700_000_000_000,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
