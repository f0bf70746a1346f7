/** Tells of each query, for who looks for a fault; off unless `rndc querylog on` asks for it. */
import { addressText } from "#platform/listen/address-octets.ts";
import { nameFromOctets, nameToText } from "#protocols/dns/name.ts";
import { mnemonicOfClass, mnemonicOfRcode, mnemonicOfType } from "#protocols/dns/registry.ts";
import { limits } from "../limits.ts";
import { headerOctets, type Request } from "./request.ts";
import { Transport } from "./transport.ts";

export type TellQuery = (facts: object, sentence: string) => void;

export class QueryLog {
  private readonly tell: TellQuery;
  private secondBeganMs = 0;
  private lines = 0;
  private left = 0;

  constructor(tell: TellQuery) {
    this.tell = tell;
  }

  /** Of more than a log can take only how many there were is told. */
  note(request: Request, client: Uint8Array, transport: Transport, rcode: number): void {
    const nowMs = performance.now();
    if (nowMs - this.secondBeganMs >= 1000) {
      if (this.left > 0) this.tell({ queries: this.left }, `${this.left} more queries came in a second`);
      this.secondBeganMs = nowMs;
      this.lines = this.left = 0;
    }
    if (this.lines === limits.queryLogLinesPerSecond) {
      this.left++;
      return;
    }
    this.lines++;
    const hasQuestion = request.questionEnd > headerOctets;
    const name = hasQuestion ? nameToText(nameFromOctets(request.octets, request.name.at)) : "";
    const question = hasQuestion
      ? `${name} ${mnemonicOfClass(request.qclass)} ${mnemonicOfType(request.qtype)}`
      : "no question";
    const facts = { client: addressText(client), over: transport === Transport.tcp ? "TCP" : "UDP" };
    this.tell(facts, `query: ${question} from ${facts.client}: ${mnemonicOfRcode(rcode)}`);
  }
}
