/** The machines that the site file names, found by what they are recognised by. */
import type { ConfigProblem } from "#contracts/configuration.ts";
import { secondsOf } from "#platform/site/config-fields.ts";
import { ipv4ToText, parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import type { BootConfig, HostConfig } from "../config.ts";
import { octetsOfHardwareAddress, octetsOfHex, octetsOfHexOrText } from "../config-fields.ts";
import { type OptionSetting, optionSetting } from "./option-setting.ts";

export interface Host {
  /** Place in the site file. */
  readonly path: string;
  /** For people: its name, else the first thing that it is recognised by. */
  readonly title: string;
  readonly name: string | undefined;
  readonly address: number | undefined;
  readonly leaseSeconds: number | undefined;
  readonly boot: BootConfig | undefined;
  readonly options: readonly OptionSetting[];
  readonly macs: readonly string[];
}

/** What a request says of who sends it, in hexadecimal. */
export interface HostQuestion {
  /** Type and hardware address: `01525400123456`. */
  readonly hardware: string;
  readonly clientIdentifier: string | undefined;
  /** Of a client identifier that has one. RFC 4361 §6.1. */
  readonly duid: string | undefined;
  readonly circuitId: string | undefined;
}

const ethernet = "01";

export class HostIndex {
  readonly hosts: readonly Host[];
  readonly problems: readonly ConfigProblem[];
  readonly #byHardware = new Map<string, Host>();
  readonly #byClientIdentifier = new Map<string, Host>();
  readonly #byDuid = new Map<string, Host>();
  readonly #byCircuitId = new Map<string, Host>();
  readonly #byAddress = new Map<number, Host>();

  /** A host that says what an earlier one says is left out, and a problem; the others are as ever. */
  constructor(configs: readonly HostConfig[]) {
    const hosts: Host[] = [];
    const problems: ConfigProblem[] = [];
    for (const [index, config] of configs.entries()) {
      const host = hostOf(config, `dhcp.hosts[${index}]`);
      const twice = this.#add(host, config);
      if (twice === undefined) hosts.push(host);
      else problems.push(twice);
    }
    this.hosts = hosts;
    this.problems = problems;
  }

  /** Whose request it is: what the client says of itself counts before where it is plugged in. */
  find(question: HostQuestion): Host | undefined {
    const { hardware, clientIdentifier, duid, circuitId } = question;
    return (
      (clientIdentifier === undefined ? undefined : this.#byClientIdentifier.get(clientIdentifier)) ??
      (duid === undefined ? undefined : this.#byDuid.get(duid)) ??
      this.#byHardware.get(hardware) ??
      (circuitId === undefined ? undefined : this.#byCircuitId.get(circuitId))
    );
  }

  /** Whose address it is. */
  at(address: number): Host | undefined {
    return this.#byAddress.get(address);
  }

  #add(host: Host, config: HostConfig): ConfigProblem | undefined {
    const keys: readonly (readonly [
      Map<string | number, Host>,
      string | number,
      shown: string,
      field: string,
    ])[] = [
      ...config.macs.map((mac, at) => [this.#byHardware, hardwareOf(mac), mac, `macs[${at}]`] as const),
      ...config.clientIds.map(
        (id, at) =>
          [this.#byClientIdentifier, octetsOfHexOrText(id).toHex(), id, `clientIds[${at}]`] as const,
      ),
      ...config.duids.map(
        (duid, at) => [this.#byDuid, octetsOfHex(duid).toHex(), duid, `duids[${at}]`] as const,
      ),
      ...config.circuitIds.map(
        (id, at) => [this.#byCircuitId, octetsOfHexOrText(id).toHex(), id, `circuitIds[${at}]`] as const,
      ),
      ...(host.address === undefined
        ? []
        : [[this.#byAddress, host.address, ipv4ToText(host.address), "address"] as const]),
    ] as never;
    for (const [map, key, shown, field] of keys) {
      const other = map.get(key);
      if (other === undefined) continue;
      return {
        severity: "warning",
        path: `${host.path}.${field}`,
        what: `${shown} is that of ${other.title} already (${other.path}), so that this host is left out`,
        remedy: "remove one of them; several macs may be in one host",
      };
    }
    for (const [map, key] of keys) map.set(key, host);
    return undefined;
  }
}

function hostOf(config: HostConfig, path: string): Host {
  const { name, macs, clientIds, duids, circuitIds, address, leaseTime, boot, options } = config;
  return {
    path,
    title: name ?? [...macs, ...clientIds, ...duids, ...circuitIds][0]!,
    name,
    address: address === undefined ? undefined : parseIpv4(address),
    leaseSeconds: leaseTime === undefined ? undefined : secondsOf(leaseTime),
    boot,
    options: options.map(optionSetting),
    macs: macs.map(hardwareOf),
  };
}

function hardwareOf(mac: string): string {
  return ethernet + octetsOfHardwareAddress(mac).toHex();
}
