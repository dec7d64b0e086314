/*
 * Slips in an address that somebody types. The same file runs in browser and server, so it imports nothing; it knows of no
 * address but those on the form, so it tells nothing of who is known here.
 */

/** Well-known providers whose addresses anybody can take, and which therefore say nothing about an affiliation. */
export const PUBLIC_MAIL_DOMAINS: ReadonlySet<string> = new Set([
  'gmail.com',
  'googlemail.com',
  'outlook.com',
  'hotmail.com',
  'hotmail.co.uk',
  'hotmail.fr',
  'hotmail.de',
  'live.com',
  'msn.com',
  'passport.com',
  'yahoo.com',
  'yahoo.co.uk',
  'yahoo.fr',
  'yahoo.de',
  'yahoo.co.in',
  'yahoo.co.jp',
  'ymail.com',
  'rocketmail.com',
  'aol.com',
  'icloud.com',
  'me.com',
  'mac.com',
  'proton.me',
  'protonmail.com',
  'protonmail.ch',
  'pm.me',
  'tutanota.com',
  'tuta.io',
  'tuta.com',
  'mailfence.com',
  'posteo.de',
  'posteo.net',
  'riseup.net',
  'disroot.org',
  'hushmail.com',
  'fastmail.com',
  'fastmail.fm',
  'hey.com',
  'zoho.com',
  'zohomail.com',
  'mail.com',
  'email.com',
  'gmx.com',
  'gmx.de',
  'gmx.net',
  'gmx.at',
  'gmx.ch',
  'web.de',
  't-online.de',
  'freenet.de',
  'orange.fr',
  'wanadoo.fr',
  'free.fr',
  'laposte.net',
  'libero.it',
  'virgilio.it',
  'wp.pl',
  'o2.pl',
  'onet.pl',
  'seznam.cz',
  'centrum.cz',
  'abv.bg',
  'ukr.net',
  'i.ua',
  'tut.by',
  'mynet.com',
  'box.az',
  'mail.az',
  'mail.am',
  'mail.ru',
  'list.ru',
  'bk.ru',
  'inbox.ru',
  'internet.ru',
  'rambler.ru',
  'lenta.ru',
  'ro.ru',
  'autorambler.ru',
  'yandex.ru',
  'yandex.com',
  'ya.ru',
  'yandex.by',
  'yandex.kz',
  'yandex.ua',
  'yandex.com.tr',
  'narod.ru',
  'qq.com',
  '163.com',
  '126.com',
  'sina.com',
  'naver.com',
  'daum.net',
  'rediffmail.com',
  'walla.co.il',
]);

/** Short parts are one letter apart by chance. */
const SHORTEST = 5;

/** Whether one edit (a letter more, less, other, or two neighbours that changed places) makes one text of the other. */
export function oneEditApart(one: string, other: string): boolean {
  if (one === other || Math.abs(one.length - other.length) > 1) return false;
  let start = 0;
  while (start < one.length && one[start] === other[start]) start += 1;
  let end = 0;
  const rest = Math.min(one.length, other.length) - start;
  while (end < rest && one.at(-1 - end) === other.at(-1 - end)) end += 1;
  const a = one.slice(start, one.length - end);
  const b = other.slice(start, other.length - end);
  return (a.length <= 1 && b.length <= 1) || (a.length === 2 && b === `${a[1]}${a[0]}`);
}

/** The provider that a domain is a slip of, as `gmial.com` of `gmail.com`, or undefined. */
export function providerMeant(domain: string): string | undefined {
  if (PUBLIC_MAIL_DOMAINS.has(domain)) return undefined;
  return [...PUBLIC_MAIL_DOMAINS].find((known) => known.length > SHORTEST && oneEditApart(known, domain));
}

/**
 * What somebody may have meant who typed this address: the same at a well-known provider whose name they have nearly hit, or another
 * address of the same form that is nearly the same; undefined where nothing looks like a slip.
 */
export function addressMeant(typed: string, others: readonly string[] = []): string | undefined {
  const address = typed.trim();
  const at = address.lastIndexOf('@');
  if (at < 1) return undefined;
  const provider = providerMeant(address.slice(at + 1).toLowerCase());
  if (provider !== undefined) return `${address.slice(0, at)}@${provider}`;
  const same = (other: string): string => other.trim().toLowerCase();
  return others
    .map((other) => other.trim())
    .find((other) => other.lastIndexOf('@') >= SHORTEST && oneEditApart(same(address), same(other)));
}
