import { Body, Controller, Get, Put } from '@nestjs/common';
import { Type, type Static } from '@sinclair/typebox';
import { Conference } from '../conferences/conference.entity.js';
import { ConferenceGate } from '../conferences/conference.gate.js';
import type { Actor } from '../platform/actor.js';
import { Answers, orNull } from '../platform/answers.js';
import { Allow, Subject, Who } from '../platform/policy.js';
import { Submission } from '../submissions/submission.entity.js';
import { SubmissionGate } from '../submissions/submission.gate.js';
import type { AssignmentRule } from './assignment-rule.entity.js';
import { AssignmentSettingsDto, PanelSizeDto, PerspectiveDto } from './assignment-settings.dto.js';
import { AssignmentSettings } from './assignment-settings.service.js';
import { Perspectives } from './perspectives.service.js';
import { Reviewer } from './reviewer.entity.js';
import { ReviewerGate } from './reviewers.gate.js';

const strict = { additionalProperties: false };
const groupSchema = Type.Object({ id: Type.String(), name: Type.String(), counts: Type.String() }, strict);
const settingsSchema = Type.Object(
  {
    leastLoad: Type.Integer(),
    groups: orNull(Type.Array(groupSchema)),
    mostOfParty: orNull(Type.Integer()),
    outsideAtLeast: Type.Integer(),
    version: Type.Integer(),
  },
  { ...strict, $id: 'AssignmentSettings' },
);
const panelSizeSchema = Type.Object({ submission: Type.String(), places: orNull(Type.Integer()) }, strict);
const perspectiveSchema = Type.Object(
  {
    invitation: Type.String(),
    conference: Type.String(),
    groups: Type.Array(Type.Object({ id: Type.String(), name: Type.String() }, strict)),
    declared: orNull(Type.String()),
  },
  { ...strict, $id: 'Perspective' },
);
const perspectivesSchema = Type.Object({ items: Type.Array(perspectiveSchema) }, strict);

const settingsOf = (rule: AssignmentRule): Static<typeof settingsSchema> => ({
  leastLoad: rule.leastLoad,
  groups: rule.groups?.map(({ id, name, counts }) => ({ id, name, counts })) ?? null,
  mostOfParty: rule.mostOfParty,
  outsideAtLeast: rule.outsideAtLeast,
  version: rule.version,
});

@Controller('api/v1')
export class AssignmentSettingsController {
  constructor(
    private readonly settings: AssignmentSettings,
    private readonly perspectives: Perspectives,
  ) {}

  @Get('conferences/:slug/assignment-settings')
  @Allow(ConferenceGate, 'inspect')
  @Answers(settingsSchema)
  async read(@Subject() conference: Conference) {
    return settingsOf(await this.settings.of(conference.id));
  }

  @Put('conferences/:slug/assignment-settings')
  @Allow(ConferenceGate, 'organise')
  @Answers(settingsSchema)
  async set(@Who() actor: Actor, @Subject() conference: Conference, @Body() input: AssignmentSettingsDto) {
    return settingsOf(await this.settings.set(actor, conference, input));
  }

  @Put('submissions/:id/panel-size')
  @Allow(SubmissionGate, 'organise')
  @Answers(panelSizeSchema)
  async size(@Who() actor: Actor, @Subject() submission: Submission, @Body() input: PanelSizeDto) {
    return { submission: submission.id, places: await this.settings.size(actor, submission, input) };
  }

  @Get('me/perspectives')
  @Allow('signedIn')
  @Answers(perspectivesSchema)
  async mine(@Who() actor: Actor): Promise<Static<typeof perspectivesSchema>> {
    return { items: (await this.perspectives.forms(actor)).map((form) => this.form(form)) };
  }

  @Put('invitations/:id/perspective')
  @Allow(ReviewerGate, 'own')
  @Answers(perspectivesSchema)
  async declare(@Who() actor: Actor, @Subject() reviewer: Reviewer, @Body() input: PerspectiveDto) {
    await this.perspectives.declare(reviewer, input.group ?? null);
    return this.mine(actor);
  }

  private form(form: Awaited<ReturnType<Perspectives['forms']>>[number]): Static<typeof perspectiveSchema> {
    return {
      invitation: form.id,
      conference: form.conference.slug,
      groups: form.groups.map(({ id, name }) => ({ id, name })),
      declared: form.declared,
    };
  }
}
