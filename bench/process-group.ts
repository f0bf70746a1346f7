/**
 * A program and all that it starts, seen as one: measured, stopped, continued, ended. It is started as the
 * leader of a process group of its own, so that children are found even when their parent is gone (NSD's are
 * after a reload) and nobody else's process is ever touched.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";

/** How long a program may take to end when asked before it is killed. */
const endMsMax = 10_000;

export interface GroupOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Cores that all its threads keep to, as `taskset -c` reads them. */
  readonly cores?: string;
  /** File descriptor for standard output; default: thrown away. */
  readonly stdout?: number;
}

export class ProcessGroup implements AsyncDisposable {
  readonly leader: ChildProcess;
  private readonly id: number;
  private errorsEnd = "";

  /** Throws when the program cannot be started. */
  constructor(command: readonly string[], { env, cores, stdout }: GroupOptions = {}) {
    const [program, ...words] = cores === undefined ? command : ["taskset", "-c", cores, ...command];
    this.leader = spawn(program!, words, {
      stdio: ["ignore", stdout ?? "ignore", "pipe"],
      detached: true,
      ...(env === undefined ? {} : { env }),
    });
    this.leader.on("error", (error) => {
      this.errorsEnd += String(error);
    });
    if (this.leader.pid === undefined) throw new Error(`${program} cannot be started`);
    this.id = this.leader.pid;
    this.leader.stderr!.setEncoding("utf8").on("data", (text: string) => {
      this.errorsEnd = (this.errorsEnd + text).slice(-2000);
    });
  }

  get pid(): number {
    return this.id;
  }

  /** The last 2,000 characters of standard error. */
  get errors(): string {
    return this.errorsEnd;
  }

  get ended(): boolean {
    return this.leader.exitCode !== null || this.leader.signalCode !== null;
  }

  /** The exit code, or the name of the signal that ended it. */
  async end(): Promise<number | string> {
    if (!this.ended) await once(this.leader, "close");
    return this.leader.exitCode ?? this.leader.signalCode ?? "nothing";
  }

  /** The processes of the group, oldest first. */
  members(): number[] {
    return processes()
      .filter(({ group }) => group === this.id)
      .map(({ pid }) => pid)
      .sort((one, other) => one - other);
  }

  /** Keeps every thread to some cores, also one that has chosen another by itself: knotd's do. */
  keepTo(cores: string): void {
    for (const pid of this.members()) {
      const { status, stderr } = spawnSync("taskset", ["-acp", cores, String(pid)], { encoding: "utf8" });
      if (status !== 0) throw new Error(`taskset: ${stderr}`);
    }
  }

  /** CPU time that the threads of the group have had so far, in nanoseconds. */
  cpuNanoseconds(): bigint {
    return this.members().reduce((sum, pid) => sum + processNanoseconds(pid), 0n);
  }

  /** Of the largest process: pages that a fork shares with its parent are not counted twice. */
  residentOctets(): number {
    const sizes = this.members().map((pid) => {
      const status = readText(`/proc/${pid}/status`) ?? "";
      return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
    });
    return Math.max(...sizes);
  }

  pause(): void {
    this.signalAll("SIGSTOP");
  }

  resume(): void {
    this.signalAll("SIGCONT");
  }

  /** At once, and without waiting: for when this program itself is about to end. */
  kill(): void {
    this.signalAll("SIGKILL");
  }

  /** Asks the leader to end, and kills what is left. Resolves when all have ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.ended) {
      const exited = once(this.leader, "exit");
      this.resume(); // what is stopped hears of nothing else
      this.leader.kill("SIGTERM");
      const hard = setTimeout(() => this.kill(), endMsMax);
      await exited;
      clearTimeout(hard);
    }
    this.kill();
    while (this.members().length > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  private signalAll(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.id, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error; // all have ended
    }
  }
}

function processes(): { pid: number; group: number }[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const group = groupOf(readText(`/proc/${pid}/stat`) ?? "");
      return group === undefined ? [] : [{ pid: Number(pid), group }];
    });
}

/**
 * The fifth field of proc_pid_stat(5); the second is a name in parentheses that may hold anything. Undefined
 * for a process that has ended, whether or not its parent has noticed (state Z).
 */
export function groupOf(stat: string): number | undefined {
  const [state, , group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return group === undefined || state === "Z" || state === "X" ? undefined : Number(group);
}

/** Sum over the threads of the time on a processor: the first number of each one's schedstat. */
function processNanoseconds(pid: number): bigint {
  let threads: string[];
  try {
    threads = readdirSync(`/proc/${pid}/task`);
  } catch {
    return 0n; // it has just ended
  }
  return threads.reduce((sum, thread) => {
    const schedstat = readText(`/proc/${pid}/task/${thread}/schedstat`);
    return sum + BigInt(/^\d+/.exec(schedstat ?? "")?.[0] ?? 0);
  }, 0n);
}

/** Undefined when the process has just ended. */
function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return undefined;
  }
}
