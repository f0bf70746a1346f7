/**
 * Keys and relays of tunnels and identities.
 *
 * IPSECKEY: RFC 4025 §2.1, precedence, gateway type and algorithm (8 bits each), gateway, key.
 * AMTRELAY: RFC 8777 §4.2, precedence (8 bits), discovery bit and type (1 + 7), relay.
 * HIP: RFC 8005 §5, the host's identity, then rendezvous servers. TALINK: two names.
 */
import { amtRelay, ipsecGateway } from "../fields/gateways.ts";
import { hostIdentity } from "../fields/host-identity.ts";
import { plainName, plainNames } from "../fields/names.ts";
import { u8 } from "../fields/numbers.ts";
import { base64Rest } from "../fields/octets.ts";
import { defineRecord, type RecordData } from "../record.ts";

export const Ipseckey = defineRecord(
  "IPSECKEY",
  45,
  { precedence: u8, gateway: ipsecGateway, publicKey: base64Rest },
  "10 1 2 192.0.2.38 AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ==",
);
export type Ipseckey = RecordData<typeof Ipseckey>;

export const Amtrelay = defineRecord(
  "AMTRELAY",
  260,
  { precedence: u8, relay: amtRelay },
  "10 0 1 203.0.113.15",
);
export type Amtrelay = RecordData<typeof Amtrelay>;

export const Hip = defineRecord(
  "HIP",
  55,
  { identity: hostIdentity, servers: plainNames },
  "2 200100107B1A74DF365639CC39F1D578 AwEAAbdxyhNuSutc5EMzxTs9 rvs.example.com.",
);
export type Hip = RecordData<typeof Hip>;

export const Talink = defineRecord(
  "TALINK",
  58,
  { previous: plainName, next: plainName },
  "h0.example.com. h2.example.com.",
);
