import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Config } from '../platform/config.js';
import { StartFailure } from '../platform/start-failure.js';
import type { Sending } from './compose.js';

/** How the settings say that mail is sent. @throws StartFailure for a DKIM key that cannot be read or does not sign by RSA */
export function sendingOf(config: Config): Sending {
  return {
    from: config.mailFrom,
    publicUrl: config.publicUrl,
    bounceAddress: config.bounceAddress ?? null,
    dkim: config.dkim ? { ...config.dkim, privateKey: keyIn(config.dkim.keyFile) } : null,
  };
}

function keyIn(file: string): string {
  try {
    const pem = readFileSync(file, 'utf8');
    if (createPrivateKey(pem).asymmetricKeyType === 'rsa') return pem;
  } catch {
    // Told below, without what the file holds.
  }
  throw new StartFailure(`DKIM_KEY_FILE (${file}) must hold an RSA private key in PEM.`);
}
