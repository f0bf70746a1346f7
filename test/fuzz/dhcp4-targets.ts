/**
 * What the fuzzer feeds to those who read DHCPv4: messages, options, what clients and relays say of
 * themselves.
 */
import assert from "node:assert/strict";
import { randomBytes, randomInt } from "node:crypto";
import { readClientFqdn, writeClientFqdn } from "#protocols/dhcp4/client-fqdn.ts";
import { parseClientIdentifier } from "#protocols/dhcp4/client-identifier.ts";
import { OptionCode } from "#protocols/dhcp4/codes.ts";
import { dhcidInput, interimInputs } from "#protocols/dhcp4/guard-identity.ts";
import { hostNameOf } from "#protocols/dhcp4/host-name.ts";
import { datagramOf } from "#protocols/dhcp4/message.testing.ts";
import { type Dhcp4Message, readDhcp4, writeDhcp4 } from "#protocols/dhcp4/message.ts";
import { options } from "#protocols/dhcp4/option-table.ts";
import { decodeOption, encodeOption, formatOption } from "#protocols/dhcp4/option-value.ts";
import { vectors } from "#protocols/dhcp4/option-values/values.cases.ts";
import { parseRelayAgentInformation } from "#protocols/dhcp4/relay-agent-information.ts";
import { WireError } from "#protocols/dns/wire.ts";

/** Others change octets of a seed, and sometimes its length. */
type Mutate = (seed: Uint8Array) => Uint8Array;

const seeds = [
  datagramOf("350101 3d0701525400123456 0c03616263 37050103060f1c 390205dc ff"),
  datagramOf("350103 3204c0a80901 3604c0a809fe 510b05000002706303 6c616e00 ff"),
  datagramOf("350101 340103 77026162 770163 ff", { 44: "770164ff", 108: "420161 430162 ff" }),
  datagramOf("350101 52160104657468300206525400123456 0504c0a80900 5d020007 4d0469505845 ff", {
    24: "c0a80901",
  }),
];
const values = vectors.map(([type, wire]) => ({
  type,
  octets: Uint8Array.fromHex(wire.replaceAll(" ", "")),
}));
const into = new Uint8Array(1500);

function pick<Item>(list: readonly Item[]): Item {
  return list[randomInt(list.length)]!;
}

function tolerate(run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
  }
}

export function dhcp4Targets(mutated: Mutate): Readonly<Record<string, () => void>> {
  return {
    dhcp4Message: () => tolerate(() => readAndAnswer(mutated(pick(seeds)))),
    dhcp4Option: () => {
      const { type, octets } = pick(values);
      const changed = octets.length === 0 ? randomBytes(randomInt(20)) : mutated(octets);
      formatOption(pick(options).code, changed);
      tolerate(() => {
        const again = encodeOption(type, decodeOption(type, changed));
        if ("octets" in again) decodeOption(type, again.octets);
      });
    },
  };
}

function readAndAnswer(octets: Uint8Array): void {
  const message = readDhcp4(octets);
  readWhoItIs(message);
  const list = Array.from(message.options, ([code, data]) => ({ code, data }));
  const octetsMax = randomInt(1600);
  const written = writeDhcp4({ ...message, options: list.filter(isWritable), octetsMax }, into);
  const { options: read } = readDhcp4(into.subarray(0, written.octets));
  for (const { code, data } of list.filter(isWritable)) {
    if (!written.left.includes(code)) assert.deepEqual(Buffer.from(read.get(code)!), Buffer.from(data));
  }
}

/** The writer sets 52 itself. */
function isWritable({ code }: { readonly code: number }): boolean {
  return code !== OptionCode.overload;
}

function readWhoItIs({ options: said, hardwareType, hardwareAddress }: Dhcp4Message): void {
  const clientIdentifier = said.get(OptionCode.clientIdentifier);
  const identity = { hardwareType, hardwareAddress, clientIdentifier };
  dhcidInput({ ...identity, fqdnWire: Uint8Array.of(1, 97, 0) });
  interimInputs(identity);
  if (clientIdentifier !== undefined) parseClientIdentifier(clientIdentifier);
  for (const [code, data] of said) {
    formatOption(code, data);
    hostNameOf(data);
    tolerate(() => void parseRelayAgentInformation(data));
    tolerate(() => {
      const fqdn = readClientFqdn(data);
      if (fqdn.wireForm) writeClientFqdn(fqdn);
    });
  }
}
