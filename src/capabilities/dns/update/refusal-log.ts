/** Tells of refused updates: a few lines a minute for each client and for all, and how many were not told. */
import type { Log } from "#contracts/log.ts";
import { type Name, nameToText } from "#protocols/dns/name.ts";
import { mnemonicOfRcode } from "#protocols/dns/registry.ts";
import type { Client } from "../client.ts";
import { limits } from "./limits.ts";

export class RefusalLog {
  private readonly log: Log;
  private readonly nowMs: () => number;
  private startMs = Number.NEGATIVE_INFINITY;
  /** Lines of this minute, by client; no more than lines. */
  private readonly told = new Map<string, number>();
  private lines = 0;
  private untold = 0;

  /** `nowMs`: milliseconds that never go back. */
  constructor(log: Log, nowMs: () => number) {
    this.log = log;
    this.nowMs = nowMs;
  }

  note(client: Client, zone: Name, rcode: number, reason?: string): void {
    if (!this.mayTell(client.text)) {
      this.untold++;
      return;
    }
    const key = client.key === undefined ? undefined : nameToText(client.key);
    const facts = {
      client: client.text,
      ...(key === undefined ? {} : { key }),
      zone: nameToText(zone),
      rcode: mnemonicOfRcode(rcode),
      ...(this.untold === 0 ? {} : { untold: this.untold }),
    };
    this.untold = 0;
    const by = key === undefined ? client.text : `${client.text} with key ${key}`;
    const why = reason === undefined ? "" : `: ${reason}`;
    this.log.info(facts, `an update of ${facts.zone} by ${by} was answered ${facts.rcode}${why}`);
  }

  private mayTell(client: string): boolean {
    const nowMs = this.nowMs();
    if (nowMs - this.startMs >= limits.refusalWindowMs) {
      this.startMs = nowMs;
      this.told.clear();
      this.lines = 0;
    }
    const told = this.told.get(client) ?? 0;
    if (told >= limits.refusalLinesPerClientMax || this.lines >= limits.refusalLinesMax) return false;
    this.told.set(client, told + 1);
    this.lines++;
    return true;
  }
}
