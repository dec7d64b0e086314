/** A form of a page, as its HTML has it. */
export interface PageForm {
  /** Page on which it stands. */
  page: string;
  action: string;
  /** Names of what one types into: lines and texts. */
  typed: { name: string; long: boolean }[];
  /** What a browser would send for the rest. */
  given: [name: string, value: string][];
}

const attribute = (tag: string, name: string): string | undefined =>
  new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1]?.replaceAll('&amp;', '&').replaceAll('&quot;', '"');

const TYPED = new Set(['text', 'email', 'search', 'url', 'tel', 'date', 'number', undefined]);

/** The forms of a page that send something. */
export function formsOf(page: string, html: string): PageForm[] {
  return [...html.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gs)].flatMap(([, head, inside]): PageForm[] => {
    if (attribute(head!, 'method') !== 'post') return [];
    const form: PageForm = { page, action: attribute(head!, 'action') ?? page, typed: [], given: [] };
    for (const [tag] of inside!.matchAll(
      /<(?:input|textarea|button)\b[^>]*>|<select\b[^>]*>.*?<\/select>/gs,
    )) {
      const name = attribute(tag, 'name');
      if (name === undefined) continue;
      const type = attribute(tag, 'type');
      const value = attribute(tag, 'value') ?? '';
      if (tag.startsWith('<textarea')) form.typed.push({ name, long: true });
      else if (tag.startsWith('<select')) form.given.push([name, chosen(tag)]);
      else if (tag.startsWith('<button')) {
        if (!form.given.some(([given]) => given === name)) form.given.push([name, value]);
      } else if (type === 'hidden' || (type === 'radio' && !form.given.some(([given]) => given === name)))
        form.given.push([name, value]);
      else if (TYPED.has(type)) form.typed.push({ name, long: false });
    }
    return [form];
  });
}

/** What is chosen, else the first that is not empty. */
function chosen(select: string): string {
  const options = [...select.matchAll(/<option\b[^>]*>/g)].map(([option]) => option);
  const option =
    options.find((one) => /\sselected\b/.test(one)) ?? options.find((one) => attribute(one, 'value'));
  return option ? (attribute(option, 'value') ?? '') : '';
}

/** Links of a page to others of the same site, without queries and fragments. */
export const linksOf = (html: string): string[] =>
  [...html.matchAll(/\shref="(\/[^"#?]*)/g)]
    .map(([, path]) => path!)
    .filter((path) => !path.startsWith('/assets'));
