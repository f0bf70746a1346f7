/**
 * Whether a secret is that of a host. What was right once is known by a hash under a key of this process, so
 * that a host that comes again costs no argon2; whoever guesses pays for each guess, and must wait before too
 * many. Who comes from where the user came from last goes before those who guess.
 */
import { hash, randomBytes } from "node:crypto";
import { siteGroup } from "#platform/stream/address-group.ts";
import { ClientPace } from "./client-pace.ts";
import { serveLimits as limits } from "./limits.ts";
import { hashOfNothing, isSecretOf } from "./secret-hash.ts";

export type SecretVerdict =
  | { readonly is: "right" | "wrong" }
  /** Too many guesses of this client, or of all: nobody looked. */
  | { readonly is: "later"; readonly waitMs: number };

/** Undefined: there is no such user. */
export type SecretHolder = { readonly user: string; readonly secretHash: string } | undefined;

export interface SecretCheckPorts {
  readonly monotonicMs: () => number;
  readonly isSecretOf?: typeof isSecretOf;
}

/** Knows what was right, and counts what was wrong. */
export class SecretCheck {
  readonly #monotonicMs: () => number;
  readonly #isSecretOf: typeof isSecretOf;
  /** In text it fills a block of SHA-256, and nobody ever sees a hash under it: as good as an HMAC. */
  readonly #key = randomBytes(32).toString("hex");
  readonly #nobodysHash = hashOfNothing();
  /** By user: there is one right secret of each, so that there are no more of these than hosts. */
  readonly #known = new Map<string, { readonly secretHash: string; readonly mac: string }>();
  /** A router that asks several times at once is looked at once. */
  readonly #underWay = new Map<string, Promise<SecretVerdict>>();
  readonly #wrong = new ClientPace(
    { perSecond: 1000 / limits.wrongSecretMs, burst: limits.wrongSecretsBurst },
    limits.clientsMax,
  );
  readonly #wrongOfSites = new ClientPace(
    { perSecond: 1000 / limits.siteWrongSecretMs, burst: limits.siteWrongSecretsBurst },
    limits.clientsMax,
  );
  #atWork = 0;
  /** Strangers with many addresses can fill theirs, and nobody else's. */
  readonly #lines: Readonly<Record<"familiar" | "strange", (() => void)[]>> = { familiar: [], strange: [] };
  /** Since the start. */
  hashed = 0;

  constructor({ monotonicMs, isSecretOf: check = isSecretOf }: SecretCheckPorts) {
    this.#monotonicMs = monotonicMs;
    this.#isSecretOf = check;
  }

  /**
   * `client`: for whom wrong ones are counted, an address group. `isFamiliar`: the user came from there last.
   */
  check(
    holder: SecretHolder,
    secret: string,
    client: string,
    isFamiliar: () => boolean = () => false,
  ): SecretVerdict | Promise<SecretVerdict> {
    const mac = hash("sha256", `${this.#key}${holder?.user ?? ""}\0${secret}`);
    const known = holder && this.#known.get(holder.user);
    const isCurrent = known !== undefined && known.secretHash === holder?.secretHash;
    if (isCurrent && known.mac === mac) return { is: "right" };
    const id = `${client} ${mac}`;
    const found = this.#underWay.get(id);
    if (found !== undefined) return found;
    const line = this.#lines[isFamiliar() ? "familiar" : "strange"];
    const verdict = this.#look(holder, secret, { client, mac, line }).finally(() =>
      this.#underWay.delete(id),
    );
    this.#underWay.set(id, verdict);
    return verdict;
  }

  /** Their secret has changed, or they are gone. */
  forget(user: string): void {
    this.#known.delete(user);
  }

  async #look(
    holder: SecretHolder,
    secret: string,
    { client, mac, line }: { readonly client: string; readonly mac: string; readonly line: (() => void)[] },
  ): Promise<SecretVerdict> {
    if (line.length >= limits.hashesWaitingMax) return { is: "later", waitMs: 1_000 };
    // Taken before it is known to be wrong, so that many guesses at once are no way around.
    const waitMs = this.#takeGuess(client);
    if (waitMs > 0) return { is: "later", waitMs };
    const isRight = await this.#inTurn(line, () =>
      this.#isSecretOf(secret, holder?.secretHash ?? this.#nobodysHash),
    );
    if (!isRight || holder === undefined) return { is: "wrong" };
    this.#giveGuessBack(client);
    this.#known.set(holder.user, { secretHash: holder.secretHash, mac });
    return { is: "right" };
  }

  /** Zero: it may be looked at. Else milliseconds. */
  #takeGuess(client: string): number {
    const nowMs = this.#monotonicMs();
    const waitMs = this.#wrong.take(client, nowMs);
    const site = siteGroup(client);
    if (waitMs > 0 || site === undefined) return waitMs;
    const siteWaitMs = this.#wrongOfSites.take(site, nowMs);
    if (siteWaitMs > 0) this.#wrong.giveBack(client);
    return siteWaitMs;
  }

  #giveGuessBack(client: string): void {
    this.#wrong.giveBack(client);
    const site = siteGroup(client);
    if (site !== undefined) this.#wrongOfSites.giveBack(site);
  }

  async #inTurn<Answer>(line: (() => void)[], work: () => Promise<Answer>): Promise<Answer> {
    if (this.#atWork >= limits.hashesAtOnceMax) await new Promise<void>((resolve) => line.push(resolve));
    else this.#atWork++;
    this.hashed++;
    try {
      return await work();
    } finally {
      const next = this.#lines.familiar.shift() ?? this.#lines.strange.shift();
      if (next === undefined) this.#atWork--;
      else next();
    }
  }
}
