import { Body, Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { LoginSessions } from '../accounts/login-sessions.service.js';
import { OrcidSignIn } from '../accounts/orcid-sign-in.service.js';
import { CreateTokenDto } from '../accounts/token.dto.js';
import { Tokens } from '../accounts/tokens.service.js';
import { Conference } from '../conferences/conference.entity.js';
import { Conferences } from '../conferences/conferences.service.js';
import { Letters } from '../partners/letters.service.js';
import { isStandIn } from '../people/stand-in.js';
import { isOperator, type Actor } from '../platform/actor.js';
import { Allow, Who, type ConcordRequest } from '../platform/policy.js';
import { refuseField } from '../platform/refusal.js';
import { parse } from '../platform/validate.js';
import { Registrations } from '../registrations/registrations.service.js';
import { Reviews } from '../reviews/reviews.service.js';
import { Submissions } from '../submissions/submissions.service.js';
import { formOf, pick, whole } from './form.js';
import { formKey, Pages, withProblem, type Again } from './pages.js';
import { paths } from './view.js';
import { mePage, type MePageData } from './views/me.view.js';
import type { SubmissionState } from './views/submission.view.js';

const MOST_REVIEWS = 200;

/** One's own page: everything a person has here, and their tokens. */
@Controller('me')
export class MePages {
  constructor(
    private readonly pages: Pages,
    private readonly conferences: Conferences,
    private readonly submissions: Submissions,
    private readonly reviews: Reviews,
    private readonly registrations: Registrations,
    private readonly letters: Letters,
    private readonly sessions: LoginSessions,
    private readonly orcid: OrcidSignIn,
    private readonly tokens: Tokens,
  ) {}

  @Get()
  @Allow('signedIn')
  async me(@Req() request: ConcordRequest, @Res() reply: FastifyReply, @Who() actor: Actor): Promise<void> {
    this.pages.send(reply, await this.render(request, actor));
  }

  @Post('sessions/:id/end')
  @Allow('signedIn')
  async endSession(@Res() reply: FastifyReply, @Who() actor: Actor, @Param('id') id: string): Promise<void> {
    await this.sessions.end(actor, id);
    this.pages.redirect(reply, `${paths.ways}?done=sessionEnded`);
  }

  @Post('tokens')
  @Allow('signedIn')
  async makeToken(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Body() body: unknown,
  ): Promise<void> {
    const form = formOf(body);
    const values = pick(form, ['name', 'role', 'conference', 'days']);
    const again = async (refused: Again): Promise<string> =>
      this.render(request, actor, { tokenForm: { values, errors: refused.errors } }, refused);
    await this.pages.attemptPage(
      request,
      reply,
      async () => {
        const dto = parse(CreateTokenDto, { ...values, days: whole(form, 'days') });
        const slug = dto.conference;
        const conferenceId = slug ? (await this.knownConference(slug)).id : null;
        const made = await this.tokens.create(actor, {
          personId: actor.personId!,
          name: dto.name,
          role: dto.role,
          conferenceId,
          days: dto.days,
        });
        return this.render(request, actor, { newToken: made.secret });
      },
      again,
    );
  }

  @Post('tokens/:id/revoke')
  @Allow('signedIn')
  async revokeToken(@Res() reply: FastifyReply, @Who() actor: Actor, @Param('id') id: string): Promise<void> {
    await this.tokens.revoke(actor, id);
    this.pages.redirect(reply, `${paths.me}?done=tokenRevoked`);
  }

  private async knownConference(slug: string): Promise<Conference> {
    return this.conferences.bySlug(slug).catch(() => {
      throw refuseField('conference', 'unknown', undefined, slug);
    });
  }

  private async render(
    request: ConcordRequest,
    actor: Actor,
    more: Partial<MePageData> = {},
    again?: Again,
  ): Promise<string> {
    const view = await this.pages.view(request);
    const personId = actor.personId!;
    const submissions = await this.submissions.mine(personId);
    const registrations = await this.registrations.mine(personId);
    const letters = await this.letters.mine(personId);
    const { items: reviews } = await this.reviews.mine(actor, { limit: MOST_REVIEWS });
    const organised = actor.grants
      .map((grant) => grant.conferenceId)
      .filter((id): id is string => id !== null);
    const conferences = new Map(
      (
        await this.conferences.byIds([
          ...submissions.map((one) => one.conferenceId),
          ...registrations.map((one) => one.conferenceId),
          ...letters.map((one) => one.conferenceId),
          ...organised,
        ])
      ).map((conference) => [conference.id, conference]),
    );
    const name = (id: string): string => conferences.get(id)?.name ?? '';
    const tokens = await this.tokens.list(personId);
    const panels = new Map<string, typeof reviews>();
    for (const one of reviews)
      panels.set(one.conference.name, [...(panels.get(one.conference.name) ?? []), one]);
    const roles = ['author', 'reviewer', ...new Set(actor.grants.map((grant) => grant.role))];
    return mePage(withProblem(view, again), {
      name: actor.greeting?.name ?? '',
      address: actor.greeting?.address ?? '',
      orcid: this.orcid.isOffered ? ((await this.orcid.of(personId))?.orcid ?? null) : null,
      submissions: submissions.map((one) => ({
        id: one.id,
        title: one.title,
        conference: name(one.conferenceId),
        state: (one.heldUntil ? 'held' : one.status) as SubmissionState,
        due: null,
      })),
      reviews: [...panels].map(([conference, own]) => ({
        conference,
        done: own.filter((one) => one.review === 'handed_in').length,
        total: own.length,
        due: own[0]?.dueAt ? { end: own[0].dueAt, zone: 'Etc/GMT+12' } : null,
      })),
      registrations: registrations.map((one) => ({
        id: one.id,
        conference: name(one.conferenceId),
        state: one.heldUntil ? 'held' : one.status,
      })),
      letters: letters.map((one) => ({
        id: one.id,
        organisation: one.organisation,
        conference: name(one.conferenceId),
        state: one.heldUntil ? 'held' : one.status,
      })),
      operates: isOperator(actor),
      organises: [...new Set(organised)]
        .map((id) => conferences.get(id)!)
        .map(({ id, slug, name: title }) => ({
          slug,
          name: title,
          // Officers without another role have one page there.
          ...(actor.grants.every((one) => one.conferenceId !== id || one.role === 'safeguarding_officer') && {
            part: 'protected',
          }),
        })),
      tokens: tokens.map((one) => ({
        id: one.id,
        name: one.name,
        scope: one.role ? view.t(`me:role.${one.role}`) : null,
        lastUsedAt: one.lastUsedAt,
        expiresAt: one.expiresAt,
      })),
      tokenRoles: roles.map((role) => ({ value: role, label: view.t(`me:role.${role}`) })),
      isProtected: isStandIn(actor.greeting?.address ?? ''),
      zone: 'UTC',
      idempotencyKey: formKey(),
      ...more,
    });
  }
}
