/**
 * Compares the responses of named and Homeport to one question: first by TCP, where all fits, then by UDP.
 */
import { type ResponseText, responseText } from "./response-text.ts";

type Part = keyof ResponseText;
const sections = ["answer", "authority", "additional"] as const;

/**
 * Homeport says why it refuses or fails (RFC 8914); named 9.18 does in one case only. No other option may
 * differ.
 */
const withoutExtendedError = (edns: string): string => edns.replace(/ EDE=\w+/g, "");

/**
 * named gives no addresses with the NS records of the root, without which a resolver that starts has to ask
 * again; RFC 9609 §4.2 wants them there.
 */
const isRootPriming = ({ answer }: ResponseText): boolean =>
  answer.some((record) => /^\0 \d+ 1 2 /.test(record));

export class Comparison {
  /** A UDP response had no room for its answer. */
  truncated = false;
  /** A UDP response had no room for all addresses. */
  fewerAddresses = false;
  private readonly payloadOctets: number;
  private namedOctets!: Uint8Array;
  private homeportOctets!: Uint8Array;
  private named!: ResponseText;
  private homeport!: ResponseText;
  /** Of the longer one of the two responses by TCP. */
  private wholeOctets = 0;

  /** `payloadOctets`: what a UDP response may have. */
  constructor(payloadOctets: number) {
    this.payloadOctets = payloadOctets;
  }

  /** How two responses by TCP differ. Nothing may. */
  whole(namedOctets: Uint8Array, homeportOctets: Uint8Array): string[] {
    this.namedOctets = namedOctets;
    this.homeportOctets = homeportOctets;
    this.named = responseText(namedOctets);
    this.homeport = responseText(homeportOctets);
    this.wholeOctets = Math.max(namedOctets.length, homeportOctets.length);
    return this.differences(this.named, this.homeport, ["header", "question", ...sections, "edns"], "TCP");
  }

  /**
   * How two responses by UDP differ. What is truncated is of no use to a client but for the TC flag (RFC 2181
   * §9), so its sections are only looked at for records that do not belong there. Homeport compresses the
   * names of any case and of any number of labels, so it may have room where named has none, but not the
   * other way round.
   */
  limited(namedOctets: Uint8Array, homeportOctets: Uint8Array): string[] {
    if (sameButId(namedOctets, this.namedOctets) && sameButId(homeportOctets, this.homeportOctets)) return [];
    const named = responseText(namedOctets);
    const homeport = responseText(homeportOctets);
    const strange = sections.flatMap((section) =>
      homeport[section]
        .filter((record) => !this.homeport[section].includes(record))
        .map((record) => `UDP ${section}: ${record} is not in the response by TCP`),
    );
    const [namedHeader, homeportHeader] = [named, homeport].map(({ header }) => header.replace(" tc", ""));
    if (named.header === homeport.header && named.header.includes(" tc")) {
      this.truncated = true;
      return [...strange, ...this.differences(named, homeport, ["question", "edns"], "UDP")];
    }
    if (named.header.includes(" tc") && namedHeader === homeportHeader && this.mayBeFull) {
      this.truncated = true;
      return [
        ...strange,
        ...this.differences(this.named, homeport, ["question", "answer", "authority", "edns"], "UDP"),
      ];
    }
    const parts: Part[] = ["header", "question", "answer", "authority", "edns"];
    if (!this.mayBeFull) return this.differences(named, homeport, [...parts, "additional"], "UDP");
    this.fewerAddresses = true;
    return [...strange, ...this.differences(named, homeport, parts, "UDP")];
  }

  private get mayBeFull(): boolean {
    return this.wholeOctets > this.payloadOctets;
  }

  private differences(
    named: ResponseText,
    homeport: ResponseText,
    parts: readonly Part[],
    where: string,
  ): string[] {
    return parts.flatMap((part) => {
      const [theirs, ours] = [named[part], homeport[part]].map(String);
      if (theirs === ours) return [];
      if (part === "edns" && withoutExtendedError(theirs!) === withoutExtendedError(ours!)) return [];
      if (part === "additional" && theirs === "" && isRootPriming(homeport)) return [];
      return [`${where} ${part}: named "${theirs}", Homeport "${ours}"`];
    });
  }
}

function sameButId(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one.subarray(2), other.subarray(2)) === 0;
}
