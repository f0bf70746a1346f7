/** An account at a service that is data. */
import type { HttpResponse } from "#platform/http-client/http-client.ts";
import { ProviderTrouble, retryAfterMs, sayable, send, type Trouble } from "../http-outcome.ts";
import type { Provider, ProviderCall, ProviderSettings, PublishResult, WantedRecord } from "../provider.ts";
import { type Verdict, verdictsOf } from "./answers.ts";
import { isOfOneFamily, placeholdersIn } from "./placeholders.ts";
import { hostIn, oneByOne, type PlannedRequest, planRequests, requestFor } from "./requests.ts";
import { secretForms, withoutLogins } from "./secret-forms.ts";
import type { Template } from "./template.ts";

/** `settings` have all that the template needs. */
export function templateProvider(template: Template, settings: ProviderSettings): Provider {
  return new TemplateProvider(template, settings);
}

type Results = ReadonlyMap<WantedRecord, PublishResult>;

/** What became of a request, and of those that were to follow: undefined, they go on. */
interface Outcome {
  readonly results: Results;
  readonly rest: PublishResult | undefined;
}

class TemplateProvider implements Provider {
  readonly #template: Template;
  readonly #settings: ProviderSettings;
  readonly #secrets: readonly string[];
  /** Less than the template has it when the service turns out to take one name alone. */
  #namesMax: number;
  /** What names have, as far as this account has told the service since the program began. */
  readonly #told = new Map<string, string>();

  constructor(template: Template, settings: ProviderSettings) {
    this.#template = template;
    this.#settings = settings;
    this.#secrets = secretForms(settings);
    this.#namesMax = template.namesPerRequest;
  }

  async publish(records: readonly WantedRecord[], call: ProviderCall): Promise<readonly PublishResult[]> {
    const refusals = new Map(records.map((record) => [record, refusalOf(record, this.#template)]));
    const askable = records.filter((record) => refusals.get(record) === undefined);
    const results = await this.#askAll(askable, call);
    for (const [{ name, type, address }, { outcome }] of results)
      if (outcome === "changed" || outcome === "same") this.#told.set(`${name} ${type}`, address);
    return records.map((record) => refusals.get(record) ?? results.get(record)!);
  }

  async #askAll(records: readonly WantedRecord[], call: ProviderCall): Promise<Results> {
    const results = new Map<WantedRecord, PublishResult>();
    const queue = [
      ...planRequests(this.#template, records, {
        namesMax: this.#namesMax,
        kept: (name, type) => this.#told.get(`${name} ${type}`),
      }),
    ];
    let rest: PublishResult | undefined;
    for (let planned = queue.shift(); planned !== undefined; planned = queue.shift()) {
      if (call.signal.aborted) rest ??= this.#notAsked("there was no time left");
      if (rest !== undefined) {
        for (const record of recordsOf(planned)) results.set(record, rest);
        continue;
      }
      const outcome = await this.#ask(planned, call);
      if (outcome === "takes-one-name") {
        this.#namesMax = 1;
        queue.unshift(...oneByOne(planned));
        continue;
      }
      for (const [record, result] of outcome.results) results.set(record, result);
      rest = outcome.rest;
    }
    return results;
  }

  async #ask(planned: PlannedRequest, call: ProviderCall): Promise<Outcome | "takes-one-name"> {
    const response = await this.#send(planned, call);
    if (!("status" in response)) {
      const results = new Map(recordsOf(planned).map((record) => [record, response]));
      return { results, rest: this.#afterwards(response) };
    }
    const verdicts = verdictsOf(this.#template, response, planned.names.length, (text) =>
      sayable(withoutLogins(text), this.#secrets),
    );
    if (isOfTheList(verdicts)) return "takes-one-name";
    const waitMs = retryAfterMs(response.headers, call.nowMs());
    const results = new Map(
      planned.names.flatMap(({ records }, index) =>
        records.map((record) => [record, this.#resultOf(verdicts[index]!, record, records, waitMs)] as const),
      ),
    );
    const forAll = verdicts.findIndex(({ isForAll }) => isForAll);
    const last = forAll === -1 ? undefined : results.get(planned.names[forAll]!.records[0]!);
    return { results, rest: last && this.#afterwards(last) };
  }

  async #send(planned: PlannedRequest, call: ProviderCall): Promise<HttpResponse | Trouble> {
    const request = requestFor(this.#template, this.#settings, planned);
    try {
      // What a GET asks for here is done
      return await send({ ...request, writes: true }, call, {
        title: this.#template.title,
        secrets: this.#secrets,
      });
    } catch (error) {
      if (error instanceof ProviderTrouble) return error.trouble;
      throw error;
    }
  }

  /** For those that had been asked for next. */
  #afterwards(result: PublishResult): PublishResult {
    return result.outcome === "unconfirmed" ? this.#notAsked(result.sentence) : result;
  }

  #notAsked(why: string): PublishResult {
    return {
      outcome: "failed",
      code: "not-asked",
      sentence: `${this.#template.title} was not asked: ${why}`,
    };
  }

  /** `together`: the records of the name in the same request. */
  #resultOf(
    { code, meaning, sentence, addresses }: Verdict,
    record: WantedRecord,
    together: readonly WantedRecord[],
    waitMs: number | undefined,
  ): PublishResult {
    switch (meaning.kind) {
      case "unknown":
        return { outcome: "unconfirmed", sentence };
      case "stop":
        return { outcome: "refused", scope: meaning.scope, code, sentence };
      case "retry": {
        const ownMs = meaning.waitSeconds > 0 ? meaning.waitSeconds * 1_000 : undefined;
        const retryMs = waitMs ?? ownMs;
        return { outcome: "failed", code, sentence, ...(retryMs !== undefined && { retryAfterMs: retryMs }) };
      }
      case "good":
      case "same": {
        const outcome = meaning.kind === "same" ? "same" : "changed";
        return mismatch(this.#template.title, addresses, record, together) ?? { outcome };
      }
    }
  }
}

/** A refusal once where there were several names: the list of them was taken for a name. */
function isOfTheList([first, ...others]: readonly Verdict[]): boolean {
  if (others.length === 0 || first!.isForAll || first!.meaning.kind !== "stop") return false;
  if (first!.code === "abuse") return false;
  if (first!.code === "numhost") return true;
  return others.every((one) => one === first || one.meaning.kind === "unknown");
}

function recordsOf({ names }: PlannedRequest): readonly WantedRecord[] {
  return names.flatMap(({ records }) => records);
}

/** What cannot be asked at all. */
function refusalOf({ name, type, zone: own }: WantedRecord, template: Template): PublishResult | undefined {
  const used = new Set(placeholdersIn(`${template.url} ${template.body ?? ""}`));
  const zone = own ?? template.zone;
  const isInZone = hostIn(name, zone) !== undefined;
  if (!isInZone && ["host", "hosts", "domain"].some((placeholder) => used.has(placeholder))) {
    const sentence =
      zone === undefined
        ? `${template.title} needs \`zone\` of ${name}: the domain that it has it in`
        : `${name} is not in ${zone}`;
    return { outcome: "refused", scope: "record", code: "zone", sentence };
  }
  const families = [...used].filter(isOfOneFamily);
  if (used.has("ip") || used.has("ips") || families.length === 0) return undefined;
  if (families.some((placeholder) => (placeholder === "ip4") === (type === "A"))) return undefined;
  const missing = type === "A" ? "{ip4}" : "{ip6}";
  const sentence = `${template.title} is told no such addresses; its URL has no ${missing}`;
  return { outcome: "refused", scope: "record", code: "family", sentence };
}

/** The service has taken another address than it was told, such as that of a proxy. */
function mismatch(
  title: string,
  addresses: readonly string[],
  record: WantedRecord,
  together: readonly WantedRecord[],
): PublishResult | undefined {
  const [first] = addresses;
  if (first === undefined || addresses.includes(record.address)) return undefined;
  const other = addresses.find((address) => address.includes(":") === (record.type === "AAAA"));
  if (other !== undefined) {
    const sentence = `${title} has ${other} now, and was told ${record.address}`;
    return { outcome: "failed", code: "other-address", sentence };
  }
  // Of two addresses in one request some services name one
  if (together.some(({ address }) => addresses.includes(address))) return undefined;
  return {
    outcome: "unconfirmed",
    sentence: `${title} has ${first} now, and says nothing of ${record.address}`,
  };
}
