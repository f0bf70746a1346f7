/**
 * The action GetExternalIPAddress of a router's connection. UPnP WANIPConnection:2 §2.5.20, UPnP Device
 * Architecture 1.1 §3.
 */
import { WireError } from "../dns/wire.ts";
import { limits } from "./limits.ts";
import { elementsOf, elementText, plainXml } from "./xml.ts";

const action = "GetExternalIPAddress";

export interface ActionRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The POST of the action, for a service of the type that `readConnectionServices` found. */
export function externalAddressAction(serviceType: string): ActionRequest {
  const envelope = "http://schemas.xmlsoap.org/soap/envelope/";
  const encoding = "http://schemas.xmlsoap.org/soap/encoding/";
  return {
    headers: { "content-type": 'text/xml; charset="utf-8"', soapaction: `"${serviceType}#${action}"` },
    body:
      '<?xml version="1.0"?>\r\n' +
      `<s:Envelope xmlns:s="${envelope}" s:encodingStyle="${encoding}"><s:Body>` +
      `<u:${action} xmlns:u="${serviceType}"></u:${action}>` +
      "</s:Body></s:Envelope>\r\n",
  };
}

export type ExternalAddressResult =
  /** As the router wrote it; empty when it has none. */
  | { readonly kind: "address"; readonly text: string }
  | { readonly kind: "fault"; readonly code: number; readonly words: string };

/** Reads the answer, whatever its HTTP status: faults come with 500. Throws WireError. */
export function readExternalAddressResult(text: string): ExternalAddressResult {
  const xml = plainXml(text, limits.actionAnswerMax);
  const fault = elementsOf(xml, "Fault")[0];
  if (fault !== undefined) {
    const code = elementText(fault, "errorCode");
    const words = (elementText(fault, "errorDescription") ?? "").replace(/[^\x20-\x7e]/g, "?");
    if (code === undefined || !/^\d{1,5}$/.test(code)) throw new WireError("bad-value", "XML.errorCode", 0);
    return { kind: "fault", code: Number(code), words: words.slice(0, limits.shownMax) };
  }
  const response = elementsOf(xml, `${action}Response`)[0];
  const address = response === undefined ? undefined : elementText(response, "NewExternalIPAddress");
  if (address !== undefined) return { kind: "address", text: address };
  // An empty element may be written as one tag
  if (response !== undefined && /<(?:[\w.-]+:)?NewExternalIPAddress\s*\/>/.test(response))
    return { kind: "address", text: "" };
  throw new WireError("bad-value", "XML.NewExternalIPAddress", 0);
}
