/** BIND's extensions of catalog zones: where a member is copied from, and who may ask for it or copy it. */
import { addressText } from "#platform/listen/address-octets.ts";
import type { AddressPrefix } from "#protocols/dns/fields/address-prefixes.ts";
import { lowerName, type Name, NameError, parseName } from "#protocols/dns/name.ts";
import { decodeRdata } from "#protocols/dns/record.ts";
import { Apl } from "#protocols/dns/records/addresses.ts";
import { Txt } from "#protocols/dns/records/text.ts";
import { RRType } from "#protocols/dns/registry.ts";
import { catalogLimits } from "./limits.ts";

export interface CatalogPrimary {
  readonly address: string;
  /** Signs what is said to it. */
  readonly key: Name | undefined;
}

export interface CatalogOptions {
  /** None: the catalog does not say. */
  readonly primaries: readonly CatalogPrimary[];
  /** As in site.yaml. */
  readonly allowQuery: readonly string[] | undefined;
  readonly allowTransfer: readonly string[] | undefined;
}

/** What most members say. */
export const noOptions: CatalogOptions = { primaries: [], allowQuery: undefined, allowTransfer: undefined };

interface LabelledPrimary {
  readonly addresses: string[];
  key: Name | undefined;
}

/** Collects the records of one member, or of the whole catalog, in any order. */
export class OptionsDraft {
  /** By the label in front of `primaries`; those without a label have the empty one, and no key. */
  private readonly primaries = new Map<string, LabelledPrimary>();
  private allowQuery: readonly string[] | undefined;
  private allowTransfer: readonly string[] | undefined;

  /**
   * @param word the label of the extension in lower case; others than those that are known are ignored
   * @param labels what stands in front of it, from right to left
   * @param rdata gives the RDATA of a type at this name
   * @throws WireError, NameError, for values that make no sense
   */
  take(word: string, labels: readonly string[], rdata: (type: number) => readonly Uint8Array[]): void {
    switch (word) {
      case "primaries":
      case "masters": // before BIND 9.18
        this.takePrimaries(labels.join("."), rdata);
        break;
      case "allow-query":
        if (labels.length === 0) this.allowQuery = addressList(rdata(RRType.APL)) ?? this.allowQuery;
        break;
      case "allow-transfer":
        if (labels.length === 0) this.allowTransfer = addressList(rdata(RRType.APL)) ?? this.allowTransfer;
        break;
      default:
    }
  }

  finish(): CatalogOptions {
    const primaries = [...this.primaries]
      .sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0)) // as no other order is known
      .flatMap(([, { addresses, key }]) => addresses.map((address) => ({ address, key })));
    const { allowQuery, allowTransfer } = this;
    return { primaries: primaries.slice(0, catalogLimits.primariesMax), allowQuery, allowTransfer };
  }

  private takePrimaries(label: string, rdata: (type: number) => readonly Uint8Array[]): void {
    const addresses = [...rdata(RRType.A), ...rdata(RRType.AAAA)].map((octets) => addressText(octets));
    const keys = label === "" ? [] : rdata(RRType.TXT);
    if (addresses.length + keys.length === 0) return;
    const primary: LabelledPrimary = this.primaries.get(label) ?? { addresses: [], key: undefined };
    this.primaries.set(label, primary);
    primary.addresses.push(...addresses);
    if (keys.length > 0) primary.key = keyName(keys);
  }
}

/** One record of one string. */
function keyName(records: readonly Uint8Array[]): Name {
  const [strings = [], ...more] = records.map((rdata) => decodeRdata(Txt, rdata).strings);
  const [text, ...rest] = strings;
  if (text === undefined || more.length + rest.length > 0) throw new NameError("a key has one name");
  return lowerName(parseName(text.endsWith(".") ? text : `${text}.`));
}

/** Undefined: there is none. */
function addressList(records: readonly Uint8Array[]): readonly string[] | undefined {
  const [rdata, ...more] = records;
  if (rdata === undefined) return undefined;
  if (more.length > 0) throw new NameError("an address list is one APL record");
  const { prefixes } = decodeRdata(Apl, rdata);
  if (prefixes.length > catalogLimits.addressItemsMax) {
    throw new NameError(`an address list has ${catalogLimits.addressItemsMax} items at most`);
  }
  return prefixes.map(prefixText);
}

/** Bits behind the prefix are cut off: RFC 3123 does not forbid them, and site.yaml does not have them. */
function prefixText({ isNegated, prefixLength, address }: AddressPrefix): string {
  const network = address.map((octet, index) => {
    const bits = Math.min(Math.max(prefixLength - index * 8, 0), 8);
    return octet & (0xff00 >>> bits);
  });
  return `${isNegated ? "!" : ""}${addressText(network)}/${prefixLength}`;
}
