import test from "node:test";
import { openBatchedListener } from "./batched.ts";
import { datagramCompliance } from "./datagram-compliance.ts";
import { loadLibc } from "./libc.ts";

const { missing } = loadLibc();
if (missing !== undefined) test("batched datagram listener", { skip: missing }, () => {});
else {
  datagramCompliance("batched", openBatchedListener, {
    from: { file: new URL("./batched.ts", import.meta.url).href, name: "openBatchedListener" },
    tellsAsked: true,
    countsOverflow: true,
  });
}
