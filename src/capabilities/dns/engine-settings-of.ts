/** What the engines of all threads are told of a config. */
import { randomBytes } from "node:crypto";
import { limits as streamLimits } from "#platform/stream/limits.ts";
import type { DnsConfig } from "./config.ts";
import type { EngineSettings } from "./engine/engine-settings.ts";
import { rateLimitMemory } from "./rate-limit/bucket-table.ts";

/** Of this process: its threads must know each other's. */
const cookieSecret = randomBytes(16);
const limitMemory = rateLimitMemory();

export function engineSettings(config: DnsConfig, { queryLog = false } = {}): EngineSettings {
  return {
    minimalResponses: config.minimalResponses,
    minimalAny: config.minimalAny,
    udpPayloadOctets: config.udpPayloadOctets,
    nsid: config.nsid === undefined ? undefined : Buffer.from(config.nsid),
    cookieSecret: config.cookies ? cookieSecret : undefined,
    chaos: { version: config.version, hostname: config.hostname, id: config.serverId },
    rateLimit: { config: config.rateLimit, acls: config.acls, memory: limitMemory },
    queryLog,
    tcpKeepaliveTenths: streamLimits.idleMs / 100,
  };
}
