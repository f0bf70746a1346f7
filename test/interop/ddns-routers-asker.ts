/** Looks once with each of the methods that its argument has, as JSON; prints what each says, as JSON. */
import type { MethodConfig } from "../../src/capabilities/ddns/config.ts";
import { machineWitnessPorts } from "../../src/capabilities/ddns/watch/methods/witness-ports.ts";
import { witnessesOf } from "../../src/capabilities/ddns/watch/witnesses.ts";
import { openHttpClient } from "../../src/platform/http-client/open-http-client.ts";

const methods = JSON.parse(process.argv[2]!) as readonly MethodConfig[];
await using http = openHttpClient();
const ports = machineWitnessPorts({ http, folder: import.meta.dirname });
const said: Record<string, string> = {};
for (const witness of witnessesOf("ipv4", methods, { alsoPublic: [] }, ports)) {
  const sighting = await witness.look("ipv4", new AbortController().signal);
  said[witness.title] = sighting.kind === "address" ? sighting.address : sighting.why;
}
process.stdout.write(JSON.stringify(said));
