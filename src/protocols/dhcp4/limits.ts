/** The bounds of a DHCPv4 message. */
export const dhcp4Limits = {
  /** Up to and with the magic cookie. RFC 2131 §2. */
  headerOctets: 240,
  /**
   * BOOTP's message with its 64 octets of vendor information: relay agents drop shorter ones. RFC 1542
   * §2.1.
   */
  messageOctetsMin: 300,
  /** What every client takes: a datagram of 576 octets less the headers of IP and UDP. RFC 2131 §2. */
  messageOctetsDefault: 548,
  /** What `chaddr` has room for. RFC 2131 §2. */
  hardwareAddressOctetsMax: 16,
  serverNameOctets: 64,
  fileOctets: 128,
  /** What the length of one option can say; longer ones are split. RFC 3396 §5. */
  optionOctetsMax: 255,
  /** An IPv4 datagram less the headers of IP and UDP: no option can be longer. */
  optionValueOctetsMax: 65_507 - 240,
} as const;
