/** A zone's settings as one statement of named.conf, which is what `rndc showzone` prints. */
import { isIP, isIPv6 } from "node:net";
import { type Name, nameToText } from "#protocols/dns/name.ts";
import { parseServer } from "../server-address.ts";
import type { UpdateRule, ZoneConfig } from "../zone-config.ts";

/** Settings of the zone alone, in named's order; what is as for all zones is not there. */
export function zoneStatement(config: ZoneConfig): string {
  const { name, primaries, file, notify, alsoNotify } = config;
  const clauses = [
    `type ${primaries === undefined ? "primary" : "secondary"};`,
    ...(file === undefined ? [] : [`file ${quoted(file)};`]),
    ...list("allow-query", config.allowQuery?.map(matchElement)),
    ...list("allow-transfer", config.allowTransfer?.map(matchElement)),
    ...list("also-notify", alsoNotify.length === 0 ? undefined : alsoNotify.map(serverElement)),
    ...(notify === "yes" ? [] : [`notify ${notify};`]),
    ...(config.checkNames === undefined ? [] : [`check-names ${config.checkNames};`]),
    ...list("allow-notify", config.allowNotify?.map(matchElement)),
    ...list("allow-update-forwarding", config.forwardUpdates?.map(matchElement)),
    ...list("primaries", primaries?.map(serverElement)),
    ...list("allow-update", config.allowUpdate?.map(matchElement)),
    ...list("update-policy", config.grant?.map(updateRule)),
  ];
  return `zone ${quoted(withoutRoot(name))} { ${clauses.join(" ")} };`;
}

function list(clause: string, elements: readonly string[] | undefined): readonly string[] {
  return elements === undefined ? [] : [`${clause} { ${elements.map((one) => `${one};`).join(" ")} };`];
}

/** An entry of an address match list, as site.yaml has it. */
function matchElement(entry: string): string {
  const [, negation = "", text = ""] = /^(!?)\s*(.*)$/.exec(entry) ?? [];
  const key = /^key\s+(\S+)$/.exec(text)?.[1];
  if (key !== undefined) return `${negation}key ${quoted(withoutRoot(key))}`;
  const acl = /^acl\s+(.+)$/.exec(text)?.[1];
  if (acl !== undefined) return `${negation}${quoted(acl)}`;
  if (text.includes("/")) return `${negation}${text}`;
  if (isIP(text) === 0) return `${negation}${quoted(text)}`; // any, none, localhost, localnets
  return `${negation}${text}/${isIPv6(text) ? 128 : 32}`;
}

function serverElement(entry: string): string {
  const { address, port, transport, certificateName, key } = parseServer(entry);
  const usual = transport === "tls" ? 853 : 53;
  return [
    address,
    ...(port === usual ? [] : [`port ${port}`]),
    ...(key === undefined ? [] : [`key ${quoted(keyText(key))}`]),
    ...(transport === "plain" ? [] : [`tls ${quoted(certificateName ?? "ephemeral")}`]),
  ].join(" ");
}

/** `grant KEY RULE [NAME] [TYPES]`. named's wildcard rules have their name in front of the types too. */
function updateRule({ key, names, name, types, deny }: UpdateRule): string {
  const subject = name ?? (names === "zonesub" ? undefined : ".");
  return [
    deny ? "deny" : "grant",
    quoted(withoutRoot(key)),
    names,
    ...(subject === undefined ? [] : [quoted(subject)]),
    ...(types ?? []),
  ].join(" ");
}

function keyText(name: Name): string {
  return withoutRoot(nameToText(name));
}

function withoutRoot(text: string): string {
  return text.replace(/(?<=.)\.$/, "");
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}
