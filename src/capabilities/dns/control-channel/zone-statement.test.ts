/** Settings of zones as statements of named.conf. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ZoneConfig } from "../zone-config.ts";
import { sampleZones } from "./zone-statement.cases.ts";
import { zoneStatement } from "./zone-statement.ts";

for (const [why, config, statement] of sampleZones) {
  test(`showzone of ${why}`, () => assert.equal(zoneStatement(ZoneConfig.parse(config)), statement));
}
