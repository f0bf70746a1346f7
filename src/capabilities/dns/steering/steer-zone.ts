/**
 * What operators have done to one zone besides changing it: the commands of rndc that are about a zone, with
 * answers in words and refusals that say what to do instead.
 */
import { RouteError } from "#contracts/route.ts";
import type { Name } from "#protocols/dns/name.ts";
import type { ControlTarget, ZoneFacts } from "../control-channel/control-target.ts";
import { refusalOf, unknownZone } from "../edit/refusals.ts";
import { zoneText } from "../zones/zone-set.ts";

export const steeringActions = [
  "refresh",
  "retransfer",
  "notify",
  "freeze",
  "thaw",
  "sync",
  "reload",
] as const;
export type SteeringAction = (typeof steeringActions)[number];

export const steeringOutcomes = ["started", "nobody-told", "done", "nothing-to-do"] as const;

export interface SteeringAnswer {
  /** `started`: it goes on after the answer. */
  readonly outcome: (typeof steeringOutcomes)[number];
  /** For people. */
  readonly said: string;
}

export interface SteeringPorts {
  readonly control: Pick<
    ControlTarget,
    "zone" | "refresh" | "retransfer" | "notify" | "freeze" | "thaw" | "sync" | "reloadZone"
  >;
  /** Servers that are being told of the zone. */
  readonly told: (zone: Name) => readonly string[];
}

interface Steered {
  readonly name: Name;
  /** As people write it. */
  readonly text: string;
  readonly facts: ZoneFacts;
}

/**
 * `name` in lower case. Resolves when it is done, or under way where it takes others.
 * @throws RouteError: what cannot be done, and what to do instead; ConfigError: mistakes in the zone's file
 */
export async function steerZone(
  action: SteeringAction,
  name: Name,
  ports: SteeringPorts,
): Promise<SteeringAnswer> {
  const text = zoneText(name);
  const facts = ports.control.zone(name);
  if (facts === undefined) throw unknownZone(text);
  try {
    return await actions[action]({ name, text, facts }, ports);
  } catch (error) {
    throw refusalOf(error);
  }
}

type Action = (zone: Steered, ports: SteeringPorts) => SteeringAnswer | Promise<SteeringAnswer>;

const actions: Readonly<Record<SteeringAction, Action>> = {
  refresh: (zone, { control }) => {
    requireSecondary(zone);
    control.refresh(zone.name);
    return started(`asking the primary of ${zone.text} whether there is a newer version`);
  },
  retransfer: (zone, { control }) => {
    requireSecondary(zone);
    control.retransfer(zone.name);
    return started(`copying all of ${zone.text}, whatever its serial number`);
  },
  notify: (zone, { control, told }) => {
    if (zone.facts.content === undefined) throw refusal("HP_DNS_ZONE_EMPTY", `${zone.text} has no content`);
    control.notify(zone.name);
    const servers = told(zone.name);
    if (servers.length > 0) return started(`telling of ${zone.text}: ${servers.join(", ")}`);
    const why = "it has no other name servers whose addresses are known, and no alsoNotify";
    return { outcome: "nobody-told", said: `nobody is to be told of ${zone.text}: ${why}` };
  },
  freeze: async (zone, { control }) => {
    requireDynamic(zone, "freeze");
    if ((await control.freeze(zone.name)) === "already-frozen")
      return idle(`${zone.text} is frozen already: somebody may be editing its file`);
    return done(`${zone.text} is written to its file and takes no updates until it is thawed`);
  },
  thaw: async (zone, { control }) => {
    requireDynamic(zone, "thaw");
    if ((await control.thaw(zone.name)) === "not-frozen") return idle(`${zone.text} is not frozen`);
    return done(`${zone.text} is what its file says, and takes updates again`);
  },
  sync: async (zone, { control }) => {
    requirePrimary(zone, `homeport zone export ${zone.text} writes it`);
    if (zone.facts.frozen) {
      const instead = `homeport zone thaw ${zone.text} reads it`;
      throw refusal("HP_DNS_ZONE_FROZEN", `${zone.text} is frozen, its file may be being edited; ${instead}`);
    }
    if (!zone.facts.dynamic) return idle(`nobody changes ${zone.text} but its file`);
    await control.sync(zone.name, { clean: false });
    return done(`${zone.text} is written to ${zone.facts.files.join(", ")}`);
  },
  reload: async (zone, ports) => {
    if (zone.facts.kind === "secondary") return actions.refresh(zone, ports);
    if (zone.facts.files.length === 0) return idle(`${zone.text} is made by this server and has no file`);
    if ((await ports.control.reloadZone(zone.name)) === "up-to-date")
      return idle(`the file of ${zone.text} has not changed`);
    return done(`${zone.text} has what is new in its file`);
  },
};

function requireSecondary({ text, facts }: Steered): void {
  if (facts.kind === "secondary") return;
  const instead = facts.files.length === 0 ? "" : `; homeport zone reload ${text} reads its file`;
  throw refusal("HP_DNS_ZONE_PRIMARY", `${text} is not copied from another server${instead}`);
}

function requirePrimary({ text, facts }: Steered, instead: string): void {
  if (facts.kind === "secondary")
    throw refusal("HP_DNS_ZONE_SECONDARY", `${text} is a copy of another server's zone; ${instead}`);
}

function requireDynamic(zone: Steered, what: string): void {
  const { text, facts } = zone;
  requirePrimary(zone, `${what} it at its primary`);
  if (facts.dynamic) return;
  const instead = `edit its file and run homeport zone reload ${text}`;
  throw refusal(
    "HP_DNS_ZONE_STATIC",
    `nobody changes ${text} but its file, so there is nothing to ${what}; ${instead}`,
  );
}

function refusal(code: string, sentence: string): RouteError {
  return new RouteError(409, code, sentence);
}

function started(said: string): SteeringAnswer {
  return { outcome: "started", said };
}

function done(said: string): SteeringAnswer {
  return { outcome: "done", said };
}

function idle(said: string): SteeringAnswer {
  return { outcome: "nothing-to-do", said };
}
