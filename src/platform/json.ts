/**
 * Checks of JSON from outside that `JSON.parse` does not make. All are iterative and linear, so that neither depth
 * (10,000 arrays in one another) nor size can stop the process.
 */

/**
 * The first key that an object of the text has twice, decoded; `undefined` when there is none. Keys are compared as
 * what they mean (`"a"` is `"\u0061"`). The text must be valid JSON; of another the answer means nothing.
 */
export function duplicateKey(jsonText: string): string | undefined {
  const open: (Set<string> | undefined)[] = [];
  let atKey = false;
  for (let at = 0; at < jsonText.length; at += 1) {
    switch (jsonText.charCodeAt(at)) {
      case QUOTE: {
        const end = stringEnd(jsonText, at);
        const keys = open.at(-1);
        if (atKey && keys) {
          const key = decoded(jsonText.slice(at, end + 1));
          // With a letter before it: the hashes of numbers alone can be guessed, and would make a set slow.
          if (keys.has(`k${key}`)) return key;
          keys.add(`k${key}`);
        }
        atKey = false;
        at = end;
        break;
      }
      case OPEN_BRACE:
        open.push(new Set());
        atKey = true;
        break;
      case OPEN_BRACKET:
        open.push(undefined);
        atKey = false;
        break;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        open.pop();
        atKey = false;
        break;
      case COMMA:
        atKey = open.at(-1) !== undefined;
        break;
    }
  }
  return undefined;
}

/** How many objects and arrays lie in one another at the deepest place: 0 for a scalar, 1 for `{}`, 2 for `[[]]`. */
export function depth(jsonText: string): number {
  let now = 0;
  let deepest = 0;
  for (let at = 0; at < jsonText.length; at += 1) {
    const code = jsonText.charCodeAt(at);
    if (code === QUOTE) at = stringEnd(jsonText, at);
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) deepest = Math.max(deepest, (now += 1));
    else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) now -= 1;
  }
  return deepest;
}

/**
 * Where a parsed value holds a text that PostgreSQL or UTF-8 cannot: NUL or a lone surrogate, in a string or a key. The
 * path is of the form `authors[0].name` (empty for the value itself) and is itself storable; `undefined` when all is well.
 */
export function findUnstorable(value: unknown): string | undefined {
  return find(value, (node) =>
    typeof node.value === 'string' && UNSTORABLE.test(node.value)
      ? true
      : typeof node.step === 'string' && UNSTORABLE.test(node.step),
  );
}

/**
 * The same value with U+FFFD, which readers see as a mark, for each NUL and each half of a pair in its strings. Its keys must
 * be storable.
 */
export function madeStorable(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(EVERY_UNSTORABLE, '\ufffd');
  if (isArray(value)) return value.map(madeStorable);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, madeStorable(child)]));
  return value;
}

/**
 * Where a parsed value has a key that every object has anyway (`__proto__`, `constructor`, `toString`, ...) or `prototype`:
 * the path with that key at its end, as `authors[0].__proto__`; `undefined` when it has none.
 */
export function findDangerousKey(value: unknown): string | undefined {
  return find(
    value,
    ({ step }) => typeof step === 'string' && (step === 'prototype' || Object.hasOwn(Object.prototype, step)),
  );
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

const UNSTORABLE = /\0|\p{Surrogate}/u;
const EVERY_UNSTORABLE = /\0|\p{Surrogate}/gu;

/** One value inside the walked one, and the step that leads to it: a key, an index, or none for the walked one itself. */
interface Node {
  readonly value: unknown;
  readonly parent?: Node;
  readonly step?: string | number;
}

/** The path of the first node, in the order of the text, that `matches`. */
function find(value: unknown, matches: (node: Node) => boolean): string | undefined {
  const waiting: Node[] = [{ value }];
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    if (matches(node)) return pathOf(node);
    const inside = node.value;
    if (isArray(inside)) {
      for (let step = inside.length - 1; step >= 0; step -= 1) {
        waiting.push({ value: inside[step], parent: node, step });
      }
    } else if (typeof inside === 'object' && inside !== null) {
      const entries: [string, unknown][] = Object.entries(inside);
      for (const [step, child] of entries.toReversed()) waiting.push({ value: child, parent: node, step });
    }
  }
  return undefined;
}

/** As `Array.isArray`, which would make its elements `any`. */
function isArray(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function pathOf(found: Node): string {
  const steps: string[] = [];
  for (let node: Node | undefined = found; node; node = node.parent) {
    if (typeof node.step === 'number') steps.push(`[${node.step}]`);
    else if (node.step !== undefined)
      steps.push(node.parent?.step === undefined ? node.step : `.${node.step}`);
  }
  return steps
    .toReversed()
    .join('')
    .replace(/\0|\p{Surrogate}/gu, '\uFFFD');
}

/** The place of the quote that ends the string beginning at `start`, or the text's last place when none does. */
function stringEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at += 1;
    else if (code === QUOTE) return at;
  }
  return text.length - 1;
}

function decoded(literal: string): string {
  if (!literal.includes('\\')) return literal.slice(1, -1);
  try {
    return String(JSON.parse(literal));
  } catch {
    return literal; // not valid JSON: whoever parses the whole text will say so
  }
}

/** Whether a parsed value has more than `most` keys and elements in all; stops counting there. */
export function hasMoreParts(value: unknown, most: number): boolean {
  const open: unknown[] = [value];
  let parts = 0;
  while (open.length > 0) {
    const one = open.pop();
    if (typeof one !== 'object' || one === null) continue;
    for (const part of Object.values(one)) {
      parts += 1;
      if (parts > most) return true;
      open.push(part);
    }
  }
  return false;
}
