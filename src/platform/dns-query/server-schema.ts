/** A name server as a section of the site file has it: `192.0.2.53`, or `192.0.2.53 port 5353`. */
import { isIPv4, isIPv6 } from "node:net";
import { z } from "zod";
import type { Server } from "./ask.ts";

const dnsPort = 53;

export const ServerText = z.string().superRefine((value, context) => {
  if (/^[0-9a-f.:]+(\s+port\s+\d{1,5})?$/i.test(value)) return;
  const message = `"${value}" is no server; write an address, or ADDRESS port PORT`;
  context.addIssue({ code: "custom", message });
});

/** Undefined: the schema lets it in, and it is none nevertheless. */
export function serverOf(text: string): Server | undefined {
  const [address = "", , port] = text.trim().split(/\s+/);
  const number = port === undefined ? dnsPort : Number(port);
  if (!(isIPv4(address) || isIPv6(address)) || number < 1 || number > 0xffff) return undefined;
  return { address, port: number };
}
