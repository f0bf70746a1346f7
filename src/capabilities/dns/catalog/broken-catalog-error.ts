/** Why a catalog zone must not be processed. RFC 9432 §5.1. */
import { type Name, NameError, nameToText } from "#protocols/dns/name.ts";
import { WireError } from "#protocols/dns/wire.ts";

/** In words that follow the name of the catalog and a colon, with what to do. */
export class BrokenCatalogError extends Error {
  override readonly name = "BrokenCatalogError";
}

export function brokenAt(owner: Name, what: string): BrokenCatalogError {
  return new BrokenCatalogError(`${nameToText(owner)} ${what}`);
}

/** What `read` gives; a value that makes no sense breaks the catalog. RFC 9432 §4.2. */
export function decoded<Value>(read: () => Value, owner: Name): Value {
  try {
    return read();
  } catch (error) {
    if (error instanceof WireError || error instanceof NameError) {
      throw brokenAt(owner, `has a value that makes no sense: ${error.message}`);
    }
    throw error;
  }
}
