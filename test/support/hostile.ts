import { cleanLine, cleanText } from '../../src/platform/text.js';

/** As much of JSON Schema as the API's description uses for bodies. */
export interface Schema {
  $ref?: string;
  type?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  enum?: string[];
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
}
export type Schemas = Readonly<Record<string, Schema>>;

export type Step = string | number;

/** One place in a body where something can be typed. */
export interface Field {
  steps: Step[];
  /** As a refusal names it: `authors[0].email`. */
  path: string;
  schema: Schema;
  required: boolean;
}

/** What must become of a value: refused with the field's name, or taken (or refused by name, where a rule knows better). */
export interface Attempt {
  what: string;
  value: unknown;
  expected: 'malformed' | 'refused' | 'any';
  /** Code of the field in the refusal. */
  code?: string;
  /** Must come back like one of these where the answer shows the field. */
  comesBackAs?: string[];
}

/** A number that `JSON.stringify` cannot write; {@link bodyText} puts it into the text as it is. */
export const raw = (text: string): string => `@@raw:${text}@@`;

/** The JSON of a body with the numbers of {@link raw}. */
export const bodyText = (body: unknown): string =>
  JSON.stringify(body).replace(/"@@raw:(.*?)@@"/g, (_whole, text: string) => text);

export const pathOf = (steps: readonly Step[]): string =>
  steps
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`))
    .join('');

/** The body with another value at one place; `undefined` takes it away. */
export function withValue(body: unknown, steps: readonly Step[], value: unknown): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  if (typeof step === 'number') {
    const list = Array.isArray(body) ? [...(body as unknown[])] : [];
    list[step] = withValue(list[step], rest, value);
    return list;
  }
  const entries = Object.entries((body ?? {}) as object).filter(([key]) => key !== step);
  const next = withValue((body as Record<string, unknown> | undefined)?.[step], rest, value);
  // fromEntries defines `__proto__` as a key like any other.
  return Object.fromEntries(next === undefined ? entries : [...entries, [step, next]]);
}

export const valueAt = (body: unknown, steps: readonly Step[]): unknown =>
  steps.reduce<unknown>(
    (inside, step) =>
      typeof inside === 'object' && inside !== null && Object.hasOwn(inside, step)
        ? (inside as Record<Step, unknown>)[step]
        : undefined,
    body,
  );

/** Every field of a body, those of objects and lists inside it too. */
export function fieldsOf(name: string, schemas: Schemas, at: Step[] = []): Field[] {
  const { properties = {}, required = [] } = schemas[name]!;
  return Object.entries(properties).flatMap(([key, schema]): Field[] => {
    const steps = [...at, key];
    const field = { steps, path: pathOf(steps), schema, required: required.includes(key) };
    const inside = nameOf(schema);
    if (inside) return [field, ...fieldsOf(inside, schemas, steps)];
    if (!schema.items) return [field];
    const first = [...steps, 0];
    const ofItems = nameOf(schema.items);
    return ofItems
      ? [field, ...fieldsOf(ofItems, schemas, first)]
      : [field, { steps: first, path: pathOf(first), schema: schema.items, required: false }];
  });
}

/** The objects of a body, itself first: where unknown keys may be slipped in. */
export function objectsOf(
  name: string,
  schemas: Schemas,
  at: Step[] = [],
): { steps: Step[]; known: string[] }[] {
  const { properties = {} } = schemas[name]!;
  return [
    { steps: at, known: Object.keys(properties) },
    ...Object.entries(properties).flatMap(([key, schema]) => {
      const inside = nameOf(schema);
      const ofItems = schema.items && nameOf(schema.items);
      return [
        ...(inside ? objectsOf(inside, schemas, [...at, key]) : []),
        ...(ofItems ? objectsOf(ofItems, schemas, [...at, key, 0]) : []),
      ];
    }),
  ];
}

const nameOf = (schema: Schema): string | undefined => schema.$ref?.split('/').at(-1);

/** What is tried on a field, by the type that the API's description gives it. */
export function attemptsOn(field: Field): Attempt[] {
  const { schema } = field;
  // One of the two for each field: one check finds both, before any field is looked at.
  const unstorable: Attempt[] = [
    field.path.length % 2 === 0
      ? { what: 'NUL', value: 'a\0b', expected: 'malformed', code: 'unstorable' }
      : { what: 'half a surrogate pair', value: 'a\ud800b', expected: 'malformed', code: 'unstorable' },
  ];
  const nothing: Attempt = { what: 'null', value: null, expected: field.required ? 'refused' : 'any' };
  if (schema.type === 'string') return [...unstorable, nothing, ...onText(field)];
  const wrong = (values: [string, unknown][]): Attempt[] =>
    values.map(([what, value]) => ({ what, value, expected: 'malformed' }));
  if (schema.type === 'integer') return [...unstorable, nothing, ...onNumber(schema, wrong)];
  if (schema.type === 'boolean')
    return [
      ...unstorable,
      nothing,
      ...wrong([
        ['a word', 'true'],
        ['a number', 1],
        ['a list', [true]],
        ['an object', {}],
      ]),
    ];
  if (schema.type === 'array') return [...unstorable, nothing, ...onList(schema, wrong)];
  return [
    ...unstorable,
    nothing,
    ...wrong([
      ['a text', 'a'],
      ['a number', 7],
      ['a list', [{}]],
      ['an empty list', []],
    ]),
  ];
}

type Wrong = (values: [string, unknown][]) => Attempt[];

function onNumber(schema: Schema, wrong: Wrong): Attempt[] {
  const beyond = (what: string, value: number | undefined, code: string): Attempt[] =>
    value === undefined ? [] : [{ what, value, expected: 'refused', code }];
  return [
    ...wrong([
      ['a number in words', '7'],
      ['"NaN"', 'NaN'],
      ['"null"', 'null'],
      ['"undefined"', 'undefined'],
      ['a fraction', 1.5],
      ['1e309', raw('1e309')],
      ['a list', [1]],
      ['an object', { $gt: 0 }],
      ['true', true],
    ]),
    { what: '2^53 + 1', value: raw('9007199254740993'), expected: 'refused' },
    { what: '-0', value: raw('-0'), expected: 'any' },
    ...beyond('one too few', schema.minimum === undefined ? undefined : schema.minimum - 1, 'min'),
    ...beyond('one too many', schema.maximum === undefined ? undefined : schema.maximum + 1, 'max'),
  ];
}

function onList(schema: Schema, wrong: Wrong): Attempt[] {
  const ofObjects = schema.items?.$ref !== undefined;
  return [
    ...wrong([
      ['a text', 'a'],
      ['a number', 7],
      ['an object that looks like a list', { 0: 'a', length: 1 }],
      schema.items?.type === 'integer' ? ['a list of words', ['a']] : ['a list of numbers', [7]],
      ['a list with null in it', [null]],
      ['a list of lists', [[]]],
      ['a list of full lists', [[ofObjects ? {} : 'a']]],
      ...(ofObjects ? ([['a list of texts', ['a']]] as [string, unknown][]) : []),
      ...(ofObjects ? [] : ([['a list of objects', [{}]]] as [string, unknown][])),
    ]),
    ...(schema.maxItems === undefined
      ? []
      : [
          {
            what: 'one entry too many',
            // More than 4,000 parts are refused as a whole.
            value: Array.from({ length: Math.min(schema.maxItems, 3500) + 1 }, (_, n) =>
              ofObjects ? {} : `entry-${n}`,
            ),
            expected: schema.maxItems <= 3500 ? ('refused' as const) : ('any' as const),
          },
        ]),
    ...(schema.uniqueItems
      ? [{ what: 'one entry twice', value: ['a', 'a'], expected: 'refused' as const }]
      : []),
  ];
}

/** Letters of many scripts, a letter with its mark, emoji of many parts, and what another program would run. */
export const HARMLESS =
  "Ի՞նչ է և Əıİğş საქ за\u0301м ё cafe\u0301 محمד 和平 👩‍👩‍👧‍👦 🇬🇪 ❤️ <b>&amp;</b> ' or 1=1-- {{7*7}} #x";

/** A text of which something has to go: controls, what turns the direction, what has no width, line breaks. */
export const DIRTY =
  '\u202ea\u200bb\u2066c\u200fd\u0007e\u0085f\u2028g\ufffeh\u2060i\ufeffj\r\nBcc: k@example.org';

function onText({ schema, required }: Field): Attempt[] {
  const most = schema.maxLength;
  const attempts: Attempt[] = [
    { what: 'a number', value: 7, expected: 'malformed' },
    { what: 'true', value: true, expected: 'malformed' },
    { what: 'a list', value: ['a'], expected: 'malformed' },
    { what: 'an empty list', value: [], expected: 'malformed' },
    { what: 'an operator object', value: { $ne: null }, expected: 'malformed' },
    { what: 'five marks on a letter', value: `Z${'\u0316'.repeat(5)}`, expected: 'refused' },
    { what: '10,000 marks on a letter', value: `Z${'\u0316'.repeat(10_000)}`, expected: 'refused' },
    { what: 'too many characters', value: 'и'.repeat((most ?? 20_000) + 1), expected: 'refused' },
    { what: 'nothing', value: '', expected: required ? 'refused' : 'any' },
    { what: 'spaces', value: ' \t\u00a0\u3000', expected: required ? 'refused' : 'any' },
    {
      what: 'characters that nobody sees',
      value: '\u200b\u200d\u2060\ufeff\u200c\u00ad',
      expected: required ? 'refused' : 'any',
    },
  ];
  if (most !== undefined && most <= 2000)
    attempts.push(
      { what: 'one character of joiners', value: `a${'\u200d'.repeat(most * 14)}`, expected: 'refused' },
      { what: 'one character of tags', value: `🏴${'\u{e0061}'.repeat(most * 10)}`, expected: 'refused' },
    );
  for (const [what, value] of [
    ['what has to come back', HARMLESS],
    ['what has to be cleaned', DIRTY],
  ] as const)
    attempts.push({ what, value, expected: 'any', comesBackAs: [cleanLine(value), cleanText(value)] });
  return attempts;
}
