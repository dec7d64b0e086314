import { sealAddress } from '../people/identity.js';
import { newKey, open, seal } from '../people/sealed.js';
import { hashOf } from './render.js';
import { codesOnly, openedMail, openMail, realAddress, sealMail } from './sealed-mail.js';

const bytes = newKey();
const key = {
  seal: (about: string, text: string): string => seal(bytes, about, text),
  open: (about: string, sealed: string): string => open(bytes, about, sealed),
  salted: (hash: string): string => hash,
};
const message = { subject: 'Your abstract', text: 'Dear Ani', html: '<p>Dear Ani</p>' };

it('seals each part of a message on its own, and vouches for what is stored', () => {
  const { bodyHash, ...sealed } = sealMail(key, message);
  expect(JSON.stringify(sealed)).not.toContain('Ani');
  expect(bodyHash).toBe(hashOf(sealed));
  expect(openMail(key, sealed)).toEqual(message);
  expect(() => openMail(key, { ...sealed, text: sealed.html })).toThrow('cannot be opened');
});

it('opens for its recipient what is left of a message', () => {
  const sealed = sealMail(key, message);
  expect(openedMail(key, sealed)).toEqual(message);
  expect(openedMail(key, { ...sealed, text: '', html: '' })).toEqual({ ...message, text: '', html: '' });
  expect(openedMail(null, sealed)).toBeNull();
  expect(openedMail(key, { ...sealed, text: sealed.html })).toBeNull();
});

it('finds where mail goes', () => {
  const typed = sealAddress(key, 'ani@example.org', 'Ani@example.org');
  const address = 'abc@protected.invalid';
  expect(realAddress({ address, typed, isProtected: true }, key)).toBe('ani@example.org');
  expect(realAddress({ address, typed, isProtected: true }, null)).toBeUndefined();
  expect(realAddress({ address: 'ani@example.org', typed: '', isProtected: false }, null)).toBe(
    'ani@example.org',
  );
});

it('keeps the codes of what a server says', () => {
  expect(codesOnly('550 5.1.1 <ani@example.org> unknown')).toBe('550 5.1.1');
  expect(codesOnly('Message failed: 451-4.3.0 ani')).toBe('451-4.3.0');
  expect(codesOnly('250 OK queued as 12345')).toBe('250');
  expect(codesOnly('connection lost')).toBe('');
});
