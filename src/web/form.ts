/** Reading urlencoded forms: everything is text there, and anything odd becomes the empty string or an empty list. */

export type Form = Readonly<Record<string, unknown>>;

export const formOf = (body: unknown): Form =>
  typeof body === 'object' && body !== null ? (body as Form) : {};

export const text = (form: Form, name: string): string => (typeof form[name] === 'string' ? form[name] : '');

/** A list, as `topics[]=a&topics[]=b` or rows `authors[0][name]=…` make one. */
export function listOf(form: Form, name: string): unknown[] {
  const value = form[name];
  if (Array.isArray(value)) return value;
  if (typeof value === 'object' && value !== null) return Object.values(value);
  return value === undefined || value === '' ? [] : [value];
}

export const texts = (form: Form, name: string): string[] =>
  listOf(form, name).filter((value): value is string => typeof value === 'string' && value !== '');

/** A whole number where the text is one; otherwise the text itself, so that the DTO can complain about it. */
export function whole(form: Form, name: string): number | string | undefined {
  const value = text(form, name).trim();
  if (value === '') return undefined;
  return /^-?\d{1,9}$/.test(value) ? Number(value) : value;
}

export const checked = (form: Form, name: string): boolean =>
  ['true', 'on', 'yes'].includes(text(form, name));

/** The named texts, for a DTO that takes them as they are. */
export function pick<K extends string>(form: Form, names: readonly K[]): Record<K, string> {
  return Object.fromEntries(names.map((name) => [name, text(form, name)])) as Record<K, string>;
}
