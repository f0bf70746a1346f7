/** What `provider` of a record says for the zones of this server; they need no entry of `providers`. */
export const ownZones = "zones";
