/** Why a socket could not be opened on an address, in words that an operator can act upon. */
import { ConfigError } from "#contracts/configuration.ts";
import { type Endpoint, formatEndpoint } from "./endpoint.ts";

/** Ports below this one need a privilege, unless sysctl says otherwise. ip(7), ip_unprivileged_port_start. */
const firstUnprivilegedPort = 1024;

/** The ConfigError for what `bind` or `listen` threw. */
export function bindError(error: unknown, endpoint: Endpoint, transport: "UDP" | "TCP"): ConfigError {
  const errno = (error as NodeJS.ErrnoException).code ?? "unknown";
  const { code, what, remedy } = explain(errno, endpoint, transport, error);
  return new ConfigError(code, [
    {
      severity: "error",
      what: `cannot listen on ${formatEndpoint(endpoint)} (${transport}): ${what}`,
      remedy,
    },
  ]);
}

interface Explanation {
  readonly code: string;
  readonly what: string;
  readonly remedy: string;
}

function explain(errno: string, endpoint: Endpoint, transport: "UDP" | "TCP", error: unknown): Explanation {
  switch (errno) {
    case "EADDRINUSE":
      return {
        code: "HP_LISTEN_IN_USE",
        what: "another program uses this address and port",
        remedy:
          `find it with "ss -lpn${transport === "UDP" ? "u" : "t"} 'sport = :${endpoint.port}'" and stop it, ` +
          "or listen on another port",
      };
    case "EACCES":
    case "EPERM":
      return {
        code: "HP_LISTEN_NOT_ALLOWED",
        what:
          endpoint.port < firstUnprivilegedPort
            ? `ports below ${firstUnprivilegedPort} need a privilege that this process does not have`
            : "this process may not use the address",
        remedy: remedyForPrivilege(endpoint.port),
      };
    case "EADDRNOTAVAIL":
      return {
        code: "HP_LISTEN_NOT_LOCAL",
        what: "this machine does not have the address",
        remedy: 'write one of the addresses that "ip address" shows, or "any" for all of them',
      };
    case "EAFNOSUPPORT":
      return {
        code: "HP_LISTEN_NO_FAMILY",
        what: `this machine has no IPv${endpoint.family}`,
        remedy: `leave the address out, or switch IPv${endpoint.family} on`,
      };
    case "EMFILE":
    case "ENFILE":
      return {
        code: "HP_LISTEN_NO_FILES",
        what: "too many open files",
        remedy:
          'raise the bound ("ulimit -n", LimitNOFILE= in the systemd unit) or listen on fewer addresses',
      };
    default:
      return {
        code: "HP_LISTEN_FAILED",
        what: error instanceof Error ? error.message : String(error),
        remedy: "write another address or port",
      };
  }
}

function remedyForPrivilege(port: number): string {
  if (port >= firstUnprivilegedPort) return "run as root, or write another address or port";
  return (
    `run as root, or allow it once with "setcap cap_net_bind_service=+ep ${process.execPath}", ` +
    `or with "sysctl net.ipv4.ip_unprivileged_port_start=${port}", or listen on a port from ${firstUnprivilegedPort} up`
  );
}
