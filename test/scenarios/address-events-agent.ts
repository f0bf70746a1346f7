/**
 * Watches the addresses of the network namespace that it is run in, prints each event as a line of JSON, and
 * ends with its input.
 */
import { loadLibc } from "#platform/datagram/libc.ts";
import { collectLog } from "#platform/log/collected-log.ts";
import { watchAddresses } from "#platform/netlink/watch-addresses.ts";

const print = (value: object): void => console.log(JSON.stringify(value));
{
  const { libc } = loadLibc();
  await using watch = watchAddresses({ libc, log: collectLog().log, onChange: print });
  print({ kind: "begun", isTold: watch.isTold });
  for await (const _ of process.stdin);
}
print({ kind: "ended" });
