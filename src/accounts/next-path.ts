/**
 * Where to go after signing in: a local path or nothing. Anything that a browser could read as another
 * host (`//host`, `/\host`, control characters, `%2f` at the start) is dropped.
 */
export function safePath(next: string | undefined, fallback = '/me'): string {
  if (!next || next.length > 300) return fallback;
  let decoded: string;
  try {
    decoded = decodeURIComponent(next);
  } catch {
    return fallback;
  }
  const harmless = (text: string): boolean => /^\/(?![/\\])[\x21-\x7e]*$/.test(text) && !text.includes('\\');
  return harmless(next) && harmless(decoded) ? next : fallback;
}
