import { Liquid, type Template } from 'liquidjs';

/** What organisers' texts may use beside variables: choices and lists, and a few ways to write a value. */
const TAGS = new Set(['if', 'unless', 'case', 'for', 'comment']);
const FILTERS = new Set([
  'join',
  'size',
  'first',
  'last',
  'default',
  'upcase',
  'downcase',
  'capitalize',
  'strip',
  'truncate',
]);

/** Liquid as it is used in mail: no files, no network, values as data, and limits on work and memory. */
function engine(strictVariables: boolean): Liquid {
  const made = new Liquid({
    strictVariables,
    strictFilters: true,
    lenientIf: true,
    ownPropertyOnly: true,
    // An empty text is as good as none in `{% if %}`.
    jsTruthy: true,
    // Templates come from here and not from the disk: `include` and `render` find nothing.
    templates: {},
    parseLimit: 100_000,
    renderLimit: 1_000,
    memoryLimit: 10_000_000,
  });
  for (const tag of Object.keys(made.tags)) if (!TAGS.has(tag)) delete made.tags[tag];
  for (const filter of Object.keys(made.filters)) if (!FILTERS.has(filter)) delete made.filters[filter];
  return made;
}

const strict = engine(true);
const lenient = engine(false);

/** Parsed sources, the latest used last. */
const parsed = new Map<string, Template[]>();
const MOST_PARSED = 500;

function parse(source: string): Template[] {
  const known = parsed.get(source);
  const template = known ?? strict.parse(source);
  if (known) parsed.delete(source);
  else if (parsed.size >= MOST_PARSED) parsed.delete(parsed.keys().next().value!);
  parsed.set(source, template);
  return template;
}

/**
 * Fills a template. Values are data: Liquid or HTML inside them stays literal.
 * @param isStrict whether a variable that is not given is an error; else it is empty
 * @throws Error for a template that is none
 */
export function fill(source: string, values: Record<string, unknown>, isStrict = true): string {
  return String((isStrict ? strict : lenient).renderSync(parse(source), values));
}

/** What is wrong with a template, and where. */
export interface TemplateFault {
  /** `unclosed`, `unknownTag`, `unknownFilter`, `unknownVariable`, `broken`. */
  code: 'unclosed' | 'unknownTag' | 'unknownFilter' | 'unknownVariable' | 'broken';
  /** From 1. */
  line: number;
  /** The word, tag or output that it is about. */
  word: string;
}

/** The first fault of a template that may use `variables`; undefined where there is none. */
export function faultOf(source: string, variables: readonly string[]): TemplateFault | undefined {
  let template: Template[];
  try {
    template = strict.parse(source);
  } catch (error) {
    return told(error as LiquidFault);
  }
  const used = strict.analyzeSync(template, { partials: false }).globals;
  const unknown = Object.values(used)
    .flat()
    .map(({ segments, location }) => ({ word: String(segments[0]), line: location.row, col: location.col }))
    .filter(({ word }) => !variables.includes(word))
    .toSorted((a, b) => a.line - b.line || a.col - b.col)[0];
  return unknown && { code: 'unknownVariable', line: unknown.line, word: unknown.word };
}

type LiquidFault = Error & {
  token?: { getPosition?: () => number[]; getText?: () => string };
};

function told({ message, token }: LiquidFault): TemplateFault {
  const line = token?.getPosition?.()[0] ?? 1;
  const found = (pattern: RegExp): string | undefined => pattern.exec(message)?.[1];
  const tag = found(/^tag "([^"]*)" not found/);
  if (tag !== undefined) return { code: 'unknownTag', line, word: tag };
  const filter = found(/^undefined filter: (\w+)/);
  if (filter !== undefined) return { code: 'unknownFilter', line, word: filter };
  const word = (token?.getText?.() ?? '').split('\n', 1)[0]!.slice(0, 60);
  return { code: / not closed/.test(message) ? 'unclosed' : 'broken', line, word };
}
