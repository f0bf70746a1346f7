/** Thousands of records after one change of the address: where they go, and when the last one is there. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { freePort, untilAnswered } from "../name-servers.ts";
import { arrangeUpdateServer } from "../updates/update-servers.ts";
import type { Workplace } from "../workplace.ts";
import { hostsZone, writeLines } from "../zone-files.ts";
import { addressOf } from "./bench-addresses.ts";
import { DdnsSite, setAddress } from "./ddns-site.ts";
import { untilSeen } from "./name-seer.ts";
import { prepareNsupdate } from "./nsupdate.ts";
import { commandMethod, type UpdateTarget } from "./site-lines.ts";

const patienceMs = 120_000;

/** Where the records of a site go. */
export const destinations = ["own zones", "named", "another Homeport"] as const;
export type DestinationName = (typeof destinations)[number];

/** A site whose records follow what a file says, and the name server that is to have them. */
export class Publication {
  private readonly place: Workplace;
  private readonly names: number;
  private readonly site: DdnsSite;
  private readonly target: UpdateTarget | undefined;
  private change = 1;

  /** Resolves once all names are there for the first time. */
  static async start(place: Workplace, to: DestinationName, names: number): Promise<Publication> {
    const target = to === "own zones" ? undefined : await startTarget(place, to, names);
    setAddress(place, addressOf(1));
    const method = commandMethod(DdnsSite.addressFile(place));
    const records = { count: names, method, ...(target !== undefined && { server: target }) };
    const site = await DdnsSite.start(place, { wish: { records } });
    const publication = new Publication(place, { names, site, target });
    await publication.untilSeen(addressOf(1), async () => {});
    return publication;
  }

  private constructor(
    place: Workplace,
    { names, site, target }: { names: number; site: DdnsSite; target: UpdateTarget | undefined },
  ) {
    this.place = place;
    this.names = names;
    this.site = site;
    this.target = target;
  }

  /** One change, until the last name has it, in milliseconds; CPU of the site, in seconds. */
  async round(): Promise<{ readonly ms: number; readonly cpuSeconds: number }> {
    const address = addressOf(++this.change);
    const { group, api } = this.site;
    const before = group.cpuNanoseconds();
    const ms = await this.untilSeen(address, async () => {
      setAddress(this.place, address);
      await api.request("POST", "/api/ddns/check");
    });
    return { ms, cpuSeconds: Number(group.cpuNanoseconds() - before) / 1e9 };
  }

  /** The same for nsupdate: not for own zones. */
  async nsupdateRound(): Promise<number> {
    const address = addressOf(++this.change);
    const run = prepareNsupdate(this.place, this.target!, { names: this.names, address });
    return await this.untilSeen(address, run);
  }

  private untilSeen(address: string, change: () => Promise<void>): Promise<number> {
    const { port, zone } = this.target ?? this.site;
    return untilSeen({ port, zone, names: this.names, address, pauseMs: 20, patienceMs }, change);
  }
}

/** A name server with one zone of that many names, which takes signed updates. */
async function startTarget(place: Workplace, to: DestinationName, names: number): Promise<UpdateTarget> {
  const target: UpdateTarget = {
    port: await freePort(),
    zone: "updates.example",
    key: "bench-key",
    algorithm: "hmac-sha256",
    secret: randomBytes(32).toString("base64"),
  };
  const server = to === "named" ? "named" : "homeport";
  const folder = place.newFolder(server);
  const file = join(folder, "zone.db");
  writeLines(file, hostsZone(names));
  const group = place.start(arrangeUpdateServer(server, { folder, file, ...target }));
  await untilAnswered(target.port, target.zone, group, patienceMs);
  return target;
}
