/**
 * SVCB and HTTPS: RFC 9460 §2.2, a 16-bit priority, a name that is never compressed, then service
 * parameters.
 */
import { plainName } from "../fields/names.ts";
import { u16 } from "../fields/numbers.ts";
import { serviceParameters } from "../fields/service-parameters.ts";
import { defineRecord, type RecordData } from "../record.ts";

const fields = { priority: u16, target: plainName, parameters: serviceParameters };

export const Svcb = defineRecord("SVCB", 64, fields, '1 svc.example.com. alpn="h2,h3" port=8443');
export type Svcb = RecordData<typeof Svcb>;

export const Https = defineRecord("HTTPS", 65, fields, '1 . alpn="h2,h3" ipv4hint=192.0.2.1');
export type Https = RecordData<typeof Https>;
