import { Body, Controller, Get, Param, Post, Put, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Conference } from '../conferences/conference.entity.js';
import { ConferenceGate } from '../conferences/conference.gate.js';
import type { Page } from '../conferences/page.js';
import type { Actor } from '../platform/actor.js';
import { Answers, pageOf } from '../platform/answers.js';
import { translator } from '../platform/i18n.js';
import { PageQuery } from '../platform/paging.js';
import { Allow, KeyRequired, Subject, Who } from '../platform/policy.js';
import { Builds, type BuildSummary } from './builds.service.js';
import { BuildGate } from './proceedings.gate.js';
import { Publications } from './publications.service.js';
import {
  buildSchema,
  buildView,
  publishedSchema,
  publishedView,
  type PublishedView,
  volumeSchema,
  volumeView,
  type BuildView,
  type VolumeView,
} from './proceedings.view.js';
import { PublishDto, VolumeDto } from './volume.dto.js';
import { Volumes, type VolumePlan } from './volume.service.js';

@Controller('api/v1')
export class ProceedingsController {
  constructor(
    private readonly volumes: Volumes,
    private readonly builds: Builds,
    private readonly publications: Publications,
  ) {}

  @Get('conferences/:slug/volume')
  @Allow(ConferenceGate, 'proceedings')
  @Answers(volumeSchema)
  async volume(
    @Subject() conference: Conference,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<VolumeView> {
    return this.answer(conference, await this.volumes.plan(conference), reply);
  }

  @Put('conferences/:slug/volume')
  @Allow(ConferenceGate, 'proceedings')
  @Answers(volumeSchema)
  async changeVolume(
    @Who() actor: Actor,
    @Subject() conference: Conference,
    @Body() input: VolumeDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<VolumeView> {
    return this.answer(conference, await this.volumes.change(actor, conference, input), reply);
  }

  @Post('conferences/:slug/proceedings-builds')
  @Allow(ConferenceGate, 'proceedings')
  @KeyRequired()
  @Answers(buildSchema, 202)
  async request(
    @Who() actor: Actor,
    @Subject() conference: Conference,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<BuildView> {
    const build = await this.builds.request(actor, conference);
    void reply.header('location', `/api/v1/proceedings-builds/${build.id}`);
    return buildView(build, translator(actor.locale));
  }

  @Get('conferences/:slug/proceedings-builds')
  @Allow(ConferenceGate, 'proceedings')
  @Answers(pageOf(buildSchema))
  async list(
    @Who() actor: Actor,
    @Subject() conference: Conference,
    @Query() query: PageQuery,
  ): Promise<Page<BuildView>> {
    const { items, next } = await this.builds.list(conference, query);
    return { items: items.map((build) => buildView(build, translator(actor.locale))), next };
  }

  /** Publishes a build that is done as the next version of the volume; a repeat changes nothing. */
  @Post('conferences/:slug/published-volumes')
  @Allow(ConferenceGate, 'proceedings')
  @Answers(publishedSchema, 201)
  async publish(
    @Who() actor: Actor,
    @Subject() conference: Conference,
    @Body() { build }: PublishDto,
  ): Promise<PublishedView> {
    return publishedView(await this.publications.publish(actor, conference, build), conference.slug);
  }

  /** Every version, newest first. */
  @Get('conferences/:slug/published-volumes')
  @Allow(ConferenceGate, 'read')
  @Answers(pageOf(publishedSchema))
  async published(@Subject() conference: Conference): Promise<Page<PublishedView>> {
    const versions = await this.publications.versions(conference.id);
    return { items: versions.map((version) => publishedView(version, conference.slug)), next: null };
  }

  @Get('proceedings-builds/:id')
  @Allow(BuildGate, 'read')
  @Answers(buildSchema)
  one(@Who() actor: Actor, @Subject() build: BuildSummary): BuildView {
    return buildView(build, translator(actor.locale));
  }

  @Get('proceedings-builds/:id/files/:name')
  @Allow(BuildGate, 'read')
  @Answers(null)
  async file(
    @Subject() build: BuildSummary,
    @Param('name') name: string,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { file, stream } = await this.builds.file(build.id, name);
    await reply
      .headers({
        'content-type': file.mediaType,
        'content-length': file.size,
        'content-disposition': `attachment; filename="${file.name}"`,
        'x-content-type-options': 'nosniff',
        'cache-control': 'private, no-store',
        etag: `"${file.sha256}"`,
      })
      .send(stream);
  }

  private async answer(conference: Conference, plan: VolumePlan, reply: FastifyReply): Promise<VolumeView> {
    void reply.header('etag', `"${plan.volume.version}"`);
    return volumeView(plan, await this.volumes.problems(conference, plan), conference.slug);
  }
}
