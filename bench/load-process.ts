/**
 * A client in a process of its own: it says that it is ready, begins when told to, and ends with one line of
 * JSON. What it takes of a processor is not the server's.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import process, { cpuUsage, stdin, stdout } from "node:process";

/** Seen by whoever has started it. */
export class LoadProcess<Report> implements Disposable {
  private readonly child: ChildProcess;
  private readonly lines: AsyncGenerator<string>;

  private constructor(child: ChildProcess) {
    this.child = child;
    this.lines = linesOf(child);
  }

  /**
   * Resolves once it is ready. `script`: absolute path; `order` becomes its argument as JSON. `through`:
   * words before the command, which enter a network namespace for instance.
   */
  static async start<Report>(
    script: string,
    order: unknown,
    through: readonly string[] = [],
  ): Promise<LoadProcess<Report>> {
    const [program, ...words] = [...through, process.execPath, script, JSON.stringify(order)];
    const child = spawn(program!, words, {
      stdio: ["pipe", "pipe", "inherit"],
    });
    child.stdin!.on("error", () => {}); // it has ended; `report` says so
    const load = new LoadProcess<Report>(child);
    await load.nextLine(script);
    return load;
  }

  begin(): void {
    this.child.stdin!.write("begin\n");
  }

  /** Asks it to end before its time. */
  finish(): void {
    this.child.stdin!.write("finish\n");
  }

  async report(): Promise<Report & LoadCost> {
    const line = await this.nextLine("the load");
    this[Symbol.dispose]();
    return JSON.parse(line) as Report & LoadCost;
  }

  [Symbol.dispose](): void {
    this.child.kill();
  }

  private async nextLine(who: string): Promise<string> {
    const { value } = await this.lines.next();
    if (typeof value !== "string") throw new Error(`${who} ended without a word`);
    return value;
  }
}

export interface LoadCost {
  /** Seconds on a processor between the beginning and the report. */
  readonly cpuSeconds: number;
}

/** The other side: the client itself. */
export async function runAsLoad<Report extends object>(
  prepare: () => Promise<{ run(): Promise<Report>; finish(): void }>,
): Promise<void> {
  const load = await prepare();
  stdin.once("end", () => process.exit(1)); // nobody is there to be told
  stdout.write("ready\n");
  const [first] = (await once(stdin, "data")) as [Buffer];
  const before = cpuUsage();
  const running = load.run();
  if (first.includes("finish")) load.finish();
  stdin.on("data", () => load.finish());
  const report = await running;
  const { user, system } = cpuUsage(before);
  stdout.write(`${JSON.stringify({ ...report, cpuSeconds: (user + system) / 1e6 })}\n`);
  stdin.unref();
}

async function* linesOf(child: ChildProcess): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of child.stdout!.setEncoding("utf8")) {
    const lines = (rest + String(chunk)).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
}
