/** `dns.rateLimit` in site.yaml. */
import { z } from "zod";
import { addressMatch } from "../config-fields.ts";
import { limits } from "../limits.ts";

const rate = z.int().min(0).max(limits.rateLimitPerSecondMax);

export const RateLimitConfig = z
  .union([
    z.literal("off"),
    z.strictObject({
      responsesPerSecond: rate
        .default(limits.rateLimitPerSecondDefault)
        .describe("Answers about one name to one network; 0 for no limit"),
      nxdomainsPerSecond: rate
        .default(limits.rateLimitPerSecondDefault)
        .describe("Answers to one network that a name of one zone does not exist; 0 for no limit"),
      errorsPerSecond: rate
        .default(limits.rateLimitPerSecondDefault)
        .describe("Refusals and other errors to one network; 0 for no limit"),
      allPerSecond: rate
        .default(limits.rateLimitAllPerSecondDefault)
        .describe("Responses of any kind to one network; 0 for no limit"),
      windowSeconds: z
        .int()
        .min(1)
        .max(limits.rateLimitWindowSecondsMax)
        .default(limits.rateLimitWindowSecondsDefault)
        .describe("How long, at most, a network waits for full answers after it has asked for too many"),
      slip: z
        .int()
        .min(0)
        .max(limits.rateLimitSlipMax)
        .default(limits.rateLimitSlipDefault)
        .describe(
          "Every how many responses that are held back one goes out truncated, so that the client comes by TCP; 0 for none",
        ),
      ipv4PrefixLength: z
        .int()
        .min(1)
        .max(32)
        .default(limits.rateLimitIpv4PrefixLengthDefault)
        .describe("IPv4 addresses with as many bits in common are one network"),
      ipv6PrefixLength: z
        .int()
        .min(1)
        .max(128)
        .default(limits.rateLimitIpv6PrefixLengthDefault)
        .describe("IPv6 addresses with as many bits in common are one network"),
      exempt: addressMatch
        .default(["localnets", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fe80::/10"])
        .describe("Who has no limit, besides this machine itself and clients with a good cookie"),
    }),
  ])
  .prefault({})
  .describe("Limits of responses over UDP, so that forged queries do not flood others, or off");
export type RateLimitConfig = z.output<typeof RateLimitConfig>;
