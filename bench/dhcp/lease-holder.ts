/** A server with so many leases, whose clients ask again: measured in rounds, stopped in between. */
import { type DhcpServerName, leaseFileOf } from "./dhcp-servers.ts";
import { MeasuredServer, type MeasuringPlace } from "./measured-server.ts";

export class LeaseHolder {
  readonly perSecond: number[] = [];
  /** CPU for each exchange. */
  readonly microseconds: number[] = [];
  /** New clients a second, the first and the last tenth of them; empty where leases come from a file. */
  readonly growth: string;
  private readonly server: MeasuredServer;
  private readonly leases: number;

  static async start(place: MeasuringPlace, name: DhcpServerName, leases: number): Promise<LeaseHolder> {
    const fromFile = leaseFileOf(name) !== undefined;
    const server = await MeasuredServer.start(place, name, fromFile ? { leases } : {});
    const growth = fromFile ? "" : growthOf((await server.fill(leases)).tenths, leases);
    await server.end();
    return new LeaseHolder(server, leases, growth);
  }

  private constructor(server: MeasuredServer, leases: number, growth: string) {
    this.server = server;
    this.leases = leases;
    this.growth = growth;
  }

  async round(seconds: number): Promise<void> {
    const { server, leases } = this;
    await server.restart();
    const before = server.group.cpuNanoseconds();
    const report = await server.askAgain(leases, seconds);
    const cpuMicroseconds = Number(server.group.cpuNanoseconds() - before) / 1000;
    await server.end();
    this.perSecond.push(report.clients.length / report.seconds);
    this.microseconds.push(cpuMicroseconds / report.clients.length);
  }
}

function growthOf(tenths: readonly number[], leases: number): string {
  const [first, last] = [tenths[0]!, tenths.at(-1)! - tenths.at(-2)!];
  return [first, last].map((seconds) => `${(leases / 10 / seconds).toFixed(0)}/s`).join(", ");
}
