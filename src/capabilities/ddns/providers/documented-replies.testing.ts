/** For tests: what a provider's documentation says that it may answer, and what that means. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiRun, type Reply, type StandIn } from "./api-stand-in.testing.ts";

export type DocumentedReply = readonly [
  why: string,
  on: "reading" | "writing",
  reply: Reply,
  /** `account code`, `record code`, `later code`. */
  wanted: string,
  /** In the sentence. */
  says: RegExp,
];

/** Tests that each is understood, that nothing is changed by it, and that the next try may succeed. */
export function testReplies(standIn: StandIn, replies: readonly DocumentedReply[]): void {
  for (const [why, on, reply, wanted, says] of replies)
    test(`${standIn.definition.title}: ${why}`, async () => {
      const run = new ApiRun(standIn);
      run.world.zone("example.net", [["home", "A", "192.0.2.1", 3_600]]);
      run.intercept = (request) => ((on === "writing") === run.isWrite(request) ? reply : undefined);
      const before = run.world.lines();
      const [result] = await run.publish({ name: "home.example.net" });
      assert.ok(result !== undefined && "code" in result, JSON.stringify(result));
      const scope = result.outcome === "refused" ? result.scope : "later";
      assert.equal(`${scope} ${result.code}`, wanted);
      assert.match(result.sentence, says);
      assert.deepEqual(run.world.lines(), before);
      run.intercept = () => undefined;
      assert.deepEqual(await run.publish({ name: "home.example.net" }), [{ outcome: "changed" }]);
    });
}
