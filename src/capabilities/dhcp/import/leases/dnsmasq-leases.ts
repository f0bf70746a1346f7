/** dnsmasq.leases: `EXPIRY MAC ADDRESS NAME CLIENT-ID`, with `*` for what is not known. */
import { parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import { limits } from "../../limits.ts";
import type { LeaseReader, LeaseSink } from "./lease-line.ts";

const hexPattern = /^[0-9a-f]{1,2}(:[0-9a-f]{1,2})*$/i;

export class DnsmasqLeases implements LeaseReader {
  private readonly sink: LeaseSink;
  private readonly nowMs: number;
  /** Behind a line `duid …` all are of IPv6. */
  private isIpv6 = false;

  constructor(sink: LeaseSink, nowMs: number) {
    this.sink = sink;
    this.nowMs = nowMs;
  }

  line(text: string, number: number): undefined {
    const [expiry = "", hardware = "", address = "", name = "", identifier = ""] = text.trim().split(/\s+/);
    if (expiry === "" || expiry.startsWith("#")) return;
    if (expiry === "duid") this.isIpv6 = true;
    if (this.isIpv6) return;
    if (address.includes(":")) return;
    if (!/^\d{1,11}$/.test(expiry)) return this.sink.broken(number, `${expiry.slice(0, 40)} is no time`);
    if (parseIpv4(address) === -1)
      return this.sink.broken(number, `${address.slice(0, 40)} is no IPv4 address`);
    const [, type = "01", mac = hardware] = /^([0-9a-f]{2})-(.*)$/i.exec(hardware) ?? [];
    if (mac !== "*" && !hexPattern.test(mac))
      return this.sink.broken(number, "its hardware address is not hexadecimal");
    const id = identifier === "*" || identifier === "" ? undefined : identifier;
    if (id !== undefined && !hexPattern.test(id))
      return this.sink.broken(number, "its identifier is not hexadecimal");
    if (mac === "*" && id === undefined) return this.sink.broken(number, "it does not say who has it");
    const isEndless = Number(expiry) === 0;
    this.sink.entry(
      {
        address,
        state: "active",
        lease: {
          address,
          hardwareAddress: mac === "*" ? "" : mac.toLowerCase(),
          hardwareType: Number.parseInt(type, 16),
          clientIdentifier: id?.toLowerCase(),
          hostName: name === "*" || name === "" ? undefined : Buffer.from(name, "latin1").toString("utf8"),
          sinceMs: this.nowMs, // the file does not say
          expiresAtMs: isEndless ? this.nowMs + limits.leaseSecondsMax * 1000 : Number(expiry) * 1000,
        },
      },
      number,
    );
  }

  end(): undefined {
    // each line stands for itself
  }
}
