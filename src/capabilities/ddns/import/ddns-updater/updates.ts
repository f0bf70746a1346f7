/** updates.json of ddns-updater: which address each record was given, and when. */
import { z } from "zod";
import type { ConfigProblem } from "#contracts/configuration.ts";
import { shown } from "#protocols/namedconf/problem.ts";
import { familyOf, type ToldAddress } from "../history/past-address.ts";

const Updates = z.object({
  records: z
    .array(
      z.object({
        domain: z.string(),
        host: z.string().optional(),
        owner: z.string().optional(),
        ips: z.array(z.object({ ip: z.string(), time: z.string() })).nullish(),
      }),
    )
    .nullable(),
});

export interface ReadUpdates {
  readonly told: readonly ToldAddress[];
  readonly problems: readonly ConfigProblem[];
}

/**
 * Undefined: the value is none.
 * @param isSites of a record: false leaves it out, because its address is that of another machine
 */
export function readUpdates(
  file: string,
  value: unknown,
  isSites: (owner: string, domain: string, address: string) => boolean = () => true,
): ReadUpdates | undefined {
  const read = Updates.safeParse(value);
  if (!read.success) return undefined;
  const told: ToldAddress[] = [];
  const problems: ConfigProblem[] = [];
  for (const { domain, host, owner, ips } of read.data.records ?? []) {
    const name = owner === undefined || owner === "" ? (host ?? "") : owner;
    for (const { ip, time } of ips ?? []) {
      const atMs = Date.parse(time);
      const address = ip.replace(/^::ffff:(?=\d+\.)/i, "");
      if (familyOf(address) === undefined || !(atMs >= 0))
        problems.push({
          severity: "error",
          file,
          what: `"${shown(ip)}" at "${shown(time)}" of ${shown(domain)} is no address with a time`,
          remedy: "correct it, or take it away",
        });
      else if (isSites(name, domain, address)) told.push({ address, atMs });
    }
  }
  return { told, problems };
}
