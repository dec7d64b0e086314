import { Body, Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { DataSource } from 'typeorm';
import { Conference } from '../../conferences/conference.entity.js';
import { ConferenceGate } from '../../conferences/conference.gate.js';
import type { Actor } from '../../platform/actor.js';
import { Allow, KeyRequired, Subject, Who, type ConcordRequest } from '../../platform/policy.js';
import { notFound } from '../../platform/refusal.js';
import { parse } from '../../platform/validate.js';
import { Builds, type BuildSummary } from '../../proceedings/builds.service.js';
import { buildView } from '../../proceedings/proceedings.view.js';
import { Publications } from '../../proceedings/publications.service.js';
import { VolumeDto } from '../../proceedings/volume.dto.js';
import type { PaperProblem } from '../../proceedings/volume-problems.js';
import { Volumes, type PlannedPaper } from '../../proceedings/volume.service.js';
import { formOf } from '../form.js';
import { formKey, Pages, type Again } from '../pages.js';
import { organisePaths, type FormValues } from '../views/organise-parts.js';
import {
  buildPage,
  proceedingsPage,
  type PaperLack,
  type VolumePaperRow,
} from '../views/organise-proceedings.view.js';
import { Frame } from './frame.js';
import { placeOf, volumeAct, volumeOf } from './proceedings-form.js';

const BUILDS_SHOWN = 5;

/** The proceedings: what the volume says and holds, in which order, and its builds. */
@Controller('conferences/:slug/organise/proceedings')
export class OrganiseProceedingsPages {
  constructor(
    private readonly pages: Pages,
    private readonly frame: Frame,
    private readonly db: DataSource,
    private readonly volumes: Volumes,
    private readonly builds: Builds,
    private readonly publications: Publications,
  ) {}

  @Get()
  @Allow(ConferenceGate, 'proceedings')
  async show(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Subject() conference: Conference,
  ): Promise<void> {
    this.pages.send(reply, await this.render(request, conference));
  }

  @Post()
  @Allow(ConferenceGate, 'proceedings')
  async change(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
    @Body() body: unknown,
  ): Promise<void> {
    const form = formOf(body);
    const act = volumeAct(form);
    await this.pages.attempt(
      request,
      reply,
      async () => {
        await this.volumes.change(actor, conference, parse(VolumeDto, volumeOf(form)), act);
        return `${organisePaths.proceedings(conference.slug)}${act ? '' : '?done=saved'}${placeOf(act)}`;
      },
      (again) => this.render(request, conference, again, form as FormValues),
    );
  }

  @Post('builds')
  @Allow(ConferenceGate, 'proceedings')
  @KeyRequired()
  async build(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
  ): Promise<void> {
    await this.pages.attempt(
      request,
      reply,
      async () => organisePaths.build(conference.slug, (await this.builds.request(actor, conference)).id),
      (again) => this.render(request, conference, again),
    );
  }

  @Get('builds/:id')
  @Allow(ConferenceGate, 'proceedings')
  async one(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Subject() conference: Conference,
    @Param('id') id: string,
  ): Promise<void> {
    this.pages.send(reply, await this.renderBuild(request, conference, id));
  }

  @Post('builds/:id/publish')
  @Allow(ConferenceGate, 'proceedings')
  async publish(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
    @Param('id') id: string,
  ): Promise<void> {
    await this.pages.attempt(
      request,
      reply,
      async () => {
        await this.publications.publish(actor, conference, id);
        return `${organisePaths.build(conference.slug, id)}?done=published`;
      },
      (again) => this.renderBuild(request, conference, id, again),
    );
  }

  private async renderBuild(
    request: ConcordRequest,
    conference: Conference,
    id: string,
    again?: Again,
  ): Promise<string> {
    const build = await this.builds.one(id);
    if (build.conferenceId !== conference.id) throw notFound();
    const view = await this.frame.view(request, conference, again);
    const { problem, files } = buildView(build, view.t);
    const versions = await this.publications.versions(conference.id);
    return buildPage(view, {
      zone: conference.timeZone,
      id: build.id,
      status: build.status,
      stage: build.stage,
      progress: build.progress,
      at: build.createdAt,
      by: build.requestedByName,
      startedAt: build.startedAt,
      finishedAt: build.finishedAt,
      papers: build.papers,
      snapshotHash: build.snapshotHash,
      problem: problem && {
        text: problem.message,
        paper: problem.paperId === null ? null : await this.paper(conference.id, problem.paperId),
        detail: problem.detail || null,
      },
      files,
      publishedAs: versions.find(({ buildId }) => buildId === build.id)?.version ?? null,
      idempotencyKey: formKey(),
    });
  }

  private async paper(conferenceId: string, id: string): Promise<{ id: string; title: string }> {
    const rows: { title: string }[] = await this.db.query(
      `select title from submission where id = $1 and conference_id = $2`,
      [id, conferenceId],
    );
    return { id, title: rows[0]?.title ?? '' };
  }

  private async render(
    request: ConcordRequest,
    conference: Conference,
    again?: Again,
    values?: FormValues,
  ): Promise<string> {
    const plan = await this.volumes.plan(conference);
    const problems = await this.volumes.problems(conference, plan);
    const { items } = await this.builds.list(conference, { limit: BUILDS_SHOWN });
    const view = await this.frame.view(request, conference, again);
    const lacks = lacksByPaper(problems);
    const paper = ({ id, title, authors }: PlannedPaper): VolumePaperRow => ({
      id,
      title,
      authors: authors.map(({ name }) => name),
      missing: lacks.get(id) ?? [],
    });
    const { title, subtitle, publisher, year, version, place, editors, isbn, issn } = plan.volume;
    const { doiPrefix, doiPattern, licence, erratum, pages } = plan.volume;
    const seen = request.actor.request.seenVersion;
    return proceedingsPage(view, {
      zone: conference.timeZone,
      volume: {
        title,
        subtitle,
        publisher,
        year,
        place,
        editors,
        isbn,
        issn,
        doiPrefix,
        doiPattern,
        licence,
        erratum,
        pages,
        version: again && values && seen !== undefined ? seen : version,
      },
      sections: plan.sections.map((section) => ({
        id: section.id,
        title: section.title,
        papers: section.papers.map(paper),
      })),
      unplaced: plan.unplaced.map(paper),
      problems: lacks.get(null) ?? [],
      builds: items.map((build: BuildSummary) => ({
        id: build.id,
        status: build.status,
        at: build.createdAt,
        by: build.requestedByName,
        papers: build.papers,
        renews: build.renews,
      })),
      published: (await this.publications.versions(conference.id))[0]?.version ?? 0,
      // Accepted papers are printed whether or not their authors have confirmed.
      unconfirmed: 0,
      may: { edit: true },
      idempotencyKey: formKey(),
      ...(again && { errors: again.errors }),
      ...(values && { values }),
    });
  }
}

function lacksByPaper(problems: readonly PaperProblem[]): Map<string | null, PaperLack[]> {
  const lacks = new Map<string | null, PaperLack[]>();
  for (const { paperId, code, field, about } of problems)
    lacks.set(paperId, [...(lacks.get(paperId) ?? []), { code, field, about }]);
  return lacks;
}
