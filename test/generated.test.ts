/** The committed descriptions are those that the program generates. HOMEPORT_UPDATE=1 writes them anew. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import type { Section } from "#platform/site/site.ts";
import { siteJsonSchema } from "#platform/site/site.ts";
import { coreRoutes, type Program } from "#surfaces/http/core-routes.ts";
import { openApiDocument } from "#surfaces/http/openapi.ts";
import { ddns } from "../src/capabilities/ddns/capability.ts";
import { ddnsRoutes } from "../src/capabilities/ddns/routes.ts";
import { updateHostRoutes } from "../src/capabilities/ddns/serve/routes.ts";
import { dhcp } from "../src/capabilities/dhcp/capability.ts";
import { dhcpRoutes } from "../src/capabilities/dhcp/routes.ts";
import { dns } from "../src/capabilities/dns/capability.ts";
import { dnsRoutes } from "../src/capabilities/dns/routes.ts";

const root = join(import.meta.dirname, "..");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };

function compare(file: string, generated: object): void {
  const text = `${JSON.stringify(generated, null, 2)}\n`;
  if (process.env["HOMEPORT_UPDATE"] === "1") writeFileSync(join(root, file), text);
  assert.equal(
    readFileSync(join(root, file), "utf8"),
    text,
    `${file}: HOMEPORT_UPDATE=1 npm test -- generated`,
  );
}

test("site.schema.json is the schema of site.yaml", async () => {
  compare("site.schema.json", await siteJsonSchema([dns, dhcp, ddns] as unknown as Section[]));
});

test("openapi.json describes every route", () => {
  const unused = undefined as never; // only the handlers would ask for it
  const program = { version } as Program; // the description asks it for nothing else
  const routes = [
    ...dnsRoutes(unused, unused),
    ...dhcpRoutes(unused, unused),
    ...ddnsRoutes(unused),
    ...updateHostRoutes(unused),
  ];
  compare("openapi.json", openApiDocument(coreRoutes(program, routes), version));
});
