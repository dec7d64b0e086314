import { openAddress } from '../people/identity.js';
import type { PersonKey } from '../people/person-keys.js';
import { isSealed } from '../people/sealed.js';
import { hashOf, type Rendered } from './render.js';

/** A message as it is stored for somebody protected, with the hash of what is stored. */
export function sealMail(key: PersonKey, message: Rendered): Rendered & { bodyHash: string } {
  const part = (name: keyof Rendered): string => key.seal(`mail ${name}`, message[name]);
  const sealed = { subject: part('subject'), text: part('text'), html: part('html') };
  return { ...sealed, bodyHash: hashOf(sealed) };
}

/** @throws Error when it was sealed with another key, or changed */
export function openMail(key: PersonKey, message: Rendered): Rendered {
  const open = (part: keyof Rendered): string => key.open(`mail ${part}`, message[part]);
  return { subject: open('subject'), text: open('text'), html: open('html') };
}

/** A message for its recipient to take along, without what was taken out of it; null where it cannot be read any more. */
export function openedMail(key: PersonKey | null, message: Rendered): Rendered | null {
  if (!key) return null;
  const open = (part: keyof Rendered): string =>
    isSealed(message[part]) ? key.open(`mail ${part}`, message[part]) : '';
  try {
    return { subject: open('subject'), text: open('text'), html: open('html') };
  } catch {
    return null;
  }
}

/** Where mail for a stand-in goes. @param typed what is kept with the owner's address: sealed where they are protected */
export function realAddress(
  { address, typed, isProtected }: { address: string; typed: string; isProtected: boolean },
  key: PersonKey | null,
): string | undefined {
  if (!isProtected) return address;
  return key ? openAddress(key, typed).address : undefined;
}

/** A mail server's words with nothing in them but its codes: they often repeat the address. */
export function codesOnly(response: string): string {
  return response.match(/\b[2-5]\d{2}\b(?:[ -][245]\.\d{1,3}\.\d{1,3}\b)?/)?.[0] ?? '';
}
