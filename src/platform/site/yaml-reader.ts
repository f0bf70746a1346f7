/** Parses and changes here what is small, and in a process of its own what is large. */
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { limits } from "./limits.ts";
import type { PlaceQuestion } from "./path.ts";
import type { YamlChange, YamlEdit } from "./yaml-edit.ts";
import type { TextPlace, YamlOutcome } from "./yaml-text.ts";

export interface YamlQuestion {
  readonly text: string;
  /** Where are these? */
  readonly places?: readonly PlaceQuestion[];
  /** What is the text with these? Without either: parse. */
  readonly changes?: readonly YamlChange[];
}

export async function readYaml(text: string): Promise<YamlOutcome> {
  if (text.length >= limits.ownProcessOctetsMin) return (await askProcess({ text })) as YamlOutcome;
  return (await import("./yaml-text.ts")).parseYaml(text);
}

export async function readPlaces(
  text: string,
  places: readonly PlaceQuestion[],
): Promise<readonly TextPlace[]> {
  if (text.length >= limits.ownProcessOctetsMin) return (await askProcess({ text, places })) as TextPlace[];
  return (await import("./yaml-text.ts")).locate(text, places);
}

/** `text` is YAML without errors. */
export async function changeYaml(text: string, changes: readonly YamlChange[]): Promise<YamlEdit> {
  if (text.length >= limits.ownProcessOctetsMin) return (await askProcess({ text, changes })) as YamlEdit;
  return (await import("./yaml-edit.ts")).editYaml(text, changes);
}

function askProcess(question: YamlQuestion): Promise<unknown> {
  const file = fileURLToPath(new URL("./yaml-process.ts", import.meta.url));
  const child = fork(file, { serialization: "advanced", stdio: ["ignore", "ignore", "inherit", "ipc"] });
  return new Promise((resolve, reject) => {
    child.once("message", resolve);
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the YAML parser's process ended early (${code})`)));
    child.send(question);
  });
}
