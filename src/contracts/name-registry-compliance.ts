/**
 * For tests: what every registry of names must do, as sentences: `nameRegistryCompliance("over the
 * journal", open)`.
 */
import { suite, test } from "node:test";
import { benchZones, type OpenRegistryBench } from "./name-registry-bench.ts";
import { publishingRules } from "./name-registry-rules-publishing.ts";
import { sharingRules } from "./name-registry-rules-sharing.ts";
import { takingOverRules } from "./name-registry-rules-taking-over.ts";
import { withdrawingRules } from "./name-registry-rules-withdrawing.ts";

const allRules = [...publishingRules, ...withdrawingRules, ...sharingRules, ...takingOverRules];

export function nameRegistryCompliance(name: string, open: OpenRegistryBench): void {
  suite(`name registry ${name}`, () => {
    for (const [sentence, holds] of allRules) {
      test(sentence, async () => {
        await using bench = await open(benchZones);
        await holds(bench);
      });
    }
  });
}
