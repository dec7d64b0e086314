/** Whether browsers reach the installation by TLS. */
export const isSecure = (publicUrl: string): boolean => publicUrl.startsWith('https:');

/**
 * The name of a cookie. Behind TLS it begins with `__Host-`: browsers then take it from this host alone, with no domain,
 * for every path and by TLS only (ASVS 5.0 3.3.1 and 3.3.3). Without TLS, as on one's own machine, no browser would take
 * such a name.
 */
export const cookieName = (what: 'session' | 'passkey' | 'asked', publicUrl: string): string =>
  `${isSecure(publicUrl) ? '__Host-' : ''}concord_${what}`;
