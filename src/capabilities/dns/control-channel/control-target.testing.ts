/** A name server with four zones that only keeps account of what it is told. For tests. */
import { ConfigError } from "#contracts/configuration.ts";
import { type Name, nameToText, parseName } from "#protocols/dns/name.ts";
import type { ControlTarget, ServerFacts, ZoneContentFacts, ZoneFacts } from "./control-target.ts";

const loadedAtMs = Date.UTC(2026, 10, 24, 19, 40, 58);

const content: ZoneContentFacts = {
  serial: 1,
  nodes: 3,
  loadedAtMs,
  refreshAtMs: undefined,
  expiresAtMs: undefined,
  secure: false,
};

export const sampleStatus: ServerFacts = {
  version: "Homeport 0.1.0",
  runningOn: "gate: Linux x86_64 6.18.44",
  bootedAtMs: loadedAtMs,
  configuredAtMs: loadedAtMs + 60_000,
  configurationFile: "/etc/homeport/site.yaml",
  processors: 2,
  workers: 1,
  zones: 4,
  transfersRunning: 0,
  transfersWaiting: 0,
  soaQueriesRunning: 0,
  queryLog: false,
  tcpClients: 0,
  tcpClientsMax: 512,
  tcpClientsHighest: 3,
};

export class SampleTarget implements ControlTarget {
  /** What was called, such as `freeze dyn.net.`. */
  readonly calls: string[] = [];
  readonly processId = 4242;
  /** Settings have a mistake. */
  settingsProblem: string | undefined;
  readonly #frozen = new Set<string>();
  readonly #zones: ReadonlyMap<string, ZoneFacts> = new Map<string, ZoneFacts>([
    ["static.net.", { kind: "primary", files: ["static.db"], content, dynamic: false, frozen: false }],
    ["dyn.net.", { kind: "primary", files: ["dyn.db"], content, dynamic: true, frozen: false }],
    [
      "broken.net.",
      { kind: "primary", files: ["broken.db"], content: undefined, dynamic: false, frozen: false },
    ],
    ["copy.net.", { kind: "secondary", files: [], content: undefined, dynamic: false, frozen: false }],
    [
      "signed.net.",
      {
        kind: "secondary",
        files: ["signed.db"],
        content: {
          ...content,
          secure: true,
          refreshAtMs: loadedAtMs + 3_600_000,
          expiresAtMs: loadedAtMs + 86_400_000,
        },
        dynamic: false,
        frozen: false,
      },
    ],
  ]);

  status(): ServerFacts {
    return sampleStatus;
  }

  zone(name: Name): ZoneFacts | undefined {
    const text = nameToText(name);
    const facts = this.#zones.get(text);
    return facts === undefined ? undefined : { ...facts, frozen: this.#frozen.has(text) };
  }

  showZone(name: Name): string {
    return `zone "${nameToText(name).slice(0, -1)}" { type primary; };`;
  }

  async reload(): Promise<void> {
    this.#called("reload");
    if (this.settingsProblem === undefined) return;
    const problem = { severity: "error", path: "dns.zones[0]", what: this.settingsProblem } as const;
    throw new ConfigError("HP_SITE", [problem]);
  }

  async reconfig(): Promise<void> {
    this.#called("reconfig");
  }

  async reloadZone(name: Name): Promise<"reloaded" | "up-to-date" | "dynamic"> {
    this.#called("reloadZone", name);
    const { content: loaded, dynamic, frozen, files } = this.zone(name)!;
    if (loaded === undefined) {
      const problem = { severity: "error", file: files[0]!, what: "there is no such file" } as const;
      throw new ConfigError("HP_ZONE_FILE", [problem]);
    }
    return dynamic && !frozen ? "dynamic" : "up-to-date";
  }

  refresh(name: Name): void {
    this.#called("refresh", name);
  }

  retransfer(name: Name): void {
    this.#called("retransfer", name);
  }

  notify(name: Name): void {
    this.#called("notify", name);
  }

  async freeze(name: Name | undefined): Promise<"frozen" | "already-frozen"> {
    this.#called("freeze", name);
    const zone = name === undefined ? "dyn.net." : nameToText(name);
    if (this.#frozen.has(zone)) return "already-frozen";
    this.#frozen.add(zone);
    return "frozen";
  }

  async thaw(name: Name | undefined): Promise<"thawed" | "not-frozen"> {
    this.#called("thaw", name);
    return this.#frozen.delete(name === undefined ? "dyn.net." : nameToText(name)) ? "thawed" : "not-frozen";
  }

  async sync(name: Name | undefined, { clean }: { readonly clean: boolean }): Promise<void> {
    this.#called(clean ? "sync -clean" : "sync", name);
  }

  flush(): void {
    this.#called("flush");
  }

  flushName(name: Name): void {
    this.#called("flushName", name);
  }

  flushTree(name: Name): void {
    this.#called("flushTree", name);
  }

  queryLog(on: boolean | undefined): void {
    this.#called(`queryLog ${on}`);
  }

  async stats(): Promise<string | undefined> {
    this.#called("stats");
    return undefined;
  }

  keys(): readonly Name[] {
    return [parseName("rndc-key."), parseName("ddns.example.")];
  }

  async scan(): Promise<void> {
    this.#called("scan");
  }

  stop({ save }: { readonly save: boolean }): void {
    this.#called(save ? "stop" : "halt");
  }

  #called(what: string, name?: Name): void {
    this.calls.push(name === undefined ? what : `${what} ${nameToText(name)}`);
  }
}
