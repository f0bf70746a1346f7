/** Hosts of the update server as the API has them. */
import { z } from "zod";
import { faultsAt, isAbuse } from "./faults.ts";
import type { Host, ServedName } from "./host-table.ts";

const moment = z.iso.datetime().nullable();
const text = z.string().nullable();

const HostNameAnswer = z.object({
  name: z.string(),
  interfaceId: text.describe("What stands behind a prefix that it is told, such as ::1"),
  follows: text.describe("The name whose prefix it gets"),
  ipv4: text,
  ipv6: text,
  updatedAt: moment.describe("The last change, or the last refresh after a day or more"),
  from: text.describe("The address that it came from"),
  agent: text.describe("What the program calls itself: any text, chosen by a stranger"),
  seenAt: moment.describe("The last update, needless or not, since the program started"),
  faults: z.int().describe("Needless updates this week"),
  isBlocked: z.boolean().describe("After too many of them, until the week is over or they are cleared"),
  problem: text.describe("Why the last update did not do"),
});
export type HostNameAnswer = z.output<typeof HostNameAnswer>;

export const HostAnswer = z.object({
  user: z.string().describe("By which it logs in; each of its names does too"),
  isActive: z.boolean(),
  createdAt: z.iso.datetime(),
  secretSetAt: z.iso.datetime(),
  names: z.array(HostNameAnswer),
});
export type HostAnswer = z.output<typeof HostAnswer>;

export function hostAnswer({ user, value, names }: Host, nowMs: number): HostAnswer {
  return {
    user,
    isActive: !value.disabled,
    createdAt: new Date(value.createdAtMs).toISOString(),
    secretSetAt: new Date(value.secretSetAtMs).toISOString(),
    names: names.map((name) => nameAnswer(name, nowMs)),
  };
}

function nameAnswer({ entry, value, seenAtMs, problem }: ServedName, nowMs: number): HostNameAnswer {
  return {
    name: entry.name,
    interfaceId: entry.interfaceId ?? null,
    follows: entry.follows ?? null,
    ipv4: value.ipv4 ?? null,
    ipv6: value.ipv6 ?? null,
    updatedAt: momentOf(value.updatedAtMs),
    from: value.from ?? null,
    agent: value.agent ?? null,
    seenAt: momentOf(seenAtMs),
    faults: faultsAt(value, nowMs).faults,
    isBlocked: isAbuse(value, nowMs),
    problem: problem ?? null,
  };
}

function momentOf(atMs: number | undefined): string | null {
  return atMs === undefined ? null : new Date(atMs).toISOString();
}
