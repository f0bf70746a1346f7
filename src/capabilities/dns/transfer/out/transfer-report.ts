/** What the log says of a transfer: one line when it begins, one when it is over. */
import type { Log } from "#contracts/log.ts";
import { nameToText } from "#protocols/dns/name.ts";
import type { Client } from "../../client.ts";
import type { Interruption, Outgoing } from "./outgoing.ts";
import type { TransferRequest } from "./transfer-request.ts";

export interface TransferSubject {
  readonly client: Client;
  readonly request: TransferRequest;
  /** Of what is sent. */
  readonly serial: number;
  /** Why an IXFR is answered with the whole zone. */
  readonly why?: string | undefined;
}

const sentences: Readonly<Record<Interruption, string>> = {
  gone: "ended early: the client closed the connection",
  idle: "broken off: the client has not read on for too long",
  slow: "broken off: it has taken too long",
  closed: "broken off: this server stops",
};

export class TransferReport {
  private readonly log: Log;
  private readonly facts: object;
  private readonly about: string;

  constructor(log: Log, { client, request, serial, why }: TransferSubject) {
    const zone = nameToText(request.zone);
    const type = why === undefined ? request.type : "AXFR-style IXFR"; // as BIND calls it
    this.log = log;
    this.about = `${type} of ${zone} to ${client.text}`;
    this.facts = {
      zone,
      client: client.text,
      ...(client.key === undefined ? {} : { key: nameToText(client.key) }),
      ...(client.encrypted ? { encrypted: true } : {}),
      type,
      ...(request.serial === undefined ? {} : { from: request.serial }),
      serial,
      ...(why === undefined ? {} : { why }),
    };
  }

  started(): void {
    this.log.info(this.facts, `${this.about} started`);
  }

  ended({ messages, records, octets, interruption }: Outgoing, seconds: number, failure: unknown): void {
    const { log, about } = this;
    const facts = { ...this.facts, messages, records, octets, seconds };
    if (failure !== undefined) log.error({ ...facts, err: failure }, `${about} failed`);
    else if (interruption === undefined) log.info(facts, `${about} ended`);
    else if (interruption === "gone") log.info(facts, `${about} ${sentences.gone}`);
    else log.warn(facts, `${about} ${sentences[interruption]}`);
  }
}
