/**
 * The file that a zone is edited in: the zone's text below lines for whoever edits it, which begin with `;!`
 * and are not part of it.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ConfigProblem } from "#contracts/configuration.ts";

export class EditedText implements Disposable {
  readonly file: string;
  /** Set when the file must outlive this: somebody's work is in it. */
  isKept = false;
  private readonly folder: string;

  constructor(zone: string) {
    this.folder = mkdtempSync(join(tmpdir(), "homeport-edit-"));
    // The zone's name only helps to recognize the file: it must not lead out of the folder.
    const name = zone
      .replace(/[^a-z0-9.-]/gi, "_")
      .replace(/^\./, "_")
      .slice(0, 100);
    this.file = join(this.folder, `${name}.zone`);
  }

  /** Only the owner may read it: zones can be private. */
  write(text: string, remarks: readonly string[]): void {
    const head = remarks.map((line) => `;! ${line}\n`).join("");
    writeFileSync(this.file, head + text, { mode: 0o600 });
  }

  /** Without the remarks in front. */
  read(): string {
    return readFileSync(this.file, "utf8").replace(/^(?:;!.*(?:\r?\n|$))+/, "");
  }

  /** `command` may have words of its own, such as `code --wait`. Rejects when it fails. */
  async edit(command: string): Promise<void> {
    // As git and others do it: the shell reads the words, and gets the file as an argument.
    const child = spawn("/bin/sh", ["-c", `${command} "$@"`, command, this.file], { stdio: "inherit" });
    const leaveToEditor = (): void => {};
    process.on("SIGINT", leaveToEditor); // Ctrl-C means something else there
    const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
    process.off("SIGINT", leaveToEditor);
    if (code === 0) return;
    throw new Error(`the editor "${command}" ended with ${signal ?? code}; set EDITOR to another`);
  }

  [Symbol.dispose](): void {
    if (!this.isKept) rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What is said above a text with mistakes, whose lines are counted with these remarks. */
export function mistakeRemarks(problems: readonly ConfigProblem[]): string[] {
  const head = ["This was not applied, because it has mistakes. Lines are counted in this file.", ""];
  const tail = ["", "Correct them and save, or empty the file to leave the zone as it is."];
  const moved = head.length + problems.length + tail.length;
  const lines = problems.map(({ line, column, what, remedy }) => {
    const place = [line === undefined ? undefined : line + moved, column].filter(
      (part) => part !== undefined,
    );
    const where = place.length === 0 ? "" : `line ${place.join(":")}: `;
    return oneLine(`${where}${what}${remedy === undefined ? "" : `; ${remedy}`}`);
  });
  return [...head, ...lines, ...tail].map((line) => line.trimEnd());
}

function oneLine(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, " ");
}
