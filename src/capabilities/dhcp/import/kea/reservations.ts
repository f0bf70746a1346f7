/** `reservations` of Kea. */

import { parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import type { KeaMap, KeaMember } from "#protocols/keaconf/json.ts";
import { shown } from "#protocols/namedconf/problem.ts";
import { type DraftLine, type ImportDraft, leaveOut } from "../draft.ts";
import { textOrHex } from "../option-input.ts";
import { type HostRead, type Scope, scopeOf } from "../scope.ts";
import type { KeaClasses } from "./classes.ts";
import { textIn, textsOf } from "./member.ts";

interface ReservationContext {
  readonly draft: ImportDraft;
  readonly hosts: HostRead[];
  readonly keaClasses: KeaClasses;
  setting(one: KeaMember, scope: Scope): void;
}

export function readReservation(context: ReservationContext, map: KeaMap, parent: Scope): undefined {
  const title = ["hostname", "ip-address", "hw-address", "client-id"]
    .map((name) => textIn(map, name))
    .find(Boolean);
  const label = `reservation ${shown(title ?? "")}`;
  const line = context.draft.say(map, label, "imported", "dhcp.hosts", parent.line);
  const scope = scopeOf("host", label, parent, line);
  const host: HostRead = {
    scope,
    line,
    macs: [],
    clientIds: [],
    duids: [],
    circuitIds: [],
    name: undefined,
    declared: "",
    address: undefined,
    fields: [],
  };
  for (const one of map.members) {
    const reader = readers[one.name];
    if (reader !== undefined && one.value.kind === "text") {
      reader(
        host,
        context.draft.say(one, `${label} ${one.name}`, "imported", undefined, line),
        one.value.value,
      );
    } else if (one.name === "client-classes") {
      for (const name of textsOf(one.value)) ofClass(context, host, one, name);
    } else {
      context.setting(one, scope);
    }
  }
  context.hosts.push(host);
}

type Reader = (host: HostRead, line: DraftLine, text: string) => undefined;

const readers: Readonly<Record<string, Reader>> = {
  "hw-address": (host, line, text) => {
    if (!/^[0-9a-f]{1,2}([:-][0-9a-f]{1,2}){5}$/i.test(text))
      return leaveOut(line, "site.yaml knows Ethernet addresses");
    host.macs.push(text.toLowerCase());
    line.detail = "macs";
  },
  "client-id": (host, line, text) => identifier(host.clientIds, line, text, "clientIds"),
  "circuit-id": (host, line, text) => identifier(host.circuitIds, line, text, "circuitIds"),
  duid: (host, line, text) => {
    host.duids.push(text);
    line.detail = "duids";
  },
  "flex-id": (_, line) => leaveOut(line, "hosts are recognised by macs, clientIds, duids and circuitIds"),
  "ip-address": (host, line, text) => {
    if (parseIpv4(text) === -1) return leaveOut(line, "it is no IPv4 address");
    host.address = text;
    host.fields.push({ field: "address", line });
    line.detail = "address";
  },
  hostname: (host, line, text) => {
    host.name = text === "" ? undefined : text;
    line.detail = text === "" ? "it says nothing" : "name";
  },
};

/** `'text'`, or hexadecimal with or without colons. */
function identifier(list: string[], line: DraftLine, text: string, field: string): undefined {
  const quoted = /^'(.*)'$/s.exec(text)?.[1];
  const hex = text.replace(/^0x/i, "").replaceAll(/[:\s]/g, "");
  if (quoted !== undefined) list.push(textOrHex(new TextEncoder().encode(quoted)));
  else if (/^([0-9a-f]{2})+$/i.test(hex)) list.push(`0x${hex.toLowerCase()}`);
  else return leaveOut(line, "it is neither hexadecimal nor 'text'");
  line.detail = field;
}

function ofClass(
  { draft, keaClasses }: ReservationContext,
  host: HostRead,
  one: KeaMember,
  name: string,
): undefined {
  const line = draft.say(
    one,
    `${host.scope.label} client-classes ${shown(name)}`,
    "imported",
    undefined,
    host.line,
  );
  const scope = keaClasses.ofHost(name);
  if (scope === undefined) return leaveOut(line, "a class of site.yaml has who matches, and no host more");
  for (const [code, option] of scope.options)
    if (!host.scope.options.has(code)) host.scope.options.set(code, option);
  for (const [space, options] of scope.spaces)
    if (!host.scope.spaces.has(space)) host.scope.spaces.set(space, options);
  for (const field of ["file", "nextServer", "serverName", "leaseTime"] as const) {
    const set = scope[field];
    if (set !== undefined) host.scope[field] ??= set;
  }
  line.detail = "what the class gives is written out in dhcp.hosts";
}
