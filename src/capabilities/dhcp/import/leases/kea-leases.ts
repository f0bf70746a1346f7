/** Kea's memfile, such as kea-leases4.csv: the last line of an address counts. */
import { parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import { limits } from "../../limits.ts";
import type { LeaseReader, LeaseSink } from "./lease-line.ts";

const infinite = 0xffff_ffff;
const macPattern = /^[0-9a-f]{1,2}(:[0-9a-f]{1,2})*$/i;

export class KeaLeases implements LeaseReader {
  private readonly sink: LeaseSink;
  private readonly nowMs: number;
  private columns: ReadonlyMap<string, number> | undefined;

  constructor(sink: LeaseSink, nowMs: number) {
    this.sink = sink;
    this.nowMs = nowMs;
  }

  line(text: string, number: number): undefined {
    if (text === "") return;
    const fields = text.split(",");
    if (fields[0] === "address") {
      this.columns = new Map(fields.map((name, index) => [name, index]));
      return;
    }
    if (this.columns === undefined)
      return this.sink.broken(number, "the first line does not name the columns");
    const field = (name: string): string => plainText(fields[this.columns!.get(name) ?? -1] ?? "");
    const address = field("address");
    if (parseIpv4(address) === -1) return this.sink.broken(number, `${address} is no IPv4 address`);
    const [expire, lifetime, state] = ["expire", "valid_lifetime", "state"].map((name) =>
      Number(field(name) || "0"),
    );
    if (![expire, lifetime, state].every((value) => Number.isSafeInteger(value) && value! >= 0))
      return this.sink.broken(number, "its times are no numbers");
    // A lease that was deleted is written with a lifetime of 0
    if (lifetime === 0 || state === 2) return this.sink.entry({ address, state: "ended", lease: undefined });
    if (state === 1) return this.sink.entry({ address, state: "declined", lease: undefined });
    const [hardware, identifier] = [field("hwaddr"), field("client_id")];
    if (hardware === "" && identifier === "") return this.sink.broken(number, "it does not say who has it");
    if (![hardware, identifier].every((value) => value === "" || macPattern.test(value)))
      return this.sink.broken(number, "who has it is not hexadecimal");
    const isEndless = lifetime === infinite;
    this.sink.entry({
      address,
      state: "active",
      lease: {
        address,
        hardwareAddress: padded(hardware),
        hardwareType: 1,
        clientIdentifier: identifier === "" ? undefined : padded(identifier),
        hostName: field("hostname") || undefined,
        sinceMs: isEndless ? this.nowMs : (expire! - lifetime!) * 1000,
        expiresAtMs: isEndless ? this.nowMs + limits.leaseSecondsMax * 1000 : expire! * 1000,
      },
    });
  }

  end(): undefined {
    // each line stands for itself
  }
}

/** Kea writes what would end a column as `&#x2c`. */
function plainText(text: string): string {
  const octets = text.replaceAll(/&#x([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(octets, "latin1").toString("utf8");
}

function padded(text: string): string {
  return text
    .split(":")
    .map((part) => part.padStart(part === "" ? 0 : 2, "0").toLowerCase())
    .join(":");
}
