/** Who may change what: rules of update-policy, asked with signed updates of named and of Homeport. */
import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { updateMessage } from "../../src/capabilities/dns/update/update-draft.testing.ts";
import { UpdateRule } from "../../src/capabilities/dns/zone-config.ts";
import type { TsigKey } from "../../src/platform/tsig/key.ts";
import { lowerName, nameToText, parseName } from "../../src/protocols/dns/name.ts";
import { requirePeer } from "../peers.ts";
import { listeningServer, memoryServer } from "./bind9-update-servers.ts";
import { startNamed } from "./named.ts";
import { responseText } from "./response-text.ts";

/** `[deny] KEY NAMES [NAME] [types]`; ZONE is the zone. */
type Rules = readonly string[];

const address = "300 IN A 192.0.2.7";
const wholeName = "0 ANY ANY";
/** Each is sent by itself, by each key. */
const probes: readonly string[] = [
  `new ${address}`,
  `www ${address}`,
  "WWW 300 IN A 192.0.2.8",
  `a.www ${address}`,
  `b.a.www ${address}`,
  `*.www ${address}`,
  `@ ${address}`,
  "www 300 IN TXT x",
  "www 300 IN NS ns",
  "www 0 ANY A",
  "www 0 NONE AAAA 2001:db8::1",
  `www ${wholeName}`,
  `sub ${wholeName}`,
  `none ${wholeName}`,
  `@ ${wholeName}`,
  "@ 300 IN SOA ns host 4000 1 1 1 1",
  "@ 300 IN NS ns.example.org.",
  "@ 0 ANY TXT",
  `out.example.org. ${address}`,
  "new 300 IN KEY 256 3 8 AQAB",
];

const cases: readonly Rules[] = [
  ["alpha name www.ZONE"],
  ["alpha name www.ZONE A"],
  ["alpha name www.ZONE A,TXT"],
  ["alpha name www.ZONE ANY"],
  ["alpha name ZONE ANY"],
  ["alpha subdomain www.ZONE"],
  ["alpha subdomain ZONE"],
  ["alpha subdomain ZONE NS"],
  ["alpha subdomain example ANY"],
  ["alpha wildcard *.ZONE"],
  ["alpha wildcard *.www.ZONE"],
  ["alpha wildcard *.www.ZONE ANY"],
  ["alpha zonesub"],
  ["alpha zonesub ANY"],
  ["alpha zonesub A"],
  ["alpha zonesub SOA,NS"],
  ["* zonesub A"],
  ["*.keys.example zonesub"],
  ["*.example zonesub ANY"],
  ["www.ZONE self"],
  ["* self"],
  ["* self ANY"],
  ["* selfsub"],
  ["* selfwild"],
  ["* selfwild A"],
  ["*.ZONE selfsub A"],
  ["deny alpha name www.ZONE", "alpha zonesub ANY"],
  ["deny alpha name www.ZONE A", "alpha zonesub ANY"],
  ["alpha name www.ZONE A", "deny alpha zonesub", "alpha zonesub ANY"],
  ["deny * subdomain www.ZONE ANY", "alpha zonesub", "beta.keys.example name www.ZONE"],
  ["alpha name www.ZONE AAAA", "alpha name www.ZONE A,MX,TXT"],
  ["ALPHA name WWW.ZONE"],
];

const secret = new Uint8Array(32).fill(7);
const keyOf = (name: string): TsigKey => ({
  name: lowerName(parseName(`${name}.`)),
  algorithm: "hmac-sha256",
  secret,
});
const zoneOf = (index: number): string => `policy${index}.example`;
const keysOf = (zone: string): readonly string[] => ["alpha", "beta.keys.example", `www.${zone}`];

function ruleOf(text: string, zone: string): UpdateRule {
  const words = text.replaceAll("ZONE", zone).split(" ");
  const deny = words[0] === "deny";
  const [key, names, ...rest] = deny ? words.slice(1) : words;
  const takesName = ["name", "subdomain", "wildcard"].includes(names!);
  const name = takesName ? rest.shift() : undefined;
  const types = rest[0]?.split(",");
  return UpdateRule.parse({
    key,
    names,
    deny,
    ...(name !== undefined && { name }),
    ...(types !== undefined && { types }),
  });
}

/** No rule grants the key anything. */
function isStranger(key: TsigKey | undefined, rules: readonly UpdateRule[]): boolean {
  if (key === undefined) return true;
  const name = nameToText(key.name).slice(0, -1);
  const isOf = (identity: string): boolean =>
    identity.toLowerCase() === name || (identity.startsWith("*") && name.endsWith(identity.slice(1)));
  return !rules.some(({ deny, key: identity }) => !deny && isOf(identity));
}

function policyStatement({ deny, key, names, name, types = [] }: UpdateRule): string {
  const subject = names === "zonesub" ? "" : (name ?? ".");
  return `${deny ? "deny" : "grant"} ${key} ${names} ${subject} ${types.join(" ")};`;
}

function keyStatement({ name }: TsigKey): string {
  return `key "${nameToText(name)}" { algorithm hmac-sha256; secret "${secret.toBase64()}"; };`;
}

test("named and Homeport let the same keys change the same records", async (t) => {
  if (!requirePeer(t, "named", "bind9")) return;
  const folder = mkdtempSync(join(tmpdir(), "homeport-update-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const zoneFile = join(import.meta.dirname, "zones", "update.zone");
  const zones = cases.map((rules, index) => {
    const name = zoneOf(index);
    const file = join(folder, `${name}.zone`);
    copyFileSync(zoneFile, file);
    return { name, file, grant: rules.map((rule) => ruleOf(rule, name)) };
  });
  const keys = new Set(zones.flatMap(({ name }) => keysOf(name)));
  const statements = [
    ...[...keys].map((name) => keyStatement(keyOf(name))),
    ...zones.map(
      ({ name, file, grant }) =>
        `zone "${name}" { type primary; file "${file}"; allow-transfer { any; }; ` +
        `update-policy { ${grant.map(policyStatement).join(" ")} }; };`,
    ),
  ];
  await using peer = await startNamed({ zones: [], statements: statements.join("\n") });
  await using named = await listeningServer(peer);
  const text = readFileSync(zoneFile, "utf8");
  await using homeport = memoryServer(zones.map(({ name, grant }) => ({ name, text, grant })));
  const differences: string[] = [];
  const outcomes = new Map<string, number>();
  for (const { name, grant } of zones) {
    const origin = parseName(`${name}.`);
    for (const key of [...keysOf(name).map(keyOf), undefined]) {
      for (const probe of probes) {
        const message = updateMessage(7, origin, { updates: [probe] });
        const theirs = responseText(await named.update(message, key), true).header;
        const ours = responseText(await homeport.update(message, key), true).header;
        outcomes.set(ours, (outcomes.get(ours) ?? 0) + 1);
        if (theirs === ours) continue;
        // named lets strangers ask for what changes nothing, by which they learn what the zone has
        if (isStranger(key, grant) && ours === "UPDATE REFUSED qr" && /NOERROR|NOTZONE/.test(theirs))
          continue;
        const by = key === undefined ? "nobody" : nameToText(key.name);
        const rules = grant.map(policyStatement).join(" ");
        differences.push(`${probe} by ${by} under ${rules}: named ${theirs}, Homeport ${ours}`);
      }
    }
    assert.deepEqual(await homeport.content(origin), await named.content(origin), name);
  }
  assert.equal(differences.join("\n"), "");
  t.diagnostic([...outcomes].map(([outcome, count]) => `${outcome} ${count}`).join(", "));
});
