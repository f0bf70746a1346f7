/** `DhcpDdns` of Kea: zones at other servers, and the keys for them. */
import { safeFileName } from "#platform/import/file-name.ts";
import type { KeaMap } from "#protocols/keaconf/json.ts";
import { shown } from "#protocols/namedconf/problem.ts";
import { type ImportDraft, leaveOut, type RemoteZoneInput } from "../draft.ts";
import { mapsOf, member, numberIn, textIn } from "./member.ts";

export function readDhcpDdns(draft: ImportDraft, section: KeaMap): undefined {
  draft.say(section, "DhcpDdns", "imported", "dhcp.names.remote");
  const keys = new Map(
    mapsOf(member(section, "tsig-keys")?.value).map((key) => [textIn(key, "name") ?? "", key]),
  );
  const used = new Set<string>();
  for (const direction of ["forward-ddns", "reverse-ddns"]) {
    const value = member(section, direction)?.value;
    if (value?.kind !== "map") continue;
    for (const zone of mapsOf(member(value, "ddns-domains")?.value)) readZone(draft, zone, keys, used);
  }
  for (const [name, key] of keys) {
    const isUsed = used.has(name);
    const detail = isUsed ? `its secret in ${pathOf(name)} (mode 0600)` : "no zone uses it";
    draft.say(key, `tsig-key ${shown(name)}`, isUsed ? "imported" : "not carried over", detail);
  }
  const known = new Set(["tsig-keys", "forward-ddns", "reverse-ddns"]);
  for (const one of section.members)
    if (!known.has(one.name))
      draft.say(one, `DhcpDdns ${one.name}`, "not carried over", "Homeport sends updates itself");
}

function readZone(
  draft: ImportDraft,
  zone: KeaMap,
  keys: ReadonlyMap<string, KeaMap>,
  used: Set<string>,
): undefined {
  const name = (textIn(zone, "name") ?? "").replace(/(?<=.)\.$/, "");
  const line = draft.say(zone, `ddns-domain ${shown(name)}`, "imported");
  const [server, ...others] = mapsOf(member(zone, "dns-servers")?.value);
  const address = server && textIn(server, "ip-address");
  if (server === undefined || address === undefined)
    return leaveOut(line, "it has no server with an address");
  const port = numberIn(server, "port") ?? 53;
  const remote: RemoteZoneInput = { zone: name, server: port === 53 ? address : `${address} port ${port}` };
  const keyName = textIn(zone, "key-name") ?? textIn(server, "key-name") ?? "";
  if (keyName !== "") {
    const key = keys.get(keyName);
    const file = key && keyFile(keyName, key);
    if (file === undefined)
      return leaveOut(line, `there is no key ${shown(keyName)} with an algorithm and a secret`);
    if (!used.has(keyName))
      draft.files.push({ path: pathOf(keyName), octets: Buffer.from(file), mode: 0o600 });
    used.add(keyName);
    remote.key = { name: keyName.replace(/\.$/, ""), secretFile: pathOf(keyName) };
  }
  const { names } = draft.section;
  names.remote = [...(names.remote ?? []), remote];
  draft.tie(line, remote);
  const alone = others.length === 0 ? "" : "; the first server alone is told";
  line.detail = `dhcp.names.remote, at ${remote.server}${alone}`;
}

function pathOf(name: string): string {
  return `keys/${safeFileName(name)}.key`;
}

/** As BIND writes it; undefined: it has no secret that could be one. */
function keyFile(name: string, key: KeaMap): string | undefined {
  const algorithm = (textIn(key, "algorithm") ?? "").toLowerCase();
  const secret = textIn(key, "secret") ?? "";
  if (!/^hmac-(md5|sha(1|224|256|384|512))$/.test(algorithm) || !/^[A-Za-z0-9+/]+={0,2}$/.test(secret))
    return undefined;
  return `key "${name.replaceAll('"', "")}" {\n\talgorithm ${algorithm};\n\tsecret "${secret}";\n};\n`;
}
