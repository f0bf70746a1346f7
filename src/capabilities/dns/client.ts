/** Who sent a message that control answers. */
import type { Name } from "#protocols/dns/name.ts";
import type { Transport } from "./engine/transport.ts";

export interface Client {
  /** 4 or 16 octets. */
  readonly address: Uint8Array;
  /** The same for people, without a port. */
  readonly text: string;
  readonly transport: Transport;
  /** Over TLS. */
  readonly encrypted: boolean;
  /** The key by which its message was signed, and verified; undefined: it was not signed. */
  readonly key: Name | undefined;
}
