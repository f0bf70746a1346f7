export { addressOctets } from "#platform/listen/address-octets.ts";
