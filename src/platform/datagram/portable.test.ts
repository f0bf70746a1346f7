import { datagramCompliance } from "./datagram-compliance.ts";
import { openDatagramListener } from "./portable.ts";

datagramCompliance("portable", openDatagramListener, {
  from: { file: new URL("./portable.ts", import.meta.url).href, name: "openDatagramListener" },
  tellsAsked: false,
  countsOverflow: false,
});
