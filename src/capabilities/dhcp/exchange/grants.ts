/**
 * Gives leases: in the table at once, so that nobody else gets the address, and to the client when it is
 * durable.
 */
import { StoreError, type StoreOperation } from "#contracts/store.ts";
import { secondsOf } from "#platform/site/config-fields.ts";
import { OptionCode } from "#protocols/dhcp4/codes.ts";
import type { AddressTurns } from "../leases/address-turns.ts";
import { isActive, type Lease, publishedName } from "../leases/lease.ts";
import type { LeaseClock } from "../leases/lease-clock.ts";
import type { LeaseEventHub } from "../leases/lease-event-hub.ts";
import { type EndName, putOperation } from "../leases/lease-life.ts";
import type { LeaseTable } from "../leases/lease-table.ts";
import type { LeaseWriter } from "../leases/lease-writer.ts";
import { pastOperations } from "../leases/past-lease.ts";
import { limits } from "../limits.ts";
import type { NameChoice } from "../names/name-choice.ts";
import type { NamedCommit, NameWish } from "../names/name-keeper.ts";
import { subnetOf } from "../network/plan.ts";
import type { Answers } from "./answers.ts";
import { textIn } from "./boot.ts";
import { hostNameIn, nameFor } from "./client-names.ts";
import type { Decision } from "./decide.ts";
import { leaseSecondsFor } from "./reply.ts";
import type { IgnoreReason, Request } from "./request.ts";

export interface GrantPorts {
  readonly table: LeaseTable;
  readonly clock: LeaseClock;
  readonly writer: LeaseWriter;
  readonly turns: AddressTurns;
  readonly events: LeaseEventHub;
  readonly answers: Answers;
  /** Publishes the name of a lease and writes the lease with it. Rejects with StoreError. */
  readonly commitNamed: (change: NamedCommit) => Promise<Lease>;
  readonly endName: EndName;
  readonly ignore: (why: IgnoreReason) => void;
}

/** The client has had another address at this link: it is given back with the new one. */
interface Move {
  readonly before: Lease;
  readonly after: Lease;
}

export class Grants {
  readonly #ports: GrantPorts;

  constructor(ports: GrantPorts) {
    this.#ports = ports;
  }

  grant(request: Request, decision: Extract<Decision, { do: "grant" }>): void {
    const { table, clock, answers, writer, turns, ignore } = this.#ports;
    const { address, before, rapid } = decision;
    const subnet = subnetOf(table.plan, address)!;
    const now = clock.nowSeconds();
    const leaseSeconds = leaseSecondsFor(request, subnet.times);
    const choice = nameFor(request, subnet, address, table.plan);
    const lease = leaseFor(request, address, before, { now, leaseSeconds, nameProblem: choice.problem });
    if (before !== undefined && isFresh(before, lease, choice, leaseSeconds)) {
      table.withdrawOffer(address);
      answers.acknowledge(request, before, { subnet, leaseSeconds: before.expiresAt - now, rapid });
      this.#refreshName(before, wishOf(request, choice, table));
      return;
    }
    const move = moveOf(table, request, address, now);
    if (turns.isBusy(address) || (move !== undefined && turns.isBusy(move.before.address)))
      ignore("underWay");
    else if (writer.waiting > limits.commitsWaitingMax) ignore("commitsWaiting");
    else
      this.#commit({ lease, before, move }, wishOf(request, choice, table), (written) =>
        answers.acknowledge(request, written, { subnet, leaseSeconds, rapid }),
      );
  }

  #commit(
    { lease, before, move }: { lease: Lease; before: Lease | undefined; move: Move | undefined },
    wish: NameWish | undefined,
    onDurable: (written: Lease) => void,
  ): void {
    const { table, writer, turns, events, commitNamed, endName } = this.#ports;
    const { address } = lease;
    const replaced = table.at(address);
    const operations = (written: Lease): readonly StoreOperation[] => [
      putOperation(written),
      ...pastOperations(replaced, written, lease.renewedAt),
      ...(move === undefined ? [] : [putOperation(move.after)]),
    ];
    turns.begin(address);
    if (move !== undefined) turns.begin(move.before.address);
    table.put(lease);
    const done = (written: Lease, error?: StoreError): void => {
      turns.end(address);
      if (move !== undefined) turns.end(move.before.address);
      if (error !== undefined) {
        this.#undo(lease, replaced);
        return;
      }
      if (written !== lease && table.at(address) === lease) table.put(written);
      events.tell(before === undefined ? "granted" : "renewed", written);
      if (move !== undefined && table.at(move.before.address) === move.before) {
        table.put(move.after);
        events.tell("released", move.after);
      }
      onDurable(written);
    };
    // What stands there already is the client's own, or that of another machine of its host.
    const all = new Set([before, move?.before, replaced]);
    const [named, other] = [...all].filter((one) => publishedName(one) !== undefined);
    if (wish === undefined && named === undefined) {
      writer.write(operations(lease), (error) => done(lease, error));
      return;
    }
    const commit = async (): Promise<Lease> => {
      if (other !== undefined) await endName(other, []);
      return commitNamed({ lease, wish, before: named, operations });
    };
    commit().then(
      (written) => {
        writer.note(undefined);
        done(written);
      },
      (error: unknown) => {
        if (!(error instanceof StoreError)) throw error;
        writer.note(error);
        done(lease, error);
      },
    );
  }

  /** It may have been elsewhere meanwhile, and its name be at the address that it had there. */
  #refreshName(lease: Lease, wish: NameWish | undefined): void {
    const { turns, commitNamed } = this.#ports;
    const { address } = lease;
    if (wish === undefined || turns.isBusy(address)) return;
    turns.begin(address); // a release has to wait, or the name would be published after its lease has ended
    const operations = (): readonly StoreOperation[] => [];
    commitNamed({ lease, wish, before: lease, operations })
      .catch((error: unknown) => {
        if (!(error instanceof StoreError)) throw error; // its next renewal writes what is left to be written
      })
      .finally(() => turns.end(address));
  }

  /** The disk did not take it: it has never been, and nobody is told of it. */
  #undo(lease: Lease, replaced: Lease | undefined): void {
    const { table, ignore } = this.#ports;
    ignore("commitFailed");
    if (table.at(lease.address) !== lease) return;
    if (replaced === undefined) table.delete(lease.address);
    else table.put(replaced);
  }
}

function leaseFor(
  request: Request,
  address: number,
  before: Lease | undefined,
  { now, leaseSeconds, nameProblem }: { now: number; leaseSeconds: number; nameProblem: string | undefined },
): Lease {
  const { client, hardware, message, agentOctets } = request;
  return {
    address,
    client,
    hardware,
    state: "bound",
    since: before?.since ?? now,
    renewedAt: now,
    expiresAt: now + leaseSeconds,
    hostName: hostNameIn(request) ?? before?.hostName,
    name: undefined,
    nameProblem,
    agent: agentOctets?.toHex() ?? before?.agent,
    vendorClass: textIn(message.options.get(OptionCode.vendorClass)) ?? before?.vendorClass,
  };
}

function wishOf({ message, host }: Request, choice: NameChoice, table: LeaseTable): NameWish | undefined {
  if (choice.name === undefined) return undefined;
  const { hardwareType, hardwareAddress, options } = message;
  const clientIdentifier = options.get(OptionCode.clientIdentifier);
  return {
    name: choice.name,
    ttl: secondsOf(table.plan.config.names.ttl),
    reverse: choice.reverse,
    host: host?.name,
    identity: { hardwareType, hardwareAddress, clientIdentifier },
  };
}

/**
 * It has asked just before, and is told what it was told: no disk is needed for that. ISC's dhcpd and Kea do
 * so for a quarter of a lease's time.
 */
function isFresh(before: Lease, lease: Lease, choice: NameChoice, leaseSeconds: number): boolean {
  return (
    lease.renewedAt - before.renewedAt < leaseSeconds * limits.freshShare &&
    before.expiresAt <= lease.expiresAt &&
    before.expiresAt > lease.renewedAt + leaseSeconds * (1 - 2 * limits.freshShare) &&
    before.name === choice.name &&
    before.nameProblem === choice.problem &&
    before.hostName === lease.hostName &&
    before.agent === lease.agent &&
    before.hardware === lease.hardware
  );
}

function moveOf(table: LeaseTable, request: Request, address: number, now: number): Move | undefined {
  const before = table.of(request.client, request.link);
  if (before === undefined || before.address === address || !isActive(before, now)) return undefined;
  return { before, after: { ...before, state: "released", expiresAt: now } };
}
