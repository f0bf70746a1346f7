/**
 * The numbers of DHCPv4, from IANA's registry "DHCP and BOOTP Parameters", and the few constants beside
 * them.
 */

/** What `operation` says: who speaks. RFC 2131 §2. */
export const Operation = { request: 1, reply: 2 } as const;

/** The values of option 53. RFC 2132 §9.6, RFC 3203, RFC 4388, RFC 6926, RFC 7724. */
export const MessageType = {
  DISCOVER: 1,
  OFFER: 2,
  REQUEST: 3,
  DECLINE: 4,
  ACK: 5,
  NAK: 6,
  RELEASE: 7,
  INFORM: 8,
  FORCERENEW: 9,
  LEASEQUERY: 10,
  LEASEUNASSIGNED: 11,
  LEASEUNKNOWN: 12,
  LEASEACTIVE: 13,
  BULKLEASEQUERY: 14,
  LEASEQUERYDONE: 15,
  ACTIVELEASEQUERY: 16,
  LEASEQUERYSTATUS: 17,
  TLS: 18,
} as const;
export type MessageType = (typeof MessageType)[keyof typeof MessageType];

const messageTypeNames = new Map<number, string>(
  Object.entries(MessageType).map(([name, number]) => [number, name]),
);

/** What people call a message type: `DISCOVER`, or `type 99` for one that is not known. */
export function messageTypeName(type: number): string {
  return messageTypeNames.get(type) ?? `type ${type}`;
}

/** The options that the server itself reads or writes. All the others are in `option-table.ts`. */
export const OptionCode = {
  pad: 0,
  subnetMask: 1,
  routers: 3,
  domainNameServers: 6,
  hostName: 12,
  domainName: 15,
  interfaceMtu: 26,
  broadcastAddress: 28,
  staticRoutes: 33,
  ntpServers: 42,
  vendorSpecific: 43,
  requestedAddress: 50,
  leaseTime: 51,
  overload: 52,
  messageType: 53,
  serverIdentifier: 54,
  parameterRequestList: 55,
  message: 56,
  maximumMessageSize: 57,
  renewalTime: 58,
  rebindingTime: 59,
  vendorClass: 60,
  clientIdentifier: 61,
  tftpServerName: 66,
  bootFile: 67,
  userClass: 77,
  rapidCommit: 80,
  clientFqdn: 81,
  relayAgentInformation: 82,
  clientArchitecture: 93,
  clientInterface: 94,
  clientMachine: 97,
  ipv6OnlyPreferred: 108,
  captivePortal: 114,
  autoConfigure: 116,
  subnetSelection: 118,
  domainSearch: 119,
  classlessRoutes: 121,
  tftpServerAddresses: 150,
  end: 255,
} as const;
export type OptionCode = (typeof OptionCode)[keyof typeof OptionCode];

/** The UDP ports that servers and clients listen on. RFC 2131 §4.1. */
export const Dhcp4Port = { server: 67, client: 68 } as const;

/** The bits of `flags`. RFC 2131 §2. */
export const Dhcp4Flag = { broadcast: 0x8000 } as const;

/** The hardware types that are met, from IANA's "Hardware Types". */
export const HardwareType = { ethernet: 1, ieee802: 6, infiniband: 32 } as const;

/** Stands before the options: 99.130.83.99. RFC 2131 §3. */
export const magicCookie = 0x63825363;
