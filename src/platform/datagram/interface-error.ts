/** Why a socket could not be opened on an interface, in words that an operator can act upon. */
import { ConfigError } from "#contracts/configuration.ts";
import { udpPortOwners } from "./port-owner.ts";

interface Explanation {
  readonly code: string;
  readonly what: string;
  readonly remedy: string;
}

/** What was wanted: `UDP port 67`, `ARP`, `ICMP`; `port` when it was to be bound. */
export interface InterfaceUse {
  readonly interfaceName: string;
  readonly wants: string;
  readonly port?: number;
}

/** The ConfigError for what opening a socket threw. */
export function interfaceError(error: unknown, use: InterfaceUse, ownersOf = udpPortOwners): ConfigError {
  const errno = (error as NodeJS.ErrnoException).code ?? "unknown";
  const { code, what, remedy } =
    errno === "EADDRINUSE" ? explainPort(use, ownersOf) : explain(errno, use, error);
  const sentence = `cannot use ${use.wants} on ${use.interfaceName}: ${what}`;
  return new ConfigError(code, [{ severity: "error", what: sentence, remedy }]);
}

function explainPort({ port = 0 }: InterfaceUse, ownersOf: typeof udpPortOwners): Explanation {
  const owners = ownersOf(port);
  return {
    code: "HP_INTERFACE_PORT_IN_USE",
    what: `${owners.join(", ") || "another program"} has this port`,
    remedy:
      owners.length === 0
        ? `find it with "ss -lpnu 'sport = :${port}'" and stop it`
        : "stop it, or have it leave this interface alone",
  };
}

function explain(errno: string, { interfaceName }: InterfaceUse, error: unknown): Explanation {
  switch (errno) {
    case "EACCES":
    case "EPERM":
      return {
        code: "HP_INTERFACE_NOT_ALLOWED",
        what: "that needs a privilege that this process does not have",
        remedy:
          'run as root, or allow it once with "setcap cap_net_bind_service,cap_net_raw=+ep ' +
          `${process.execPath}", or with AmbientCapabilities=CAP_NET_BIND_SERVICE CAP_NET_RAW in the systemd unit`,
      };
    case "ENODEV":
    case "ENXIO":
    case "ENETDOWN":
      return {
        code: "HP_INTERFACE_GONE",
        what: "the interface is down or no more",
        remedy: `see "ip link show ${interfaceName}"; it is used as soon as it is up and has an address`,
      };
    case "EMFILE":
    case "ENFILE":
      return {
        code: "HP_INTERFACE_NO_FILES",
        what: "too many open files",
        remedy: 'raise the bound ("ulimit -n", LimitNOFILE= in the systemd unit)',
      };
    default:
      return {
        code: "HP_INTERFACE_FAILED",
        what: error instanceof Error ? error.message : String(error),
        remedy: "name another interface",
      };
  }
}
