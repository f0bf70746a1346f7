/** A Homeport that many hosts tell their address. */
import { join } from "node:path";
import { LoadProcess } from "../load-process.ts";
import { freePort } from "../name-servers.ts";
import type { Workplace } from "../workplace.ts";
import { DdnsSite } from "./ddns-site.ts";
import type { HttpUpdateOrder, HttpUpdateReport } from "./http-update-load.ts";
import { recordName } from "./site-lines.ts";
import { secretOf } from "./update-messages.ts";

const script = join(import.meta.dirname, "http-update-load.ts");

export class UpdateSite {
  readonly site: DdnsSite;
  readonly hosts: number;
  private readonly port: number;
  /** Of a change that no host has told. */
  private first = 0;

  static async start(place: Workplace, hosts: number): Promise<UpdateSite> {
    const port = await freePort();
    const site = await DdnsSite.start(place, { wish: { updatesAt: port } });
    for (let host = 0; host < hosts; host++) {
      const body = { name: recordName(host, site.zone), secret: secretOf(host) };
      await site.api.request("POST", "/api/ddns/hosts", body);
    }
    return new UpdateSite(site, hosts, port);
  }

  private constructor(site: DdnsSite, hosts: number, port: number) {
    this.site = site;
    this.hosts = hosts;
    this.port = port;
  }

  /** Clients that are connected, of hosts whose secrets the server has verified once. */
  async prepareLoad(clients: number, seconds: number): Promise<LoadProcess<HttpUpdateReport>> {
    const { port, hosts, first } = this;
    const order: HttpUpdateOrder = { port, zone: this.site.zone, hosts, clients, seconds, first };
    return await LoadProcess.start<HttpUpdateReport>(script, order);
  }

  /** So that the next load tells changes that are new. */
  note({ sent }: HttpUpdateReport): void {
    this.first = Math.max(...sent) + 1;
  }
}
