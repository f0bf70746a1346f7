/** `use=`, `usev4=` and `usev6=`: where ddclient takes a host's address from. */
import type { AddressFamily } from "#contracts/public-address.ts";
import {
  type AddressSource,
  commandSource,
  type HostSources,
  interfaceSource,
  publicAddress,
  publicKey,
  serviceSource,
} from "../address-sources.ts";

type Lookup = (name: string) => string | undefined;

const off: ReadonlySet<string> = new Set(["", "disabled", "no", "none"]);

/** Settings that say it, with all that belongs to them. */
export const addressSettings =
  /^(use|web|if|fw|cmd|ip)(v[46])?$|^(web|fw|cmd)(v[46])?-(skip|login|password)$/;

/** @param value of a setting that counts for the host */
export function hostSources(value: Lookup): HostSources {
  const usev4 = value("usev4");
  const ipv4 = sourceOf(usev4 ?? value("use") ?? impliedUse(value), "ipv4", value);
  const ipv6 = sourceOf(value("usev6") ?? "", "ipv6", value);
  return { ...(ipv4 && { ipv4 }), ...(ipv6 && { ipv6 }) };
}

/** What ddclient takes it to be when `use` is not there. */
function impliedUse(value: Lookup): string {
  return ["web", "if", "ip", "fw", "cmd"].find((name) => value(name) !== undefined) ?? "";
}

function sourceOf(use: string, family: AddressFamily, value: Lookup): AddressSource | undefined {
  if (off.has(use.toLowerCase())) return undefined;
  const ending = family === "ipv4" ? "v4" : "v6";
  const own = (name: string): string | undefined => value(`${name}${ending}`) ?? value(name);
  switch (use.toLowerCase().replace(/v[46]$/, "")) {
    case "ip":
      return fixed(own("ip") ?? value(family) ?? "");
    case "web":
      return webSource(own("web"), value("ssl"));
    case "if":
      return linkSource(own("if"));
    case "cmd":
      return commandSource(own("cmd") ?? "");
    default:
      return router;
  }
}

/** Nothing follows it. */
function fixed(address: string): AddressSource {
  return { key: `the fixed address ${address}`.trim(), methods: undefined, detail: "a fixed address" };
}

export function isFixed({ key }: AddressSource): boolean {
  return key.startsWith("the fixed address");
}

/** `default` is the interface of the route to the Internet. */
function linkSource(name: string | undefined): AddressSource {
  if (name !== undefined && name !== "default") return interfaceSource(name);
  return { key: "the default route", methods: ["route"], detail: "the method route of ddns.address" };
}

/** Names of services without a dot are ddclient's own. */
function webSource(web: string | undefined, ssl: string | undefined): AddressSource {
  if (web === undefined || !/[./]/.test(web) || /^(ip[46]only\.me|nsupdate\.info-ipv[46])$/.test(web))
    return publicAddress;
  const scheme = /^(yes|true|1|on)$/i.test(ssl ?? "") ? "https" : "http";
  return serviceSource(web.includes("://") ? web : `${scheme}://${web}`);
}

export const routerDetail =
  "the router is asked by UPnP, and others too: ddns.address; pages of routers are not read";

/** `use=fw`, or the name of a router that ddclient knows. */
export function isRouter(name: string, use: string): boolean {
  return name.startsWith("use") && !off.has(use.toLowerCase()) && !/^(ip|web|if|cmd)(v[46])?$/i.test(use);
}

/** ddclient reads status pages of routers, each in its way; UPnP is the same for all. */
const router: AddressSource = {
  key: publicKey,
  methods: ["upnp", "https", "dns"],
  detail: routerDetail,
};
