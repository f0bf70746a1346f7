import { datagramCompliance } from "./datagram-compliance.ts";
import { openDatagramListener } from "./portable.ts";

datagramCompliance("portable", openDatagramListener);
