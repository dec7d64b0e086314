import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CONFIG, type Config } from '../platform/config.js';
import { jatsArticle, JATS_SCHEMA } from './formats/jats.js';
import { OAI_DC, oaiDc } from './formats/oai-dc.js';
import { el, type Markup } from './formats/xml.js';
import {
  OaiProblem,
  oaiAnswer,
  oaiInstant,
  readToken,
  recordHeader,
  requestOf,
  tokenOf,
  type OaiQuery,
  type OaiRequest,
} from './oai-protocol.js';
import { Publications, type PublishedVersion } from './publications.service.js';

/** Records a page of a list. */
const PAGE = 100;

interface Row {
  id: string;
  conferenceId: string;
  slug: string;
  at: Date;
  deleted: boolean;
}

const FORMATS = {
  oai_dc: { schema: `${OAI_DC.slice(0, -7)}oai_dc.xsd`, namespace: OAI_DC, record: oaiDc },
  jats: { schema: JATS_SCHEMA, namespace: 'https://jats.nlm.nih.gov', record: jatsArticle },
} as const;

/**
 * What is harvested: every paper of the newest version of every real conference's volume. One that was withdrawn is a record
 * that is deleted; a volume that was taken down has no records until it is published again.
 */
const RECORDS = `
  select p.submission_id as id, p.conference_id as "conferenceId", c.slug,
    date_trunc('second', case when s.status = 'withdrawn' then greatest(p.published_at, s.withdrawn_at) else p.published_at end) as at,
    s.status = 'withdrawn' as deleted
  from published_paper p
  join submission s on s.id = p.submission_id
  join conference c on c.id = p.conference_id and c.kind = 'real'
  where exists (
    select 1 from published_volume v
    where v.conference_id = p.conference_id and v.build_id is not null
      and v.version = (select max(version) from published_volume w where w.conference_id = p.conference_id))`;

/** The repository that libraries and indexes harvest by OAI-PMH 2.0. */
@Injectable()
export class Oai {
  constructor(
    private readonly db: DataSource,
    private readonly publications: Publications,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** The answer to a request, also to one that is wrong. @param now the time of the answer */
  async answer(query: OaiQuery, now: Date): Promise<string> {
    const base = `${this.config.publicUrl}/oai`;
    try {
      const request = requestOf(query, Object.keys(FORMATS));
      return oaiAnswer(base, now, request.asked, el(request.verb, {}, await this.content(request, base)));
    } catch (error) {
      if (!(error instanceof OaiProblem)) throw error;
      return oaiAnswer(base, now, error.asked, el('error', { code: error.code }, error.message));
    }
  }

  private async content(request: OaiRequest, base: string): Promise<Markup[]> {
    switch (request.verb) {
      case 'Identify':
        return this.identify(base);
      case 'ListMetadataFormats':
        if (request.identifier !== undefined) await this.row(request);
        return Object.entries(FORMATS).map(([prefix, { schema, namespace }]) =>
          el(
            'metadataFormat',
            {},
            el('metadataPrefix', {}, prefix),
            el('schema', {}, schema),
            el('metadataNamespace', {}, namespace),
          ),
        );
      case 'ListSets':
        return this.sets(request);
      case 'GetRecord':
        return this.records([await this.row(request)], request.metadataPrefix!);
      default:
        return this.list(request);
    }
  }

  private async identify(base: string): Promise<Markup[]> {
    const [{ first }]: [{ first: Date | null }] = await this.db.query(
      `select min(at) as first from (${RECORDS}) r`,
    );
    return [
      el('repositoryName', {}, `Concord, ${this.host()}`),
      el('baseURL', {}, base),
      el('protocolVersion', {}, '2.0'),
      // The protocol wants an address; no person stands behind this one.
      el('adminEmail', {}, `postmaster@${this.host()}`),
      el('earliestDatestamp', {}, oaiInstant(first ?? new Date(0))),
      el('deletedRecord', {}, 'persistent'),
      el('granularity', {}, 'YYYY-MM-DDThh:mm:ssZ'),
    ];
  }

  private async sets(request: OaiRequest): Promise<Markup[]> {
    const sets: { slug: string; name: string }[] = await this.db.query(
      `select slug, name from conference where id in (select "conferenceId" from (${RECORDS}) r) order by slug`,
    );
    if (sets.length === 0)
      throw new OaiProblem('noSetHierarchy', 'No volume has been published here yet.', request.asked);
    return sets.map(({ slug, name }) => el('set', {}, el('setSpec', {}, slug), el('setName', {}, name)));
  }

  private async list(request: OaiRequest): Promise<Markup[]> {
    const { from, until, set, metadataPrefix, after } = readToken(request);
    const rows: (Row & { total: number })[] = await this.db.query(
      `with r as (${RECORDS}), chosen as (
         select * from r where ($1::timestamptz is null or at >= $1) and ($2::timestamptz is null or at <= $2)
           and ($3::text is null or slug = $3))
       select *, (select count(*)::int from chosen) as total from chosen
       where $4::timestamptz is null or (at, id) > ($4, $5) order by at, id limit $6`,
      [from, until, set, after?.at ?? null, after?.id ?? null, PAGE + 1],
    );
    if (rows.length === 0)
      throw new OaiProblem('noRecordsMatch', 'Nothing matches what was asked for.', request.asked);
    const page = rows.slice(0, PAGE);
    const last = page.at(-1)!;
    const listed =
      request.verb === 'ListIdentifiers'
        ? page.map((row) => this.header(row))
        : await this.records(page, metadataPrefix);
    const token =
      rows.length > PAGE
        ? tokenOf({ from, until, set, metadataPrefix, after: { at: last.at.toISOString(), id: last.id } })
        : '';
    // The last page of several says so with an empty token.
    if (token === '' && !after) return listed;
    return [...listed, el('resumptionToken', { completeListSize: last.total }, token)].filter(Boolean);
  }

  private async row({ identifier, asked }: OaiRequest): Promise<Row> {
    const start = `oai:${this.host()}:`;
    const rows: Row[] = identifier?.startsWith(start)
      ? await this.db.query(`select * from (${RECORDS}) r where id = $1`, [identifier.slice(start.length)])
      : [];
    if (!rows[0]) throw new OaiProblem('idDoesNotExist', 'There is no such record here.', asked);
    return rows[0];
  }

  private async records(rows: readonly Row[], prefix: keyof typeof FORMATS): Promise<Markup[]> {
    const conferences = [...new Set(rows.map(({ conferenceId }) => conferenceId))];
    const papers = new Map<string, Markup>();
    // A page rarely crosses two volumes; each is one statement, and in memory after the first.
    for (const conferenceId of conferences) {
      const [newest] = await this.publications.versions(conferenceId);
      const { edition } = await this.publications.read(newest as PublishedVersion);
      const wanted = new Set(rows.map(({ id }) => id));
      for (const paper of edition.papers)
        if (wanted.has(paper.id)) papers.set(paper.id, FORMATS[prefix].record(edition, paper));
    }
    return rows.map((row) => {
      const metadata = papers.get(row.id);
      return el('record', {}, this.header(row), !row.deleted && metadata && el('metadata', {}, metadata));
    });
  }

  private header({ id, at, slug, deleted }: Row): Markup {
    return recordHeader({ identifier: `oai:${this.host()}:${id}`, at, set: slug, deleted });
  }

  private host(): string {
    return new URL(this.config.publicUrl).hostname;
  }
}
