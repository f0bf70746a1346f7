/** nsupdate, told to give many names one address. */
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { findProgram } from "../../test/peers.ts";
import type { Workplace } from "../workplace.ts";
import { recordName, type UpdateTarget } from "./site-lines.ts";

/** As many as Homeport puts into a message. */
const namesPerMessage = 500;

/** What it reads: the address before goes, the new one comes. */
export function nsupdateText(
  { port, zone, key, algorithm, secret }: UpdateTarget,
  { names, address }: { readonly names: number; readonly address: string },
): string {
  const lines = [`server 127.0.0.1 ${port}`, `zone ${zone}`, `key ${algorithm}:${key} ${secret}`];
  for (let i = 0; i < names; i++) {
    const name = recordName(i, zone);
    lines.push(`update delete ${name} A`, `update add ${name} 60 A ${address}`);
    if ((i + 1) % namesPerMessage === 0 || i + 1 === names) lines.push("send");
  }
  return `${lines.join("\n")}\n`;
}

/** Writes the text beforehand; the returned function runs nsupdate on it. */
export function prepareNsupdate(
  place: Workplace,
  target: UpdateTarget,
  change: { readonly names: number; readonly address: string },
): () => Promise<void> {
  const program = findProgram("nsupdate");
  if (program === undefined) throw new Error("nsupdate is not installed; Debian package bind9-dnsutils");
  const file = join(place.newFolder("nsupdate"), "commands");
  writeFileSync(file, nsupdateText(target, change));
  return async () => {
    const group = place.start([program, "-v", file]);
    const [code] = (await once(group.leader, "close")) as [number | null];
    if (code !== 0) throw new Error(`nsupdate ended with ${code}: ${group.errors}`);
    await place.end(group);
  };
}
