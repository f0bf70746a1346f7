/**
 * Where a benchmark works: a folder that goes when it is done, and the programs that it has started. Both go
 * on Ctrl-C and on an error too.
 */
import { closeSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type GroupOptions, ProcessGroup } from "./process-group.ts";

const signals = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;

export class Workplace implements AsyncDisposable {
  readonly folder: string;
  private readonly groups = new Set<ProcessGroup>();
  private readonly handlers = Object.entries(signals).map(
    ([signal, number]) => [signal, () => this.leave(signal, number)] as const,
  );

  constructor(name: string) {
    this.folder = mkdtempSync(join(tmpdir(), `homeport-bench-${name}-`));
    for (const [signal, handler] of this.handlers) process.on(signal, handler);
  }

  /** A new folder in the folder. */
  newFolder(name: string): string {
    return mkdtempSync(join(this.folder, `${name}-`));
  }

  /** A file for what a program is to say; close it here once the program has it. */
  openOutput(name: string): { file: string; descriptor: number; close(): void } {
    const file = join(this.newFolder(name), "output");
    const descriptor = openSync(file, "w");
    return { file, descriptor, close: () => closeSync(descriptor) };
  }

  start(command: readonly string[], options: GroupOptions = {}): ProcessGroup {
    const group = new ProcessGroup(command, options);
    this.groups.add(group);
    return group;
  }

  /** Ends what `start` has started. */
  async end(group: ProcessGroup): Promise<void> {
    await group[Symbol.asyncDispose]();
    this.groups.delete(group);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.groups].map((group) => this.end(group)));
    for (const [signal, handler] of this.handlers) process.off(signal, handler);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private leave(signal: string, number: number): never {
    for (const group of this.groups) group.kill();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
    console.error(`\n${signal}: every program that was started is ended, the folder is removed.`);
    process.exit(128 + number);
  }
}
