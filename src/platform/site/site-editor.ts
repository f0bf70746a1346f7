/** Changes site.yaml for its operator: comments stay; a file that the program would not take is put back. */
import { readFile } from "node:fs/promises";
import type { ProgramPort } from "#contracts/capability.ts";
import { writeDurably } from "../files/durable-file.ts";
import { differenceLines } from "./line-difference.ts";
import { shownSiteText } from "./shown-text.ts";
import { readSiteText } from "./site.ts";
import type { YamlChange } from "./yaml-edit.ts";
import { changeYaml } from "./yaml-reader.ts";

export interface SiteEdit {
  /** Lines with `-`, `+` or a blank in front; none: the file says all of it already. */
  readonly difference: readonly string[];
  readonly before: string;
  readonly after: string;
}

/** Why the file could not be changed; it is as it was, unless it says otherwise. `code` is stable. */
export class SiteEditError extends Error {
  override readonly name = "SiteEditError";
  readonly code: "HP_SITE_CHANGED" | "HP_SITE_READ_ONLY" | "HP_SITE_BY_HAND" | "HP_SITE_NOT_RESTORED";
  /** What it would have been. */
  readonly difference: readonly string[];

  constructor(code: SiteEditError["code"], sentence: string, difference: readonly string[] = []) {
    super(sentence);
    this.code = code;
    this.difference = difference;
  }
}

/** What to change, given what the file says; throws what is to be told to whoever asks. */
export type PlanChanges = (site: unknown) => readonly YamlChange[];

export class SiteEditor {
  readonly #program: Pick<ProgramPort, "siteFile" | "reload">;
  #last: Promise<unknown> = Promise.resolve();

  constructor(program: Pick<ProgramPort, "siteFile" | "reload">) {
    this.#program = program;
  }

  /** What the changes would come to. */
  async preview(plan: PlanChanges): Promise<SiteEdit> {
    const file = this.#program.siteFile;
    const { text: before, value } = await readSiteText(file);
    const changes = plan(value);
    const edit = changes.length === 0 ? { text: before } : await changeYaml(before, changes);
    if ("problem" in edit) {
      const sentence = `${file} cannot be changed by a program: ${edit.problem}; write it there yourself`;
      throw new SiteEditError("HP_SITE_BY_HAND", sentence);
    }
    // Lines around the change may hold secrets.
    const difference = differenceLines(shownSiteText(before), shownSiteText(edit.text));
    return { before, after: edit.text, difference };
  }

  /**
   * Writes the file and has the program read it. Rejects with what the reload says, usually a ConfigError,
   * and with a SiteEditError; then the file is as it was. Calls wait for one another.
   */
  change(plan: PlanChanges): Promise<SiteEdit> {
    const mine = this.#last.then(() => this.#change(plan));
    this.#last = mine.catch(() => undefined); // the caller is told
    return mine;
  }

  async #change(plan: PlanChanges): Promise<SiteEdit> {
    const edit = await this.preview(plan);
    if (edit.after === edit.before) return edit;
    await this.#replace(edit.before, edit.after, edit.difference);
    try {
      await this.#program.reload();
    } catch (refusal) {
      try {
        await this.#replace(edit.after, edit.before, edit.difference);
      } catch (error) {
        const why = [refusal, error].map((one) => (one instanceof Error ? one.message : String(one)));
        const sentence = `the new file was not taken: ${why[0]}; and it could not be put back: ${why[1]}`;
        throw new SiteEditError("HP_SITE_NOT_RESTORED", sentence, edit.difference);
      }
      throw refusal;
    }
    return edit;
  }

  /** Only as long as the file is what it was when it was looked at: an editor may have it open. */
  async #replace(before: string, after: string, difference: readonly string[]): Promise<void> {
    const file = this.#program.siteFile;
    const octets = await readFile(file);
    const now = new TextDecoder().decode(octets); // without the mark at the start, as the site reader has it
    const mark = octets.length > Buffer.byteLength(now) ? "\ufeff" : "";
    if (now !== before) {
      const sentence = `${file} has been changed by somebody else in this moment; try again`;
      throw new SiteEditError("HP_SITE_CHANGED", sentence, difference);
    }
    try {
      writeDurably(file, 0o644, (write) => write(new TextEncoder().encode(mark + after)));
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? String(error);
      const sentence = `${file} cannot be written (${code}); let the user who runs Homeport write it and its folder`;
      throw new SiteEditError("HP_SITE_READ_ONLY", sentence, difference);
    }
  }
}
