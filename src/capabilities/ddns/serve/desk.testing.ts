/** For tests: the update service without sockets, over a fake zone, on a clock that stands still. */

import { SteppedClock } from "#platform/clock/clock.ts";
import { collectLog } from "#platform/log/collected-log.ts";
import { openMemoryStore } from "#platform/store/memory-store.ts";
import { FakeZone } from "./fake-zone.testing.ts";
import { NameUpdates, type NameUpdatesSettings } from "./name-updates.ts";
import { SecretCheck } from "./secret-check.ts";
import { TroubleLog } from "./trouble-log.ts";
import { type HostWish, UpdateHosts } from "./update-hosts.ts";
import { type ServiceAnswer, UpdateService } from "./update-service.ts";

export const testSecret = "open-sesame";

export interface Asking {
  readonly path?: string;
  readonly user?: string;
  readonly secret?: string;
  /** Instead of user and secret; empty: none. */
  readonly authorization?: string;
  readonly from?: string;
  readonly agent?: string;
  readonly method?: string;
}

/** Quick, and true of `testSecret` alone. */
function isTestSecret(secret: string, hash: string): Promise<boolean> {
  return Promise.resolve(hash.startsWith("$argon2id$") && secret === testSecret);
}

/** Hosts have the secret `testSecret`. */
export async function openDesk(
  wishes: readonly HostWish[],
  settings?: Partial<NameUpdatesSettings>,
  isSecretOf = isTestSecret,
) {
  const clock = new SteppedClock();
  const store = openMemoryStore({ nowMs: () => clock.nowMs() });
  const zone = new FakeZone(store);
  const { log, lines } = collectLog();
  const nowMs = (): number => clock.nowMs();
  const secrets = new SecretCheck({ monotonicMs: nowMs, isSecretOf });
  const registry = (): FakeZone => zone;
  const hosts = await UpdateHosts.load({ store, registry, nowMs, secrets });
  for (const wish of wishes) {
    const isNew = hosts.table.host(wish.user ?? wish.name) === undefined;
    await hosts.add({ ...wish, ...(isNew && { secret: testSecret }) });
  }
  const updates = new NameUpdates({ store, registry, hosts, nowMs, troubles: new TroubleLog(log, nowMs) });
  updates.settings = { ttl: 60, alsoPublic: [], ...settings };
  const service = new UpdateService({ table: hosts.table, updates, secrets, monotonicMs: nowMs });
  service.pace.pace = { perSecond: 1_000, burst: 10_000 };
  /** `nic/update` with this query. */
  const ask = (query: string, asking: Asking = {}): Promise<ServiceAnswer> => {
    const { path = "/nic/update", user = "a.dyn.example", secret = testSecret, from = "9.9.9.9" } = asking;
    const basic = `Basic ${Buffer.from(`${user}:${secret}`).toString("base64")}`;
    return service.answer({
      method: asking.method ?? "GET",
      target: `${path}?${query}`,
      authorization: asking.authorization === "" ? undefined : (asking.authorization ?? basic),
      userAgent: asking.agent ?? "inadyn/2.10",
      form: "",
      client: { address: from, peer: from },
    });
  };
  return { clock, store, zone, lines, hosts, secrets, service, updates, ask };
}
