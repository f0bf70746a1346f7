/**
 * A table of the DHCPv4 options: IANA's "BOOTP Vendor Extensions and DHCP Options", and two of the private
 * range that everybody knows. `iana-options.csv` is the registry's own list, and a test holds the two
 * together.
 *
 * Names are those of dhcpd and Kea where they have one; other names that people know are aliases.
 */
import type { OptionType } from "./option-value.ts";

/** What is known of an option. */
export interface OptionEntry {
  readonly code: number;
  /** What the operator writes: `domain-name-servers`. */
  readonly name: string;
  readonly type: OptionType;
  /** The registry's name for it. */
  readonly title: string;
  /** Where it is defined: `RFC2132`. */
  readonly reference: string;
  /** Other names for it, of dnsmasq for the most part. */
  readonly aliases: readonly string[];
}

type Row = readonly [
  code: number,
  name: string,
  type: OptionType,
  title: string,
  reference: string,
  ...aliases: string[],
];

const ianaRows: readonly Row[] = [
  [0, "pad", "none", "Pad", "RFC2132"],
  [1, "subnet-mask", "address", "Subnet Mask", "RFC2132", "netmask"],
  [2, "time-offset", "int32", "Time Offset", "RFC2132"],
  [3, "routers", "addresses", "Router", "RFC2132", "router", "gateway"],
  [4, "time-servers", "addresses", "Time Server", "RFC2132", "time-server"],
  [5, "ien116-name-servers", "addresses", "Name Server", "RFC2132", "name-servers"],
  [6, "domain-name-servers", "addresses", "Domain Server", "RFC2132", "dns-server", "dns-servers"],
  [7, "log-servers", "addresses", "Log Server", "RFC2132", "log-server"],
  [8, "cookie-servers", "addresses", "Quotes Server", "RFC2132", "quotes-servers"],
  [9, "lpr-servers", "addresses", "LPR Server", "RFC2132", "lpr-server"],
  [10, "impress-servers", "addresses", "Impress Server", "RFC2132"],
  [11, "resource-location-servers", "addresses", "RLP Server", "RFC2132"],
  [12, "host-name", "text", "Hostname", "RFC2132", "hostname"],
  [13, "boot-size", "uint16", "Boot File Size", "RFC2132", "boot-file-size"],
  [14, "merit-dump", "text", "Merit Dump File", "RFC2132"],
  [15, "domain-name", "text", "Domain Name", "RFC2132"],
  [16, "swap-server", "address", "Swap Server", "RFC2132"],
  [17, "root-path", "text", "Root Path", "RFC2132"],
  [18, "extensions-path", "text", "Extension File", "RFC2132", "extension-path"],
  [19, "ip-forwarding", "boolean", "Forward On/Off", "RFC2132", "ip-forward-enable"],
  [20, "non-local-source-routing", "boolean", "SrcRte On/Off", "RFC2132"],
  [21, "policy-filter", "address-pairs", "Policy Filter", "RFC2132"],
  [22, "max-dgram-reassembly", "uint16", "Max DG Assembly", "RFC2132", "max-datagram-reassembly"],
  [23, "default-ip-ttl", "uint8", "Default IP TTL", "RFC2132", "default-ttl"],
  [24, "path-mtu-aging-timeout", "uint32", "MTU Timeout", "RFC2132"],
  [25, "path-mtu-plateau-table", "uint16s", "MTU Plateau", "RFC2132"],
  [26, "interface-mtu", "uint16", "MTU Interface", "RFC2132", "mtu"],
  [27, "all-subnets-local", "boolean", "MTU Subnet", "RFC2132"],
  [28, "broadcast-address", "address", "Broadcast Address", "RFC2132", "broadcast"],
  [29, "perform-mask-discovery", "boolean", "Mask Discovery", "RFC2132"],
  [30, "mask-supplier", "boolean", "Mask Supplier", "RFC2132"],
  [31, "router-discovery", "boolean", "Router Discovery", "RFC2132"],
  [32, "router-solicitation-address", "address", "Router Request", "RFC2132", "router-solicitation"],
  [33, "static-routes", "address-pairs", "Static Route", "RFC2132", "static-route"],
  [34, "trailer-encapsulation", "boolean", "Trailers", "RFC2132"],
  [35, "arp-cache-timeout", "uint32", "ARP Timeout", "RFC2132", "arp-timeout"],
  [36, "ieee802-3-encapsulation", "boolean", "Ethernet", "RFC2132", "ethernet-encap"],
  [37, "default-tcp-ttl", "uint8", "Default TCP TTL", "RFC2132", "tcp-ttl"],
  [38, "tcp-keepalive-interval", "uint32", "Keepalive Time", "RFC2132", "tcp-keepalive"],
  [39, "tcp-keepalive-garbage", "boolean", "Keepalive Data", "RFC2132"],
  [40, "nis-domain", "text", "NIS Domain", "RFC2132"],
  [41, "nis-servers", "addresses", "NIS Servers", "RFC2132", "nis-server"],
  [42, "ntp-servers", "addresses", "NTP Servers", "RFC2132", "ntp-server"],
  [43, "vendor-encapsulated-options", "sub-options", "Vendor Specific", "RFC2132"],
  [44, "netbios-name-servers", "addresses", "NETBIOS Name Srv", "RFC2132", "netbios-ns"],
  [45, "netbios-dd-server", "addresses", "NETBIOS Dist Srv", "RFC2132", "netbios-dd"],
  [46, "netbios-node-type", "uint8", "NETBIOS Node Type", "RFC2132", "netbios-nodetype"],
  [47, "netbios-scope", "text", "NETBIOS Scope", "RFC2132"],
  [48, "font-servers", "addresses", "X Window Font", "RFC2132", "x-windows-fs"],
  [49, "x-display-manager", "addresses", "X Window Manager", "RFC2132", "x-windows-dm"],
  [50, "dhcp-requested-address", "address", "Address Request", "RFC2132", "requested-address"],
  [51, "dhcp-lease-time", "uint32", "Address Time", "RFC2132", "lease-time"],
  [52, "dhcp-option-overload", "uint8", "Overload", "RFC2132", "option-overload"],
  [53, "dhcp-message-type", "uint8", "DHCP Msg Type", "RFC2132", "message-type"],
  [54, "dhcp-server-identifier", "address", "DHCP Server Id", "RFC2132", "server-identifier"],
  [55, "dhcp-parameter-request-list", "uint8s", "Parameter List", "RFC2132", "parameter-request"],
  [56, "dhcp-message", "text", "DHCP Message", "RFC2132", "message"],
  [57, "dhcp-max-message-size", "uint16", "DHCP Max Msg Size", "RFC2132", "max-message-size"],
  [58, "dhcp-renewal-time", "uint32", "Renewal Time", "RFC2132", "T1"],
  [59, "dhcp-rebinding-time", "uint32", "Rebinding Time", "RFC2132", "T2"],
  [60, "vendor-class-identifier", "text", "Class Id", "RFC2132", "vendor-class"],
  [61, "dhcp-client-identifier", "octets", "Client Id", "RFC2132", "client-id"],
  [62, "nwip-domain", "text", "NetWare/IP Domain", "RFC2242", "nwip-domain-name"],
  [63, "nwip-suboptions", "sub-options", "NetWare/IP Option", "RFC2242"],
  [64, "nisplus-domain", "text", "NIS-Domain-Name", "RFC2132", "nisplus-domain-name", "nis+-domain"],
  [65, "nisplus-servers", "addresses", "NIS-Server-Addr", "RFC2132", "nis+-server"],
  [66, "tftp-server-name", "text", "Server-Name", "RFC2132", "tftp-server"],
  [67, "bootfile-name", "text", "Bootfile-Name", "RFC2132", "boot-file-name"],
  [68, "mobile-ip-home-agent", "addresses-or-none", "Home-Agent-Addrs", "RFC2132", "mobile-ip-home"],
  [69, "smtp-server", "addresses", "SMTP-Server", "RFC2132", "smtp-servers"],
  [70, "pop-server", "addresses", "POP3-Server", "RFC2132", "pop3-server"],
  [71, "nntp-server", "addresses", "NNTP-Server", "RFC2132"],
  [72, "www-server", "addresses", "WWW-Server", "RFC2132"],
  [73, "finger-server", "addresses", "Finger-Server", "RFC2132"],
  [74, "irc-server", "addresses", "IRC-Server", "RFC2132"],
  [75, "streettalk-server", "addresses", "StreetTalk-Server", "RFC2132"],
  [76, "streettalk-directory-assistance-server", "addresses", "STDA-Server", "RFC2132"],
  [77, "user-class", "user-classes", "User-Class", "RFC3004"],
  [78, "slp-directory-agent", "directory-agents", "Directory Agent", "RFC2610"],
  [79, "slp-service-scope", "service-scope", "Service Scope", "RFC2610"],
  [80, "rapid-commit", "flag", "Rapid Commit", "RFC4039"],
  [81, "fqdn", "client-fqdn", "Client FQDN", "RFC4702", "client-fqdn"],
  [82, "dhcp-agent-options", "sub-options", "Relay Agent Information", "RFC3046", "agent-id"],
  [83, "isns", "octets", "iSNS", "RFC4174"],
  [85, "nds-servers", "addresses", "NDS Servers", "RFC2241"],
  [86, "nds-tree-name", "text", "NDS Tree Name", "RFC2241"],
  [87, "nds-context", "text", "NDS Context", "RFC2241"],
  [88, "bcms-controller-names", "plain-names", "BCMCS Controller Domain Name list", "RFC4280"],
  [89, "bcms-controller-address", "addresses", "BCMCS Controller IPv4 address option", "RFC4280"],
  [90, "authenticate", "octets", "Authentication", "RFC3118", "authentication"],
  [91, "client-last-transaction-time", "uint32", "client-last-transaction-time option", "RFC4388"],
  [92, "associated-ip", "addresses", "associated-ip option", "RFC4388"],
  [93, "client-system", "uint16s", "Client System", "RFC4578", "client-arch", "pxe-system-type"],
  [94, "client-ndi", "uint8s", "Client NDI", "RFC4578", "client-interface-id", "pxe-interface-id"],
  [95, "ldap", "text", "LDAP", "RFC3679", "ldap-server"],
  [97, "uuid-guid", "octets", "UUID/GUID", "RFC4578", "client-machine-id", "pxe-client-id"],
  [98, "uap-servers", "text", "User-Auth", "RFC2485"],
  [99, "geoconf-civic", "octets", "GEOCONF_CIVIC", "RFC4776"],
  [100, "pcode", "text", "PCode", "RFC4833", "posix-timezone"],
  [101, "tcode", "text", "TCode", "RFC4833", "tzdb-timezone"],
  [108, "v6-only-preferred", "uint32", "IPv6-Only Preferred", "RFC8925", "ipv6-only"],
  [109, "dhcp4o6-s46-saddr", "ipv6-address", "OPTION_DHCP4O6_S46_SADDR", "RFC8539"],
  [112, "netinfo-server-address", "addresses", "Netinfo Address", "RFC3679"],
  [113, "netinfo-server-tag", "text", "Netinfo Tag", "RFC3679"],
  [114, "v4-captive-portal", "uri", "DHCP Captive-Portal", "RFC8910", "captive-portal", "default-url"],
  [116, "auto-config", "uint8", "Auto-Config", "RFC2563"],
  [117, "name-service-search", "uint16s", "Name Service Search", "RFC2937"],
  [118, "subnet-selection", "address", "Subnet Selection Option", "RFC3011", "subnet-select"],
  [119, "domain-search", "names", "Domain Search", "RFC3397", "domain-search-list"],
  [120, "sip-servers", "sip-servers", "SIP Servers DHCP Option", "RFC3361", "sip-server"],
  [
    121,
    "classless-static-route",
    "routes",
    "Classless Static Route Option",
    "RFC3442",
    "classless-static-routes",
    "rfc3442-classless-static-routes",
  ],
  [122, "cablelabs-client-configuration", "sub-options", "CCC", "RFC3495", "ccc"],
  [123, "geoconf", "octets", "GeoConf Option", "RFC6225"],
  [124, "vivco-suboptions", "vendor-classes", "V-I Vendor Class", "RFC3925", "vivco"],
  [
    125,
    "vivso-suboptions",
    "vendor-options",
    "V-I Vendor-Specific Information",
    "RFC3925",
    "vivso",
    "vendor-id-encap",
  ],
  [128, "option-128", "octets", "PXE - undefined (vendor specific)", "RFC4578"],
  [129, "option-129", "octets", "PXE - undefined (vendor specific)", "RFC4578"],
  [130, "option-130", "octets", "PXE - undefined (vendor specific)", "RFC4578"],
  [131, "option-131", "octets", "PXE - undefined (vendor specific)", "RFC4578"],
  [132, "option-132", "octets", "PXE - undefined (vendor specific)", "RFC4578"],
  [133, "option-133", "octets", "PXE - undefined (vendor specific)", "RFC4578"],
  [134, "option-134", "octets", "PXE - undefined (vendor specific)", "RFC4578"],
  [135, "option-135", "octets", "PXE - undefined (vendor specific)", "RFC4578"],
  [136, "pana-agent", "addresses", "OPTION_PANA_AGENT", "RFC5192"],
  [137, "v4-lost", "name", "OPTION_V4_LOST", "RFC5223"],
  [138, "capwap-ac-v4", "addresses", "OPTION_CAPWAP_AC_V4", "RFC5417"],
  [139, "mos-address", "sub-options", "OPTION-IPv4_Address-MoS", "RFC5678"],
  [140, "mos-fqdn", "sub-options", "OPTION-IPv4_FQDN-MoS", "RFC5678"],
  [141, "sip-ua-cs-domains", "names", "SIP UA Configuration Service Domains", "RFC6011"],
  [142, "andsf-address", "addresses", "OPTION-IPv4_Address-ANDSF", "RFC6153"],
  [143, "v4-sztp-redirect", "uris", "OPTION_V4_SZTP_REDIRECT", "RFC8572"],
  [144, "geoloc", "octets", "GeoLoc", "RFC6225"],
  [145, "forcerenew-nonce-capable", "uint8s", "FORCERENEW_NONCE_CAPABLE", "RFC6704"],
  [146, "rdnss-selection", "rdnss-selection", "RDNSS Selection", "RFC6731"],
  [147, "v4-dots-ri", "name", "OPTION_V4_DOTS_RI", "RFC8973"],
  [148, "v4-dots-address", "addresses", "OPTION_V4_DOTS_ADDRESS", "RFC8973"],
  [150, "tftp-server-address", "addresses", "TFTP server address", "RFC5859"],
  [151, "status-code", "status", "status-code", "RFC6926"],
  [152, "base-time", "uint32", "base-time", "RFC6926"],
  [153, "start-time-of-state", "uint32", "start-time-of-state", "RFC6926"],
  [154, "query-start-time", "uint32", "query-start-time", "RFC6926"],
  [155, "query-end-time", "uint32", "query-end-time", "RFC6926"],
  [156, "dhcp-state", "uint8", "dhcp-state", "RFC6926"],
  [157, "data-source", "uint8", "data-source", "RFC6926"],
  [158, "v4-pcp-server", "address-lists", "OPTION_V4_PCP_SERVER", "RFC7291"],
  [159, "v4-portparams", "port-parameters", "OPTION_V4_PORTPARAMS", "RFC7618"],
  [161, "mud-url-v4", "uri", "OPTION_MUD_URL_V4", "RFC8520"],
  [162, "v4-dnr", "resolvers", "OPTION_V4_DNR", "RFC9463"],
  [175, "option-175", "octets", "Etherboot (Tentatively Assigned - 2005-06-23)", ""],
  [176, "option-176", "text", "IP Telephone (Tentatively Assigned - 2005-06-23)", ""],
  [177, "option-177", "octets", "Etherboot (Tentatively Assigned - 2005-06-23)", ""],
  [208, "pxelinux-magic", "octets", "PXELINUX Magic", "RFC5071"],
  [209, "loader-configfile", "text", "Configuration File", "RFC5071", "configuration-file"],
  [210, "loader-pathprefix", "text", "Path Prefix", "RFC5071", "path-prefix"],
  [211, "loader-reboottime", "uint32", "Reboot Time", "RFC5071", "reboot-time"],
  [212, "option-6rd", "six-rd", "OPTION_6RD", "RFC5969", "6rd"],
  [213, "v4-access-domain", "name", "OPTION_V4_ACCESS_DOMAIN", "RFC5986"],
  [220, "subnet-allocation", "octets", "Subnet Allocation Option", "RFC6656"],
  [221, "virtual-subnet-selection", "octets", "Virtual Subnet Selection (VSS) Option", "RFC6607"],
  [255, "end", "none", "End", "RFC2132"],
];

/** Of the private range 224 to 254: nobody's by the registry, but of one meaning wherever they are met. */
const privateRows: readonly Row[] = [
  [
    249,
    "ms-classless-static-routes",
    "routes",
    "Classless Static Routes of Windows clients before Vista",
    "",
  ],
  [252, "wpad-url", "text", "Web Proxy Auto-Discovery", "", "wpad", "wpad-proxy-url"],
];

function entryOf([code, name, type, title, reference, ...aliases]: Row): OptionEntry {
  return { code, name, type, title, reference, aliases };
}

/** The options of the registry, by code. */
export const ianaOptions: readonly OptionEntry[] = ianaRows.map(entryOf);

/** All options that have a name, by code. */
export const options: readonly OptionEntry[] = [...ianaOptions, ...privateRows.map(entryOf)].sort(
  (one, other) => one.code - other.code,
);

const byCode = new Map(options.map((entry) => [entry.code, entry]));
const byName = new Map(
  options.flatMap((entry) => [entry.name, ...entry.aliases].map((name) => [name.toLowerCase(), entry])),
);

/** The option of a code; undefined where the registry has none. */
export function optionByCode(code: number): OptionEntry | undefined {
  return byCode.get(code);
}

/** The option of a name or alias, in any case. */
export function optionByName(name: string): OptionEntry | undefined {
  return byName.get(name.toLowerCase());
}

/** The name of a code: `option-224` where there is none. */
export function optionName(code: number): string {
  return byCode.get(code)?.name ?? `option-${code}`;
}
