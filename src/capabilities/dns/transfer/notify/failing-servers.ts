/** Servers that do not take notifications: each is said once, and once more when it does again. */
import type { Log } from "#contracts/log.ts";
import { zoneText } from "../../zones/zone-set.ts";
import { notifyLimits } from "./limits.ts";
import type { Telling } from "./notify-schedule.ts";

export class FailingServers {
  private readonly log: Log;
  private readonly ids = new Set<string>();

  constructor(log: Log) {
    this.log = log;
  }

  add({ server, announcement }: Telling, why: string): void {
    if (this.ids.has(server.id) || this.ids.size >= notifyLimits.failingMax) return;
    this.ids.add(server.id);
    const zone = zoneText(announcement.zone);
    const sentence = `${server.text} does not take notifications, such as of ${zone}: ${why}`;
    this.log.warn({ server: server.text, zone }, sentence);
  }

  remove({ server }: Telling): void {
    if (!this.ids.delete(server.id)) return;
    this.log.info({ server: server.text }, `${server.text} takes notifications again`);
  }
}
