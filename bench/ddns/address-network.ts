/**
 * A network namespace with one cable, the address of whose near end changes. Nothing of it is seen outside,
 * and it goes when the benchmark ends, however it ends.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";

export const changingInterface = "wan0";

export class AddressNetwork implements Disposable {
  private readonly name = `homeport-bench-${process.pid}-address`;
  private readonly onExit = (): void => this.remove();
  private address: string | undefined;

  /** Throws with what `ip` says: making a namespace needs root. */
  constructor() {
    process.on("exit", this.onExit); // on Ctrl-C too: the workplace ends the process then
    try {
      ip(["netns", "add", this.name]);
      ip(["-n", this.name, "link", "set", "lo", "up"]);
      ip(["-n", this.name, "link", "add", changingInterface, "type", "veth", "peer", "name", "far0"]);
      for (const end of [changingInterface, "far0"]) ip(["-n", this.name, "link", "set", end, "up"]);
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /** Words before a command that is to run there. */
  get through(): readonly string[] {
    return ["ip", "netns", "exec", this.name];
  }

  /** The address before goes, as where a line comes back with another one. */
  async change(address: string): Promise<void> {
    const lines = changeLines(this.address, address);
    this.address = address;
    const child = spawn("ip", ["-n", this.name, "-batch", "-"], { stdio: ["pipe", "inherit", "inherit"] });
    child.stdin.end(lines);
    const [code] = (await once(child, "close")) as [number | null];
    if (code !== 0) throw new Error(`ip ended with ${code}`);
  }

  [Symbol.dispose](): void {
    process.off("exit", this.onExit);
    this.remove();
  }

  private remove(): void {
    spawnSync("ip", ["netns", "delete", this.name], { stdio: "ignore" }); // it may not have come to be
  }
}

/** What `ip -batch` reads. */
export function changeLines(before: string | undefined, address: string): string {
  const words = (verb: string, one: string): string => `address ${verb} ${one}/32 dev ${changingInterface}\n`;
  return (before === undefined ? "" : words("del", before)) + words("add", address);
}

function ip(words: readonly string[]): void {
  const { status, stderr, error } = spawnSync("ip", words, { encoding: "utf8" });
  if (status !== 0) throw new Error(`ip ${words.join(" ")}: ${error?.message ?? stderr.trim()}`);
}
