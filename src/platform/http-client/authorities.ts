/** Whom servers must be vouched for by. */
import { X509Certificate } from "node:crypto";
import { createSecureContext, rootCertificates, type SecureContext } from "node:tls";

/**
 * What a connection is checked with: `authorities`, certificates in PEM, are believed besides those that
 * everybody believes. Undefined: those alone, which Node keeps ready. Throws for what is no certificate.
 */
export function contextFor(authorities: readonly string[]): SecureContext | undefined {
  if (authorities.length === 0) return undefined;
  for (const authority of authorities) new X509Certificate(authority); // TLS itself passes over what is none
  return createSecureContext({ ca: [...rootCertificates, ...authorities] });
}
