/** A network of its own, with interfaces whose addresses come and go. Linux, root, and iproute2. */
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import type { TestContext } from "node:test";
import { requirePeer } from "../peers.ts";

export interface NetworkNamespace {
  /** A command that runs another in there. */
  readonly runner: readonly string[];
  /** `ip WORDS`, in there. */
  readonly ip: (...words: readonly string[]) => void;
}

/** Undefined, and the test skipped, where there can be none. It is gone after the test. */
export function networkNamespace(t: TestContext): NetworkNamespace | undefined {
  if (!requirePeer(t, "ip", "iproute2")) return undefined;
  if (process.getuid?.() !== 0) {
    t.skip("a network namespace needs root");
    return undefined;
  }
  const name = `homeport-${randomBytes(4).toString("hex")}`;
  const added = spawnSync("ip", ["netns", "add", name], { encoding: "utf8" });
  if (added.status !== 0) {
    const why = `this machine gives no network namespaces: ${added.stderr.trim()}`;
    if (process.env["HOMEPORT_PEERS"] === "require") throw new Error(why);
    t.skip(why);
    return undefined;
  }
  t.after(() => void spawnSync("ip", ["netns", "del", name]));
  const runner = ["ip", "netns", "exec", name];
  return {
    runner,
    ip(...words) {
      const { status, stderr } = spawnSync("ip", ["-n", name, ...words], { encoding: "utf8" });
      if (status !== 0) throw new Error(`ip ${words.join(" ")}: ${stderr.trim()}`);
    },
  };
}
