/** `stun.example.net:3478`, `192.168.1.1`, `[2001:db8::1]:3478`, as the site file has servers. */

export interface HostAndPort {
  /** A name or an address, without brackets. */
  readonly host: string;
  readonly port: number;
}

export function hostAndPort(text: string, portDefault: number): HostAndPort {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(text) ?? [];
  return { host: bracketed ?? plain ?? text, port: port === undefined ? portDefault : Number(port) };
}
