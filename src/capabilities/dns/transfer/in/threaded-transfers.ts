/** The control thread's side of the thread that copies zones. */
import { CallThread } from "../../zones/call-thread.ts";
import { ZoneImage } from "../../zones/image.ts";
import { limits } from "./limits.ts";
import type { TransferRequest, TransferResult } from "./transfer-request.ts";
import type { ThreadRequest, ThreadResult } from "./transfer-thread.ts";

export class ThreadedTransfers implements AsyncDisposable {
  private readonly authorities: readonly string[];
  private readonly thread = new CallThread<ThreadRequest, ThreadResult>({
    name: "zone-transfer",
    module: new URL("./transfer-thread.ts", import.meta.url),
    underWayMax: limits.transfersMax,
    idleMsMax: limits.threadIdleMsMax,
  });

  /** `authorities`: certificates in PEM, besides the machine's, by which primaries are known. */
  constructor(authorities: readonly string[] = []) {
    this.authorities = authorities;
  }

  /** Rejects when the thread dies. */
  async transfer(request: TransferRequest): Promise<TransferResult> {
    const result = await this.thread.call({ request, authorities: this.authorities });
    if (result.kind !== "zone") return result;
    const { buffer, ...rest } = result;
    return { ...rest, image: new ZoneImage(buffer) };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.thread[Symbol.asyncDispose]();
  }
}
