import { openBatchedListener } from "./batched.ts";
import { datagramCompliance } from "./datagram-compliance.ts";

datagramCompliance("batched", openBatchedListener, {
  from: { file: new URL("./batched.ts", import.meta.url).href, name: "openBatchedListener" },
  tellsAsked: true,
  countsOverflow: true,
});
