/** `server PREFIX { keys …; }`: by which key named signs what it says to a server. */
import { type Address, parseAddress } from "./address.ts";
import { keyId } from "./match-list.ts";
import { blockOf, type Statement, statementsNamed, wordAt } from "./tree.ts";

export interface ServerBlock {
  readonly statement: Statement;
  /** As written: an address, or a prefix such as `192.0.2.0/24`. */
  readonly prefix: string;
  /** Its name in the form of `keyId`. */
  readonly key: string | undefined;
  readonly covers: (address: string) => boolean;
  readonly prefixLength: number;
}

/**
 * The servers that named looks at: those of the view when it has any, else those of the top level.
 *
 * @param view statements of the view that is taken
 */
export function readServerBlocks(
  top: readonly Statement[],
  view: readonly Statement[],
): readonly ServerBlock[] {
  const ofView = statementsNamed(view, "server");
  const statements = ofView.length > 0 ? ofView : statementsNamed(top, "server");
  return statements.flatMap((statement) => {
    const text = wordAt(statement, 1) ?? "";
    const network = parseAddress(text, true);
    if (network === undefined) return [];
    const written = wordAt(statement, 3);
    const prefixLength = written === undefined ? network.octets.length * 8 : Number(written);
    const keys = statementsNamed(blockOf(statement)?.statements ?? [], "keys").at(0);
    const key = keys && (wordAt(keys, 1) ?? wordAt(blockOf(keys)?.statements.at(0) ?? keys, 0));
    return {
      statement,
      prefix: written === undefined ? text : `${text}/${written}`,
      key: key === undefined ? undefined : keyId(key),
      covers: (address: string) => isInside(parseAddress(address, false), network, prefixLength),
      prefixLength,
    };
  });
}

/** The block that an address falls under: that with the longest prefix. */
export function serverBlockOf(blocks: readonly ServerBlock[], address: string): ServerBlock | undefined {
  return blocks
    .filter((block) => block.covers(address))
    .reduce<ServerBlock | undefined>(
      (best, block) => (best !== undefined && best.prefixLength >= block.prefixLength ? best : block),
      undefined,
    );
}

function isInside(address: Address | undefined, network: Address, length: number): boolean {
  if (address === undefined || address.family !== network.family) return false;
  return address.octets.every((octet, i) => {
    const kept = 0xff & ~(0xff >> Math.min(Math.max(length - i * 8, 0), 8));
    return (octet & kept) === (network.octets[i]! & kept);
  });
}
