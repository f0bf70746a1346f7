import { openBatchedListener } from "./batched.ts";
import { datagramCompliance } from "./datagram-compliance.ts";

datagramCompliance("batched", openBatchedListener);
