/** Numbers and layouts of the Linux kernel's socket interface, the same on x86-64 and 64-bit ARM. */
import { constants } from "node:os";

export const family = { inet: 2, inet6: 10, netlink: 16, packet: 17 } as const; // socket.h, AF_*

export const socketType = { datagram: 2, raw: 3, closeOnExec: 0o2000000 } as const; // socket(2)

/** Option levels and names: asm-generic/socket.h, in.h, in6.h. */
export const level = { socket: 1, ip: 0, ipv6: 41, raw: 255 } as const;
export const option = {
  icmpFilter: 1, // ICMP_FILTER, of the level `raw`: a bit for each type that is kept out
  broadcast: 6, // SO_BROADCAST
  sendBuffer: 7, // SO_SNDBUF
  receiveBuffer: 8, // SO_RCVBUF
  reusePort: 15, // SO_REUSEPORT
  receiveTimeout: 20, // SO_RCVTIMEO, a struct timeval of two 64-bit numbers
  attachFilter: 26, // SO_ATTACH_FILTER, a struct sock_fprog
  sendBufferForce: 32, // SO_SNDBUFFORCE
  receiveBufferForce: 33, // SO_RCVBUFFORCE
  bindToIndex: 62, // SO_BINDTOIFINDEX, SO_BINDTODEVICE by the number of the interface
  memoryInfo: 55, // SO_MEMINFO, numbers of 32 bits
  ipPacketInfo: 8, // IP_PKTINFO
  ipv6Only: 26, // IPV6_V6ONLY
  ipv6ReceivePacketInfo: 49, // IPV6_RECVPKTINFO
  ipv6PacketInfo: 50, // IPV6_PKTINFO
} as const;

/** Place of the drops among the numbers of SO_MEMINFO. sock_diag.h, SK_MEMINFO_DROPS. */
export const memoryInfoDrops = 8;
export const memoryInfoOctets = 36;

/** recvmsg(2), recvmmsg(2), send(2). */
export const messageFlag = { truncated: 0x20, doNotWait: 0x40, waitForOne: 0x10000 } as const;

/** poll(2); a struct pollfd is 8 octets. */
export const pollEvent = { readable: 1, writable: 4 } as const;
export const pollOctets = 8;

/** struct mmsghdr: where its fields are, in octets. recvmmsg(2), recvmsg(2). */
export const header = {
  octets: 64,
  name: 0,
  nameLength: 8,
  vectors: 16,
  vectorCount: 24,
  control: 32,
  controlLength: 40,
  flags: 48,
  length: 56,
} as const;

/** struct iovec: address and length, 64 bits each. */
export const vector = { octets: 16, base: 0, length: 8 } as const;

/** struct sockaddr_in and sockaddr_in6 in a slot that has room for either. ip(7), ipv6(7). */
export const socketAddress = {
  slotOctets: 32,
  family: 0,
  port: 2,
  scope: 24,
  /** By family: octets of the structure, where the address is in it, octets of the address. */
  4: { octets: 16, address: 4, addressOctets: 4 },
  6: { octets: 28, address: 8, addressOctets: 16 },
} as const;

/** struct sockaddr_ll. packet(7). The protocol is in network order, the rest in the machine's. */
export const linkAddress = {
  octets: 20,
  family: 0,
  protocol: 2,
  index: 4,
  hardwareType: 8,
  addressLength: 11,
  address: 12,
} as const;

/** struct sockaddr_nl. netlink(7). Port 0 is the kernel; a bit of `groups` is a group to listen to. */
export const netlinkAddress = { octets: 12, family: 0, port: 4, groups: 8 } as const;

/** What a netlink socket speaks about: linux/netlink.h, NETLINK_*. */
export const netlinkProtocol = { route: 0 } as const;

/** What a frame holds: if_ether.h, ETH_P_*. */
export const etherType = { ipv4: 0x0800, arp: 0x0806 } as const;

/** What an IPv4 packet holds: in.h, IPPROTO_*. */
export const ipProtocol = { icmp: 1, udp: 17 } as const;

/** struct sock_filter and sock_fprog of classic BPF. linux/filter.h. */
export const filter = {
  instruction: { octets: 8, code: 0, ifTrue: 2, ifFalse: 3, value: 4 },
  program: { octets: 16, count: 0, instructions: 8 },
} as const;

/**
 * struct cmsghdr with an in_pktinfo or in6_pktinfo behind it: cmsg(3), ip(7), ipv6(7). By family: the level
 * and type, what `cmsg_len` says, the room that it takes, and where in that room the local address and the
 * number of the interface are.
 */
export const packetInfo = {
  slotOctets: 64,
  length: 0,
  level: 8,
  type: 12,
  4: { level: level.ip, type: option.ipPacketInfo, octets: 28, space: 32, address: 20, scope: 16 },
  /**
   * Where the destination that the packet was sent to is, which a broadcast does not share with `address`.
   */
  destination: 24,
  6: { level: level.ipv6, type: option.ipv6PacketInfo, octets: 36, space: 40, address: 16, scope: 32 },
} as const;

export const errno = constants.errno;
