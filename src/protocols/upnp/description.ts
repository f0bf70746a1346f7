/**
 * Where a router takes questions about its connection, from its description. UPnP Device Architecture 1.1
 * §2.
 */
import { WireError } from "../dns/wire.ts";
import { limits } from "./limits.ts";
import { elementsOf, elementText, plainXml } from "./xml.ts";

export interface ConnectionService {
  /** Such as urn:schemas-upnp-org:service:WANIPConnection:1. */
  readonly type: string;
  readonly controlUrl: string;
}

/** UPnP WANIPConnection:1 and :2, WANPPPConnection:1: those that GetExternalIPAddress can be asked of. */
const connectionType = /^urn:schemas-upnp-org:service:WAN(IP|PPP)Connection:[1-9]\d?$/;

/**
 * The services of all devices of the description, nested ones included, in its order. Throws WireError, also
 * when one is asked for at another host than the description came from: a stranger's device must not make
 * this one send requests anywhere else.
 */
export function readConnectionServices(text: string, descriptionUrl: string): readonly ConnectionService[] {
  const xml = plainXml(text, limits.descriptionMax);
  const base = elementText(xml, "URLBase") || descriptionUrl;
  if (!URL.canParse(base)) throw new WireError("bad-value", "XML.URLBase", 0);
  const services = elementsOf(xml, "service").flatMap((service): readonly ConnectionService[] => {
    const type = elementText(service, "serviceType");
    if (type === undefined || !connectionType.test(type)) return [];
    const path = elementText(service, "controlURL");
    if (path === undefined || path === "" || !URL.canParse(path, base))
      throw new WireError("bad-value", "XML.controlURL", 0);
    const controlUrl = new URL(path, base);
    if (controlUrl.protocol !== "http:" || controlUrl.hostname !== new URL(descriptionUrl).hostname)
      throw new WireError("bad-value", "XML.controlURL", 0);
    return [{ type, controlUrl: controlUrl.href }];
  });
  if (services.length === 0) throw new WireError("bad-value", "XML.serviceType", 0);
  return services;
}
