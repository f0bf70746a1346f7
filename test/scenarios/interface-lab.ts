/** Two network namespaces with cables between them, and an agent in each. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";
import { requireFfi } from "./ffi.ts";
import type { AgentCommand, AgentState } from "./interface-agent.ts";
import { type NetworkNamespace, networkNamespace } from "./network-namespace.ts";

export interface Agent {
  /** Rejects with what the agent's error says. */
  ask(command: AgentCommand): Promise<unknown>;
  state(): Promise<AgentState>;
}

/** An agent in there; `runner` is a command that runs it. */
export function startAgent(t: TestContext, runner: readonly string[]): Agent {
  const [command, ...args] = [...runner, process.execPath, join(import.meta.dirname, "interface-agent.ts")];
  const child = spawn(command!, args, { stdio: ["pipe", "pipe", "inherit"] });
  const exited = once(child, "exit");
  t.after(async () => {
    child.stdin.end();
    await exited;
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  let last: Promise<unknown> = Promise.resolve();
  const ask = async (asked: AgentCommand) => {
    child.stdin.write(`${JSON.stringify(asked)}\n`);
    const { value } = await lines.next();
    if (value === undefined) throw new Error("the agent has ended");
    const result = JSON.parse(value as string) as { readonly value?: unknown; readonly error?: string };
    if (result.error !== undefined) throw new Error(result.error);
    return result.value;
  };
  return {
    ask(asked) {
      last = last.then(
        () => ask(asked),
        () => ask(asked),
      ); // answers come in the order of questions
      return last;
    },
    async state() {
      return (await this.ask({ do: "heard" })) as AgentState;
    },
  };
}

export interface InterfaceLab {
  readonly server: NetworkNamespace;
  readonly client: NetworkNamespace;
  /** `s0` of the server and `c0` of the client are the ends of one cable, `s1` and `c1` those of another. */
  connect(number: 0 | 1): void;
}

export const serverAddresses = ["10.9.0.1", "10.9.1.1"] as const;
/** Hardware addresses of the client's ends. */
export const clientHardware = ["0200000000c0", "0200000000c1"] as const;

/**
 * Undefined, and the test skipped, where there can be none. The server has addresses, the client has none.
 */
export function interfaceLab(t: TestContext): InterfaceLab | undefined {
  if (!requireFfi(t)) return undefined;
  const server = networkNamespace(t);
  const client = server && networkNamespace(t);
  if (server === undefined || client === undefined) return undefined;
  const clientName = client.runner.at(-1)!;
  return {
    server,
    client,
    connect(number) {
      const [ours, theirs] = [`s${number}`, `c${number}`];
      server.ip("link", "add", ours, "type", "veth", "peer", "name", theirs, "netns", clientName);
      client.ip("link", "set", theirs, "address", clientHardware[number].match(/../g)!.join(":"));
      server.ip("addr", "add", `${serverAddresses[number]}/24`, "dev", ours);
      for (const [namespace, link] of [
        [server, ours],
        [client, theirs],
      ] as const) {
        namespace.ip("link", "set", link, "addrgenmode", "none");
        namespace.ip("link", "set", link, "up");
      }
    },
  };
}
