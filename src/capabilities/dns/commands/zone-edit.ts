/** `homeport zone edit ZONE`. */
import { ApiError, type CommandCall, ExitCode } from "#contracts/command.ts";
import { EditedText, mistakeRemarks } from "./edited-text.ts";
import {
  exitOf,
  hasErrors,
  isEmpty,
  operatorName,
  printDifference,
  printFindings,
  type ShownOutcome,
  summaryOf,
  zonePath,
} from "./zone-outcome.ts";

export async function zoneEdit(call: CommandCall, environment = process.env): Promise<ExitCode> {
  const { api, terminal, json, options } = call;
  const zone = String(call.arguments["zone"]);
  if (terminal.ask === undefined && options["yes"] !== true) {
    terminal.printError("nobody can be asked here; add --yes to apply what the editor leaves");
    return ExitCode.usage;
  }
  const { text, serial } = (await api.request("GET", zonePath(zone, "text"))) as {
    text: string;
    serial: number;
  };
  using edited = new EditedText(zone);
  edited.write(text, [
    `${zone} at serial ${serial}. What you save is shown as a difference before it is applied.`,
    "Empty the file to leave the zone as it is.",
  ]);
  const editor = environment["VISUAL"] || environment["EDITOR"] || "vi";
  const session = new EditSession(call, { zone, text, serial, edited, editor });
  try {
    const { code, outcome } = await session.run();
    if (json)
      terminal.print(JSON.stringify(outcome ?? { serial, removed: 0, added: 0, diff: [] }, undefined, 2));
    return code;
  } catch (error) {
    edited.isKept = edited.read() !== text;
    throw error;
  } finally {
    if (edited.isKept) terminal.printError(`your text is in ${edited.file}`);
  }
}

interface Start {
  readonly zone: string;
  readonly text: string;
  readonly serial: number;
  readonly edited: EditedText;
  readonly editor: string;
}

interface End {
  readonly code: ExitCode;
  readonly outcome?: ShownOutcome;
}

/** Edits, shows and asks, until the text is applied or given up. */
class EditSession {
  private readonly call: CommandCall;
  private readonly start: Start;
  private merge = false;

  constructor(call: CommandCall, start: Start) {
    this.call = call;
    this.start = start;
  }

  async run(): Promise<End> {
    const { edited, editor, text, zone } = this.start;
    for (;;) {
      await edited.edit(editor);
      const now = edited.read();
      if (now.trim() === "" || now === text) {
        this.say(`no change: ${zone} stays as it is`);
        return { code: ExitCode.ok };
      }
      const end = await this.offer(now);
      if (end !== "again") return end;
    }
  }

  /** Shows what the text would change, and applies it when that is wanted. */
  private async offer(text: string): Promise<End | "again"> {
    const { terminal, json } = this.call;
    const { zone } = this.start;
    const preview = await this.submit(text, true);
    if (preview instanceof ApiError) return this.moved(text, preview);
    if (hasErrors(preview)) return this.mistakes(text, preview);
    printFindings(terminal, preview, zone);
    if (isEmpty(preview)) {
      this.say(`no change: ${zone} has these records already`);
      return { code: exitOf(preview), outcome: preview };
    }
    if (!json) printDifference(terminal, preview);
    const question = `${summaryOf(preview)}. Apply it: [y]es, [e]dit again, [n]o?`;
    const choice = await this.choose(question, "yen", "y");
    if (choice === "e") return "again";
    if (choice === "n") return this.giveUp(ExitCode.ok);
    const outcome = await this.submit(text, false);
    if (outcome instanceof ApiError) return this.moved(text, outcome);
    if (hasErrors(outcome)) return this.mistakes(text, outcome);
    this.say(`${zone} is at serial ${outcome.serial}`);
    return { code: exitOf(outcome), outcome };
  }

  /** Resolves with the error when somebody was faster. */
  private async submit(text: string, dryRun: boolean): Promise<ShownOutcome | ApiError> {
    const { zone, serial } = this.start;
    const body = { text, baseSerial: serial, merge: this.merge, dryRun, by: operatorName() };
    try {
      return (await this.call.api.request("PUT", zonePath(zone, "text"), body)) as ShownOutcome;
    } catch (error) {
      if (error instanceof ApiError && error.code === "HP_DNS_ZONE_MOVED") return error;
      throw error;
    }
  }

  private async moved(text: string, error: ApiError): Promise<End | "again"> {
    this.call.terminal.printError(error.message);
    const question = "[m]erge with what you have, [e]dit again and merge, [n]o?";
    const choice = await this.choose(question, "men", "n");
    if (choice === "n") return this.giveUp(ExitCode.failed);
    this.merge = true;
    return choice === "e" ? "again" : this.offer(text); // which shows what it comes to
  }

  private async mistakes(text: string, outcome: ShownOutcome): Promise<End | "again"> {
    const { zone, edited } = this.start;
    printFindings(this.call.terminal, outcome, zone);
    edited.write(text, mistakeRemarks(outcome.problems.filter(({ severity }) => severity === "error")));
    const choice = await this.choose("The text has mistakes: [e]dit again, [n]o?", "en", "n");
    return choice === "e" ? "again" : this.giveUp(ExitCode.problems, outcome);
  }

  private giveUp(code: ExitCode, outcome?: ShownOutcome): End {
    this.start.edited.isKept = true;
    this.say("nothing was changed");
    return outcome === undefined ? { code } : { code, outcome };
  }

  /** One of the letters: `unasked` where nobody is to be asked, the last when the person breaks off. */
  private async choose(question: string, letters: string, unasked: string): Promise<string> {
    const { ask } = this.call.terminal;
    if (ask === undefined || this.call.options["yes"] === true) return unasked;
    for (;;) {
      const answer = await ask(question);
      if (answer === undefined) return letters.at(-1)!;
      const letter = answer.slice(0, 1).toLowerCase();
      if (letter !== "" && letters.includes(letter)) return letter;
    }
  }

  private say(text: string): void {
    if (!this.call.json) this.call.terminal.print(text);
  }
}
