import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Conference } from '../conferences/conference.entity.js';
import { ConferenceGate } from '../conferences/conference.gate.js';
import { Clock } from '../platform/clock.js';
import { Allow, Subject, type ConcordRequest } from '../platform/policy.js';
import { notFound } from '../platform/refusal.js';
import { bibtexEntry } from '../proceedings/bibtex.js';
import { Builds } from '../proceedings/builds.service.js';
import { cslItem } from '../proceedings/formats/csl-json.js';
import type { EditionPaper } from '../proceedings/formats/edition.js';
import { jats } from '../proceedings/formats/jats.js';
import { risRecord } from '../proceedings/formats/ris.js';
import { Oai } from '../proceedings/oai.service.js';
import {
  Publications,
  type PublishedVersion,
  type ReadableVersion,
} from '../proceedings/publications.service.js';
import { papersOf } from '../proceedings/snapshot.js';
import { Pages } from './pages.js';
import { publishedPaperPage, publishedVolumePage } from './views/proceedings.view.js';

/** One paper in the formats of reference managers, by the end of its file's name. */
const CITATIONS: Readonly<
  Record<string, { mediaType: string; make: (found: ReadableVersion, paper: EditionPaper) => string }>
> = {
  bib: {
    mediaType: 'application/x-bibtex; charset=utf-8',
    make: ({ snapshot, pages }, { id }) => {
      const { paper } = [...papersOf(snapshot)].find((one) => one.paper.id === id)!;
      return bibtexEntry(snapshot, paper, pages[id]);
    },
  },
  ris: {
    mediaType: 'application/x-research-info-systems; charset=utf-8',
    make: ({ edition }, paper) => risRecord(edition, paper),
  },
  json: {
    mediaType: 'application/vnd.citationstyles.csl+json; charset=utf-8',
    make: ({ edition }, paper) => `${JSON.stringify([cslItem(edition, paper)], null, 2)}\n`,
  },
  xml: {
    mediaType: 'application/xml; charset=utf-8',
    make: ({ edition }, paper) => jats(edition, paper),
  },
};

/** What was published: a volume, its papers and files, for everybody. */
@Controller('conferences/:slug/proceedings')
export class ProceedingsPages {
  constructor(
    private readonly pages: Pages,
    private readonly publications: Publications,
    private readonly builds: Builds,
  ) {}

  /** The newest version, or with `?version=` an earlier one. */
  @Get()
  @Allow(ConferenceGate, 'read')
  async volume(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Subject() conference: Conference,
    @Query('version') version: unknown,
  ): Promise<void> {
    const versions = await this.publications.versions(conference.id);
    const chosen = chosenOf(versions, version);
    const found = chosen?.buildId ? await this.publications.read(chosen) : null;
    const view = await this.pages.view(request, conference);
    this.pages.send(
      reply,
      publishedVolumePage(view, {
        slug: conference.slug,
        zone: conference.timeZone,
        versions,
        chosen,
        edition: found?.edition ?? null,
        withdrawn: found ? await this.publications.withdrawn(conference.id) : new Map<string, Date>(),
        files: found ? await this.publications.files(found.published.buildId) : [],
      }),
    );
  }

  @Get('files/:name')
  @Allow(ConferenceGate, 'read')
  async file(
    @Res() reply: FastifyReply,
    @Subject() conference: Conference,
    @Param('name') name: string,
    @Query('version') version: unknown,
  ): Promise<void> {
    const chosen = chosenOf(await this.publications.versions(conference.id), version);
    if (!chosen?.buildId) throw notFound();
    const { file, stream } = await this.builds.file(chosen.buildId, name);
    await reply
      .headers({
        'content-type': file.mediaType,
        'content-length': file.size,
        'content-disposition': `attachment; filename="${file.name}"`,
        'x-content-type-options': 'nosniff',
        // It may be taken down for somebody's safety: nobody on the way keeps it.
        'cache-control': 'no-store',
        etag: `"${file.sha256}"`,
      })
      .send(stream);
  }

  @Get(':paper')
  @Allow(ConferenceGate, 'read')
  async paper(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Subject() conference: Conference,
    @Param('paper') id: string,
  ): Promise<void> {
    const { found, paper, withdrawnAt } = await this.found(conference, id);
    const view = await this.pages.view(request, conference);
    this.pages.send(
      reply,
      publishedPaperPage(view, {
        slug: conference.slug,
        zone: conference.timeZone,
        edition: found.edition,
        paper,
        withdrawnAt,
      }),
      withdrawnAt ? 410 : 200,
    );
  }

  /** A paper for reference managers: `cite.bib`, `cite.ris`, `cite.json` (CSL), `cite.xml` (JATS). */
  @Get(':paper/cite.:format')
  @Allow(ConferenceGate, 'read')
  async cite(
    @Res() reply: FastifyReply,
    @Subject() conference: Conference,
    @Param('paper') id: string,
    @Param('format') format: string,
  ): Promise<void> {
    const citation = Object.hasOwn(CITATIONS, format) ? CITATIONS[format] : undefined;
    const { found, paper, withdrawnAt } = await this.found(conference, id);
    if (!citation || withdrawnAt) throw notFound();
    await reply
      .headers({
        'content-type': citation.mediaType,
        'content-disposition': `attachment; filename="${paper.key}.${format}"`,
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
      })
      .send(citation.make(found, paper));
  }

  /** @throws Refusal 404 also for a volume that was taken down */
  private async found(
    conference: Conference,
    id: string,
  ): Promise<{ found: ReadableVersion; paper: EditionPaper; withdrawnAt: Date | null }> {
    const [newest] = await this.publications.versions(conference.id);
    if (!newest?.buildId) throw notFound();
    const found = await this.publications.read(newest);
    const paper = found.edition.papers.find((one) => one.id === id);
    if (!paper) throw notFound();
    const gone = (await this.publications.withdrawn(conference.id)).get(id);
    return { found, paper, withdrawnAt: gone ?? (paper.withdrawn ? newest.publishedAt : null) };
  }
}

/** The newest version unless the address names another; undefined for one that never was. */
function chosenOf(versions: readonly PublishedVersion[], asked: unknown): PublishedVersion | undefined {
  if (asked === undefined) return versions[0];
  const chosen = versions.find(({ version }) => String(version) === asked);
  if (!chosen) throw notFound();
  return chosen;
}

/** The door for harvesters. Only GET: a form from outside is refused at every door here. */
@Controller('oai')
export class OaiController {
  constructor(
    private readonly oai: Oai,
    private readonly clock: Clock,
  ) {}

  @Get()
  @Allow('anyone')
  async ask(@Req() request: ConcordRequest, @Res() reply: FastifyReply): Promise<void> {
    const query = (request.query ?? {}) as Record<string, unknown>;
    await reply
      .header('content-type', 'text/xml; charset=utf-8')
      .header('cache-control', 'no-store')
      .send(await this.oai.answer(query, await this.clock.now()));
  }
}
