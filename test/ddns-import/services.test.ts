/** Tables of other programs' services: what they name must be there. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Service } from "../../src/capabilities/ddns/import/accounts.ts";
import { protocols } from "../../src/capabilities/ddns/import/ddclient/protocols.ts";
import {
  gandiApiKey,
  ovhApi,
  providers as updaterProviders,
} from "../../src/capabilities/ddns/import/ddns-updater/providers.ts";
import {
  providers as inadynProviders,
  providerOf,
} from "../../src/capabilities/ddns/import/inadyn/providers.ts";
import { serviceAt } from "../../src/capabilities/ddns/import/known-servers.ts";
import { definitionOf } from "../../src/capabilities/ddns/providers/definitions.ts";

const tables: readonly (readonly [
  program: string,
  rows: readonly { readonly service?: Service; readonly why?: string }[],
])[] = [
  ["ddclient", Object.values(protocols)],
  ["inadyn", inadynProviders],
  ["ddns-updater", [...Object.values(updaterProviders), { service: gandiApiKey }, { service: ovhApi }]],
];

for (const [program, rows] of tables) {
  test(`${program}: each service is one, with those fields, or it is said why it is none`, () => {
    for (const { service, why } of rows) {
      assert.notEqual(service === undefined, why === undefined);
      if (service === undefined) continue;
      const definition = definitionOf(service.type);
      assert(definition, service.type);
      const fields = [...Object.values(service.fields ?? {}), ...Object.keys(service.settings ?? {})];
      for (const field of fields.filter((one) => one !== ""))
        assert(field in definition.settings, `${service.type} has no ${field}`);
    }
  });
}

test("inadyn's providers by their whole names and by parts of them", () => {
  const cases = [
    ["default@dyndns.org", "dyn"],
    ["dyndns.org:1", "dyn"],
    ["no-ip.com", "noip"],
    ["he.net", "he"],
    ["nsupdate", "nsupdate-info"],
    ["Loopia", "loopia"],
    ["nosuch", undefined],
  ] as const;
  for (const [title, type] of cases) assert.equal(providerOf(title)?.service?.type, type, title);
});

test("servers of the dyndns2 protocol that are services of their own", () => {
  const cases = [
    ["https://members.dyndns.org", "dyn"],
    ["http://members.dyndns.org:8245", "dyn"],
    ["https://dynupdate.no-ip.com", "noip"],
    ["https://ipv6.nsupdate.info", "nsupdate-info"],
    ["https://dyn.example.net", undefined],
    ["https://members.dyndns.org:9999", undefined],
    ["nonsense", undefined],
  ] as const;
  for (const [url, type] of cases) assert.equal(serviceAt(url), type, url);
});
