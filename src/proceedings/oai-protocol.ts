import { el, xmlDocument, type Markup } from './formats/xml.js';

/** What a harvester asks with: the parameters of its request, each maybe several times. */
export type OaiQuery = Readonly<Record<string, unknown>>;

const VERBS = {
  Identify: [],
  ListMetadataFormats: ['identifier'],
  ListSets: ['resumptionToken'],
  GetRecord: ['identifier', 'metadataPrefix'],
  ListIdentifiers: ['from', 'until', 'metadataPrefix', 'set', 'resumptionToken'],
  ListRecords: ['from', 'until', 'metadataPrefix', 'set', 'resumptionToken'],
} as const;
export type OaiVerb = keyof typeof VERBS;

/** Prefixes of formats that records are given in. */
export type OaiPrefix = 'oai_dc' | 'jats';

/** A request that keeps to the protocol. */
export interface OaiRequest {
  verb: OaiVerb;
  /** As it was asked, for the answer to repeat. */
  asked: Record<string, string>;
  identifier?: string;
  metadataPrefix?: OaiPrefix;
  from?: Date;
  until?: Date;
  set?: string;
  resumptionToken?: string;
}

/** What a list goes on with. */
export interface OaiPlace {
  from: Date | null;
  until: Date | null;
  set: string | null;
  metadataPrefix: OaiPrefix;
  /** The record before the next one. */
  after: { at: string; id: string } | null;
}

/** A fault that the protocol has a word for. */
export class OaiProblem extends Error {
  constructor(
    readonly code: string,
    message: string,
    /** What the answer may repeat of the request. */
    readonly asked: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

/** Reads a request by the rules of OAI-PMH 2.0. @throws OaiProblem */
export function requestOf(query: OaiQuery, prefixes: readonly string[]): OaiRequest {
  const entries = Object.entries(query);
  const texts = entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  const { verb, ...rest } = Object.fromEntries(texts);
  if (verb === undefined || texts.length < entries.length || !Object.hasOwn(VERBS, verb)) {
    if (verb !== undefined && Object.hasOwn(VERBS, verb))
      throw new OaiProblem('badArgument', 'Every argument may be given once.');
    throw new OaiProblem('badVerb', `The verb must be one of: ${Object.keys(VERBS).join(', ')}.`);
  }
  const known: readonly string[] = VERBS[verb as OaiVerb];
  const wrong = Object.keys(rest).find((key) => !known.includes(key));
  if (wrong !== undefined) throw new OaiProblem('badArgument', `${verb} takes no such argument.`);
  const asked = { verb, ...rest };
  const { resumptionToken, identifier, metadataPrefix, set } = rest;
  if (resumptionToken !== undefined) {
    if (Object.keys(rest).length > 1) throw new OaiProblem('badArgument', 'A resumptionToken stands alone.');
    if (verb === 'ListSets')
      throw new OaiProblem('badResumptionToken', 'The list of sets is given whole.', asked);
    return { verb: verb as OaiVerb, asked, resumptionToken };
  }
  const needs = {
    GetRecord: ['identifier', 'metadataPrefix'],
    ListIdentifiers: ['metadataPrefix'],
    ListRecords: ['metadataPrefix'],
  };
  for (const key of needs[verb as keyof typeof needs] ?? [])
    if (rest[key] === undefined) throw new OaiProblem('badArgument', `${verb} needs ${key}.`);
  if (metadataPrefix !== undefined && !prefixes.includes(metadataPrefix))
    throw new OaiProblem('cannotDisseminateFormat', `Records are given as: ${prefixes.join(', ')}.`, asked);
  const from = rest['from'] === undefined ? undefined : instantOf(rest['from'], false);
  const until = rest['until'] === undefined ? undefined : instantOf(rest['until'], true);
  if (from === null || until === null)
    throw new OaiProblem('badArgument', 'Dates are written YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ.');
  if (from && until && (from > until || rest['from']!.length !== rest['until']!.length))
    throw new OaiProblem('badArgument', 'from must not be later than until, and both be written alike.');
  return {
    verb: verb as OaiVerb,
    asked,
    ...(identifier !== undefined && { identifier }),
    ...(metadataPrefix !== undefined && { metadataPrefix: metadataPrefix as OaiPrefix }),
    ...(from && { from }),
    ...(until && { until }),
    ...(set !== undefined && { set }),
  };
}

/** Where a list begins or goes on. @throws OaiProblem for a token that was never given */
export function readToken({ resumptionToken, asked, ...request }: OaiRequest): OaiPlace {
  if (resumptionToken === undefined)
    return {
      from: request.from ?? null,
      until: request.until ?? null,
      set: request.set ?? null,
      metadataPrefix: request.metadataPrefix!,
      after: null,
    };
  try {
    const [from, until, set, metadataPrefix, at, id] = JSON.parse(
      Buffer.from(resumptionToken, 'base64url').toString(),
    ) as (string | null)[];
    const day = (text: string | null | undefined): Date | null => {
      if (text === null || text === undefined) return null;
      return new Date(new Date(text).toISOString());
    };
    if ((metadataPrefix !== 'oai_dc' && metadataPrefix !== 'jats') || typeof id !== 'string')
      throw new Error();
    if (set !== null && typeof set !== 'string') throw new Error();
    return {
      from: day(from),
      until: day(until),
      set,
      metadataPrefix,
      after: { at: day(at)!.toISOString(), id },
    };
  } catch {
    throw new OaiProblem('badResumptionToken', 'This token was not given here. Begin the list again.', asked);
  }
}

/** The token that {@link readToken} reads. */
export const tokenOf = ({ from, until, set, metadataPrefix, after }: OaiPlace): string =>
  Buffer.from(JSON.stringify([from, until, set, metadataPrefix, after?.at, after?.id])).toString('base64url');

/** The head of a record. */
export const recordHeader = (record: {
  identifier: string;
  at: Date;
  set: string;
  deleted: boolean;
}): Markup =>
  el(
    'header',
    { status: record.deleted ? 'deleted' : undefined },
    el('identifier', {}, record.identifier),
    el('datestamp', {}, oaiInstant(record.at)),
    el('setSpec', {}, record.set),
  );

/** An answer as a document. */
export function oaiAnswer(
  base: string,
  now: Date,
  asked: Readonly<Record<string, string>>,
  content: Markup,
): string {
  const NS = 'http://www.openarchives.org/OAI/2.0/';
  return xmlDocument(
    el(
      'OAI-PMH',
      {
        xmlns: NS,
        'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
        'xsi:schemaLocation': `${NS} ${NS}OAI-PMH.xsd`,
      },
      el('responseDate', {}, oaiInstant(now)),
      el('request', asked, base),
      content,
    ),
  );
}

/** An instant as the protocol writes it, to the second. */
export const oaiInstant = (at: Date): string => at.toISOString().replace(/\.\d+Z$/, 'Z');

/** Null for what is no date. @param end a day means its last second */
function instantOf(text: string, end: boolean): Date | null {
  if (!/^\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\dZ)?$/.test(text)) return null;
  const at = new Date(text.length > 10 ? text : `${text}T${end ? '23:59:59' : '00:00:00'}Z`);
  return Number.isNaN(at.getTime()) ? null : at;
}
