/** Runs the commands that edit zones against the routes that they ask, over a zone in memory. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { ApiError, type CommandCall, type ExitCode } from "#contracts/command.ts";
import { type Route, RouteError } from "#contracts/route.ts";
import { parseName } from "#protocols/dns/name.ts";
import { zoneEdit } from "../../src/capabilities/dns/commands/zone-edit.ts";
import { zoneEditCommands } from "../../src/capabilities/dns/edit/commands.ts";
import { zoneEditRoutes } from "../../src/capabilities/dns/edit/routes.ts";
import { EditingRig } from "../../src/capabilities/dns/edit/zone-editing.testing.ts";

export interface Ran {
  readonly code: ExitCode | string;
  readonly out: string;
  readonly error: string;
  /** What was asked. */
  readonly questions: readonly string[];
}

export interface Given {
  readonly arguments?: CommandCall["arguments"];
  readonly options?: CommandCall["options"];
  readonly json?: boolean;
  /** What the person types, line by line; absent: there is no person. `undefined`: they break off. */
  readonly types?: readonly (string | undefined)[];
  /** What is done to the zone while a question waits, by its index. */
  readonly whileAsked?: Readonly<Record<number, () => void>>;
  readonly interactive?: boolean;
}

export class EditedZone {
  readonly rig: EditingRig;
  readonly folder: string;
  /** "PUT text" and the like, in order. */
  readonly requests: string[] = [];
  /** Throws in the place of the API. */
  fault: (() => Error) | undefined;

  constructor(t: TestContext, text: string) {
    this.rig = new EditingRig(text);
    this.folder = mkdtempSync(join(tmpdir(), "homeport-zone-edit-"));
    t.after(() => rmSync(this.folder, { recursive: true }));
  }

  file(name: string, text: string | Uint8Array): string {
    const file = join(this.folder, name);
    writeFileSync(file, text);
    return file;
  }

  /** A shell script that gets the file as $1; it counts its runs in the file `runs`. */
  editor(script: string): string {
    const file = this.file("editor", `#!/bin/sh\nset -e\necho run >> "${this.folder}/runs"\n${script}\n`);
    chmodSync(file, 0o755);
    return file;
  }

  /** Somebody else adds an address. */
  addHost(label: string, last: number): void {
    const rdata = Uint8Array.of(192, 0, 2, last);
    this.rig.zone.change([{ do: "add", owner: parseName(`${label}.example.`), type: 1, ttl: 60, rdata }]);
  }

  run(words: string, given: Given = {}): Promise<Ran> {
    const command = zoneEditCommands.find((one) => one.words.join(" ") === words)!;
    return this.ran(given, (call) => command.run(call));
  }

  /** `homeport zone edit example` with this editor. */
  edit(editor: string, given: Given = {}): Promise<Ran> {
    const whole = { arguments: { zone: "example" }, ...given };
    return this.ran(whole, (call) => zoneEdit(call, { EDITOR: editor }));
  }

  private async ran(given: Given, run: (call: CommandCall) => Promise<ExitCode>): Promise<Ran> {
    let out = "";
    let error = "";
    const questions: string[] = [];
    const { types, whileAsked = {} } = given;
    const ask = async (question: string): Promise<string | undefined> => {
      whileAsked[questions.length]?.();
      questions.push(question);
      if (questions.length > types!.length) throw new Error(`nobody expected to be asked "${question}"`);
      return types![questions.length - 1];
    };
    const call: CommandCall = {
      arguments: given.arguments ?? {},
      options: given.options ?? {},
      json: given.json ?? false,
      terminal: {
        columns: 80,
        interactive: given.interactive ?? false,
        print: (text) => {
          out += `${text}\n`;
        },
        printError: (text) => {
          error += `${text}\n`;
        },
        ...(types !== undefined && { ask }),
      },
      api: { request: (method, path, body) => this.request(method, path, body) },
    };
    const code = await run(call).catch((failure: Error) =>
      failure instanceof ApiError ? failure.code : failure.message,
    );
    return { code, out, error, questions };
  }

  private async request(method: string, path: string, body: unknown): Promise<unknown> {
    const url = new URL(path, "http://homeport");
    const [, zone, what] = /^\/api\/dns\/zones\/([^/]+)\/([^/]+)$/.exec(url.pathname)!;
    this.requests.push(`${method} ${what}`);
    if (this.fault !== undefined) throw this.fault();
    const routes: readonly Route[] = zoneEditRoutes(this.rig.editing);
    const route = routes.find((one) => one.method === method && one.path.endsWith(`/${what}`))!;
    const parameters = { ...Object.fromEntries(url.searchParams), zone: decodeURIComponent(zone!) };
    try {
      const answer: unknown = await route.handle({
        parameters: route.parameters!.parse(parameters),
        body: route.body?.parse(JSON.parse(JSON.stringify(body))),
      } as never);
      return JSON.parse(JSON.stringify(answer));
    } catch (error) {
      if (!(error instanceof RouteError)) throw error;
      throw new ApiError(error.status, error.code, error.message);
    }
  }
}
