/** Namecheap, Dynamic DNS: one A record in a request. It cannot be asked what it has. */
import { z } from "zod";
import { domainName } from "../config-fields.ts";
import { serverField, serverOf } from "./api-provider.ts";
import { elementsOf, elementText } from "./api-xml.ts";
import { hostIn } from "./find-zone.ts";
import { type ApiDialect, askJson, endsCall, troubleOf } from "./http-outcome.ts";
import type {
  ProviderCall,
  ProviderDefinition,
  ProviderSettings,
  PublishResult,
  WantedRecord,
} from "./provider.ts";
import { secret } from "./secret-fields.ts";

const standard = "https://dynamicdns.park-your-domain.com";
const title = "Namecheap";

const meanings: ApiDialect["meanings"] = {
  "wrong-password": {
    means: "account",
    sentence: "refuses the password; write that of Advanced DNS, Dynamic DNS, of this domain",
  },
  "not-enabled": {
    means: "account",
    sentence: "has Dynamic DNS switched off for this domain; switch it on there",
  },
  "no-domain": { means: "account", sentence: "does not know the domain; correct `domain`" },
  "no-record": {
    means: "record",
    sentence: "has no such record; add an A + Dynamic DNS Record for the host there",
  },
};

/** Its errors have no codes that are told apart: what they mean stands in their words. */
const codesOfMessages: readonly (readonly [message: RegExp, code: string])[] = [
  [/passwords? (do|does) not match|incorrect password|invalid password/i, "wrong-password"],
  [/dynamic dns.*(not enabled|disabled|not active)|not enabled/i, "not-enabled"],
  [/domain (name )?(is )?not (found|active)|invalid domain/i, "no-domain"],
  [/(a )?records? not found|no records? updated|host(name)? not found/i, "no-record"],
];

const Answer = z.object({ xml: z.string(), errors: z.literal(0) });

/** Undefined: it is not what the service answers. */
function parse(text: string): { readonly xml: string; readonly errors: number } | undefined {
  const [xml] = elementsOf(text, "interface-response");
  const count = xml === undefined ? undefined : elementText(xml, "ErrCount");
  return xml !== undefined && count !== undefined && /^\d{1,3}$/.test(count)
    ? { xml, errors: Number(count) }
    : undefined;
}

function dialectOf(password: string): ApiDialect {
  return {
    title,
    secrets: [password],
    meanings,
    parse,
    errorIn: (json) => {
      const { xml, errors } = json as NonNullable<ReturnType<typeof parse>>;
      if (errors === 0) return undefined;
      const message = elementText(xml, "Err1") ?? elementText(xml, "ResponseString") ?? "";
      const code = codesOfMessages.find(([pattern]) => pattern.test(message))?.[1];
      return { code, message };
    },
  };
}

interface Settings {
  readonly domain: string;
  readonly password: string;
}

async function publishOne(
  { name, address }: WantedRecord,
  settings: ProviderSettings,
  call: ProviderCall,
): Promise<PublishResult> {
  const { password, domain } = settings as unknown as Settings;
  const zone = domain.toLowerCase().replace(/\.$/, "");
  const host = hostIn(name, zone);
  if (host === name) {
    const sentence = `${name} is not in ${zone}, which the password is for`;
    return { outcome: "refused", scope: "record", code: "outside-domain", sentence };
  }
  const query = new URLSearchParams({ host, domain: zone, password, ip: address });
  const url = `${serverOf(settings, standard)}/update?${query.toString()}`;
  try {
    await askJson(Answer, { method: "GET", url, writes: true }, call, dialectOf(password));
    return { outcome: "changed" };
  } catch (error) {
    return troubleOf(error).trouble;
  }
}

export const namecheap: ProviderDefinition = {
  type: "namecheap",
  title,
  settings: {
    domain: domainName.describe("The domain, each with a password of its own"),
    ...secret("password", "Dynamic DNS password of the domain, not that of the account"),
    server: serverField(standard),
  },
  types: ["A"],
  recordsPerCallMax: 10,
  hasTtl: false,
  hasProxy: false,
  refreshDays: undefined,
  pauseSecondsMin: 0,
  requestsPerHourMax: 300,
  isConfirmable: true,
  open: (settings) => ({
    async publish(records, call) {
      const results: PublishResult[] = [];
      for (const record of records) {
        const before = results.at(-1);
        const isOver = before !== undefined && "sentence" in before && endsCall(before);
        results.push(isOver ? before : await publishOne(record, settings, call));
      }
      return results;
    },
  }),
};
