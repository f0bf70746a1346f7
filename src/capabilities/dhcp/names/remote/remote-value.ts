/**
 * What is to be at other servers for one name, as the store has it at `dhcp/remote4/NAME`, and what follows
 * from it. All of it are values: what was done is another one.
 */
import { z } from "zod";
import { typedKey } from "#platform/store/typed-key.ts";
import { remoteLimits } from "./limits.ts";

const HostValue = z.strictObject({
  owner: z.string(),
  /** IPv4, in text. */
  address: z.string(),
  /** Seconds. */
  ttl: z.int(),
  guard: z.strictObject({ type: z.enum(["TXT", "DHCID"]), data: z.string() }).optional(),
  /** The address at the name is at another server. */
  forward: z.boolean(),
  /** So is the PTR record. */
  reverse: z.boolean(),
  /** Which: at others, all of it is to be done anew. */
  servers: z.string(),
});
export type HostValue = z.output<typeof HostValue>;

const Progress = z.enum(["pending", "done", "conflict"]);
type Progress = z.output<typeof Progress>;

const RemoteValue = z.strictObject({
  want: HostValue.optional(),
  /** Of what is wanted. */
  forward: Progress,
  reverse: Progress,
  /** Without a guard: the address may have been added. */
  isAdded: z.literal(true).optional(),
  /** What was wanted before and is to be removed, the oldest first. */
  leftovers: z.array(HostValue).readonly(),
});
export type RemoteValue = z.output<typeof RemoteValue>;

export const remoteKey = typedKey("dhcp/remote4/", RemoteValue);

export type RemoteTask =
  | { readonly do: "remove-forward" | "remove-reverse"; readonly host: HostValue }
  | { readonly do: "add-forward"; readonly host: HostValue; readonly isAdded: boolean }
  | { readonly do: "add-reverse"; readonly host: HostValue };

/** What there is to do, each independent of those before it. */
export function tasksOf({ want, forward, reverse, isAdded, leftovers }: RemoteValue): RemoteTask[] {
  const tasks: RemoteTask[] = [];
  const inTheWay = leftovers.filter((host) => host.forward && !isReplacedBy(host, want));
  for (const host of inTheWay) tasks.push({ do: "remove-forward", host });
  for (const host of leftovers) if (host.reverse) tasks.push({ do: "remove-reverse", host });
  if (want === undefined) return tasks;
  if (want.forward && forward === "pending" && inTheWay.length === 0)
    tasks.push({ do: "add-forward", host: want, isAdded: isAdded === true });
  // RFC 4703 §5.4: the PTR record only of who has the name
  const isNamed = !want.forward || forward === "done";
  const isAlone = !leftovers.some((host) => host.reverse && host.address === want.address);
  if (want.reverse && reverse === "pending" && isNamed && isAlone)
    tasks.push({ do: "add-reverse", host: want });
  return tasks;
}

/** Of the same owner the new address takes the place of the old one, so that the name is never away. */
function isReplacedBy(host: HostValue, want: HostValue | undefined): boolean {
  return want?.forward === true && host.guard !== undefined && guardText(host) === guardText(want);
}

export function isDone(value: RemoteValue): boolean {
  return tasksOf(value).length === 0;
}

/** It is wanted instead of what was, if anything; undefined: it is as it was. */
export function wanted(value: RemoteValue | undefined, want: HostValue): RemoteValue | undefined {
  if (value?.want !== undefined && isSame(value.want, want)) return undefined;
  const replaced = value === undefined ? [] : leftoversWithout(value, want);
  return { want, forward: "pending", reverse: "pending", leftovers: replaced };
}

/** Nothing is wanted any more; undefined: and nothing has to be done for that. */
export function unwanted(value: RemoteValue): RemoteValue | undefined {
  const leftovers = leftoversWithout(value, undefined);
  return leftovers.length === 0 ? undefined : { forward: "done", reverse: "done", leftovers };
}

/** After a task: undefined where the value has meanwhile become one that it says nothing of. */
export function after(value: RemoteValue, task: RemoteTask, outcome: Progress): RemoteValue | undefined {
  const { host } = task;
  if (task.do === "add-reverse" || task.do === "add-forward") {
    if (value.want === undefined || !isSame(value.want, host)) return undefined;
    if (task.do === "add-reverse") return { ...value, reverse: outcome };
    const { isAdded, leftovers, ...rest } = value;
    return {
      ...rest,
      forward: outcome,
      ...(isAdded === true && outcome === "done" && { isAdded }),
      leftovers: leftovers.flatMap((one) =>
        withoutPart(one, isReplacedBy(one, host) ? "forward" : undefined),
      ),
    };
  }
  const field = task.do === "remove-forward" ? "forward" : "reverse";
  const at = value.leftovers.findIndex((one) => isSame(one, host));
  if (at === -1) return undefined;
  return { ...value, leftovers: value.leftovers.toSpliced(at, 1, ...withoutPart(host, field)) };
}

/** The address is going to be added where no guard will tell whose it is. */
export function adding(value: RemoteValue, host: HostValue): RemoteValue | undefined {
  return value.want !== undefined && isSame(value.want, host) ? { ...value, isAdded: true } : undefined;
}

/** What has to go before, or because, something else is wanted: also what may be there. */
function leftoversWithout(value: RemoteValue, next: HostValue | undefined): readonly HostValue[] {
  const { want, leftovers } = value;
  if (want === undefined) return leftovers;
  const mayBeThere = want.guard === undefined ? value.isAdded === true : value.forward !== "conflict";
  const forward = want.forward && mayBeThere;
  const reverse = want.reverse && !(next?.reverse === true && next.address === want.address);
  if (!forward && !reverse) return leftovers;
  const left = { ...want, forward, reverse };
  return [...leftovers.filter((one) => !isSame(one, left)), left].slice(-remoteLimits.leftoversMax);
}

/** What of a host is left without a part: one or none. */
function withoutPart(host: HostValue, part: "forward" | "reverse" | undefined): HostValue[] {
  const rest = part === undefined ? host : { ...host, [part]: false };
  return rest.forward || rest.reverse ? [rest] : [];
}

export function isSame(one: HostValue, other: HostValue): boolean {
  return (
    one.owner === other.owner &&
    one.address === other.address &&
    one.ttl === other.ttl &&
    one.forward === other.forward &&
    one.reverse === other.reverse &&
    one.servers === other.servers &&
    guardText(one) === guardText(other)
  );
}

function guardText({ guard }: HostValue): string {
  return guard === undefined ? "" : `${guard.type} ${guard.data}`;
}
