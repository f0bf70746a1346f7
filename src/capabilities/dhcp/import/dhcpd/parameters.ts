/** Statements of a dhcpd.conf that are settings: of all networks, or of the scope that they stand in. */

import { durationText } from "#platform/import/duration-text.ts";
import { type DhcpdStatement, itemsText, nameOf, textOf, wordAt } from "#protocols/dhcpdconf/tree.ts";
import { parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import { shown } from "#protocols/namedconf/problem.ts";
import { limits } from "../../limits.ts";
import { type DraftLine, type ImportDraft, leaveOut } from "../draft.ts";
import { boundedNote, leaseTimeText } from "../duration-text.ts";
import { optionInput } from "../option-input.ts";
import type { Scope, SetOption, SetValue } from "../scope.ts";
import { type OptionSpaces, valueOctets } from "./option-space.ts";
import { reasonOf } from "./reasons.ts";

/** Nobody has made anything of it yet; who does says so. */
const unused = "nothing in the config takes it up";

export interface ParameterContext {
  readonly draft: ImportDraft;
  readonly spaces: OptionSpaces;
  /** Spaces whose options are sent as those of DHCP itself. */
  readonly siteSpaces: ReadonlySet<string>;
}

/** Reads a statement without a block that is a setting; what it is not known as is left out. */
export function readParameter(context: ParameterContext, statement: DhcpdStatement, scope: Scope): undefined {
  const { draft } = context;
  const name = nameOf(statement);
  const label = scope.label === "" ? name : `${scope.label} ${name}`;
  if (name === "option") return readOption(context, statement, scope);
  const ofScope = scopeReaders[name];
  if (ofScope !== undefined) {
    const line = draft.say(statement, label, "not carried over", unused, scope.line);
    return ofScope(scope, line, statement);
  }
  if (name === "max-lease-time") scope.leaseSecondsMax = secondsIn(statement) ?? Number.POSITIVE_INFINITY;
  const ofAll = globalReaders[name];
  if (ofAll !== undefined && (scope.kind === "global" || anywhere.has(name)))
    return ofAll(draft, draft.say(statement, label, "imported", undefined, scope.line), statement);
  const why = reasonOf(name);
  if (why !== undefined) draft.say(statement, label, "not carried over", why);
  else draft.say(statement, label, "left out", "it is not known here");
}

/** `option NAME VALUE`, `option NAME code N = TYPE` and `option space NAME`. */
function readOption(
  { draft, spaces, siteSpaces }: ParameterContext,
  statement: DhcpdStatement,
  scope: Scope,
): undefined {
  const name = (wordAt(statement, 1) ?? "").toLowerCase();
  const label = `${scope.label} option ${shown(name)}`.trim();
  if (name === "space") {
    const space = (wordAt(statement, 2) ?? "").toLowerCase();
    spaces.spaces.add(space);
    draft.say(
      statement,
      `option space ${shown(space)}`,
      "imported",
      "its options go into the one that holds them",
    );
    return;
  }
  if (wordAt(statement, 2)?.toLowerCase() === "code" && statement.items[4]?.kind === "=") {
    const why = spaces.define(statement);
    if (why === undefined) draft.say(statement, label, "imported", "written with its code where it is set");
    else draft.say(statement, label, "left out", why);
    return;
  }
  const option = spaces.find(name);
  if (option === undefined) {
    draft.say(statement, label, "left out", "there is no option of that name; write its code and type");
    return;
  }
  const value = valueOctets(option, statement.items.slice(2));
  if ("why" in value) {
    draft.say(statement, label, "left out", value.why);
    return;
  }
  const line = draft.say(statement, label, "not carried over", unused, scope.line);
  const set: SetOption = {
    input: optionInput(option.code, value.octets, option.type),
    octets: value.octets,
    line,
  };
  if (option.space === undefined || siteSpaces.has(option.space)) {
    scope.options.set(option.code, set);
    return;
  }
  leaveOut(line, `no vendor-option-space ${option.space} goes with it`);
  const inSpace = scope.spaces.get(option.space) ?? new Map<number, SetOption>();
  inSpace.set(option.code, set);
  scope.spaces.set(option.space, inSpace);
}

type ScopeReader = (scope: Scope, line: DraftLine, statement: DhcpdStatement) => undefined;

const scopeReaders: Readonly<Record<string, ScopeReader>> = {
  "default-lease-time": (scope, line, statement) => {
    const seconds = secondsIn(statement);
    if (seconds === undefined) return leaveOut(line, "it is no number of seconds");
    scope.leaseTime = { value: leaseTimeText(seconds), line };
    line.detail = `${unused}${boundedNote(seconds)}`;
  },
  filename: textReader("file"),
  "server-name": textReader("serverName"),
  "next-server": (scope, line, statement) => {
    leaveOut(line, "no filename goes with it");
    addressReader("nextServer")(scope, line, statement);
  },
  "server-identifier": addressReader("serverAddress"),
  "ddns-domainname": textReader("ddnsDomain"),
  interface: textReader("interface"),
  "vendor-option-space": textReader("vendorSpace"),
  "site-option-space": (_, line) => {
    line.outcome = "imported";
    line.detail = "its options are set by their codes";
  },
};

type TextField = "file" | "serverName" | "ddnsDomain" | "interface" | "vendorSpace";

function textReader(field: TextField): ScopeReader {
  return (scope, line, statement) => {
    const text = constantIn(statement);
    if (text === undefined) return leaveOut(line, "its value is computed for each client");
    if (text === "") return leaveOut(line, "it is empty");
    const value = field === "vendorSpace" ? text.toLowerCase() : text;
    scope[field] = { value, line } satisfies SetValue<string>;
  };
}

function addressReader(field: "nextServer" | "serverAddress"): ScopeReader {
  return (scope, line, statement) => {
    const text = constantIn(statement);
    if (text === undefined) return leaveOut(line, "its value is computed for each client");
    if (parseIpv4(text) === -1)
      return leaveOut(line, `${shown(text)} is a name; write the address that it has`);
    scope[field] = { value: text, line };
  };
}

type GlobalReader = (draft: ImportDraft, line: DraftLine, statement: DhcpdStatement) => undefined;

/** They count for all networks wherever they stand, as far as Homeport is concerned. */
const anywhere = new Set(["authoritative", "not", "update-static-leases", "use-host-decl-names"]);

const globalReaders: Readonly<Record<string, GlobalReader>> = {
  authoritative: (draft, line) => setField(draft, line, "authoritative", true),
  not: (draft, line) => {
    draft.section.authoritative ??= false;
    line.detail = "dhcp.authoritative: false";
  },
  "min-lease-time": (draft, line, statement) => leaseTime(draft, line, "minLeaseTime", statement),
  "max-lease-time": (draft, line, statement) => leaseTime(draft, line, "maxLeaseTime", statement),
  "ping-check": (draft, line, statement) => {
    if (flagIn(statement) === false) setField(draft, line, "probe", "off");
    else line.detail = "dhcp.probe: auto";
  },
  "ping-timeout": (draft, line, statement) => {
    const seconds = secondsIn(statement) ?? 1;
    setField(draft, line, "probeWaitMs", Math.min(Math.max(seconds * 1000, 10), limits.probeWaitMsMax));
  },
  "abandon-lease-time": (draft, line, statement) => {
    const seconds = Math.min(Math.max(secondsIn(statement) ?? 86_400, 60), 2_592_000);
    setField(draft, line, "declineTime", durationText(seconds));
  },
  "ignore-client-uids": (draft, line, statement) => {
    if (flagIn(statement) === true) setField(draft, line, "identifyBy", "mac");
    else line.detail = "dhcp.identifyBy: client-id";
  },
  "ddns-update-style": (draft, line, statement) => {
    const style = (wordAt(statement, 1) ?? "").toLowerCase();
    if (style === "none") return setName(draft, line, "publish", false);
    if (style === "ad-hoc") return setName(draft, line, "guard", "none");
    setName(draft, line, "guard", style === "standard" ? "dhcid" : "txt");
  },
  "ddns-updates": (draft, line, statement) => {
    if (flagIn(statement) === false) setName(draft, line, "publish", false);
    else line.detail = "dhcp.names.publish: true";
  },
  "update-conflict-detection": (draft, line, statement) => {
    if (flagIn(statement) === false) setName(draft, line, "guard", "none");
    else line.detail = "Homeport never takes a name from another machine";
  },
  "ddns-ttl": (draft, line, statement) => {
    const seconds = Math.min(Math.max(secondsIn(statement) ?? 300, 1), 604_800);
    setName(draft, line, "ttl", durationText(seconds));
  },
  "ddns-hostname": (draft, line, statement) => {
    const computed = itemsText(statement.items.slice(1));
    const made = /concat \("([a-z0-9-]*)", binary-to-ascii \(10, 8, "-", leased-address\)\)/i.exec(computed);
    if (made === null)
      return leaveOut(line, "its value is computed for each client; see dhcp.names.generate");
    setName(draft, line, "generate", `${made[1]}{address}`);
  },
  "update-static-leases": (draft, line, statement) => {
    if (flagIn(statement) === false) setName(draft, line, "reserved", false);
    else line.detail = "dhcp.names.reserved: true";
  },
  "use-host-decl-names": (_, line, statement) => {
    if (flagIn(statement) === true) line.detail = "dhcp.hosts name";
    else {
      line.outcome = "not carried over";
      line.detail = "the name of a host statement is that of the machine";
    }
  },
};

function setField<Key extends "authoritative" | "probe" | "probeWaitMs" | "declineTime" | "identifyBy">(
  draft: ImportDraft,
  line: DraftLine,
  key: Key,
  value: NonNullable<ImportDraft["section"][Key]>,
): undefined {
  draft.section[key] = value;
  draft.tie(line, draft.section, key);
  line.detail = `dhcp.${key}: ${String(value)}`;
}

function setName<Key extends "publish" | "guard" | "ttl" | "generate" | "reserved">(
  draft: ImportDraft,
  line: DraftLine,
  key: Key,
  value: NonNullable<ImportDraft["section"]["names"][Key]>,
): undefined {
  draft.section.names[key] = value;
  draft.tie(line, draft.section.names, key);
  line.detail = `dhcp.names.${key}: ${String(value)}`;
}

function leaseTime(
  draft: ImportDraft,
  line: DraftLine,
  key: "minLeaseTime" | "maxLeaseTime",
  statement: DhcpdStatement,
): undefined {
  const seconds = secondsIn(statement);
  if (seconds === undefined) return leaveOut(line, "it is no number of seconds");
  draft.section[key] = leaseTimeText(seconds);
  draft.tie(line, draft.section, key);
  line.detail = `dhcp.${key}: ${draft.section[key]}${boundedNote(seconds)}`;
}

/** `infinite` and -1 are what 32 bits have at most. */
function secondsIn(statement: DhcpdStatement): number | undefined {
  const word = wordAt(statement, 1)?.toLowerCase() ?? "";
  if (word === "infinite" || word === "-1") return 0xffff_ffff;
  return statement.items.length === 2 && /^\d{1,10}$/.test(word) ? Number(word) : undefined;
}

function flagIn(statement: DhcpdStatement): boolean | undefined {
  const word = wordAt(statement, 1)?.toLowerCase() ?? "";
  return { on: true, true: true, off: false, false: false }[word];
}

/** The value of a statement that is one word or string; undefined: it is computed. */
export function constantIn({ items }: DhcpdStatement): string | undefined {
  const rest = items[1]?.kind === "=" ? items.slice(2) : items.slice(1);
  const [only] = rest;
  if (rest.length !== 1 || (only?.kind !== "word" && only?.kind !== "quoted")) return undefined;
  return textOf(only.text);
}
