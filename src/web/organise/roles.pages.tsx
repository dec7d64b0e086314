import { Body, Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Conference } from '../../conferences/conference.entity.js';
import { ConferenceGate, mayOnConference } from '../../conferences/conference.gate.js';
import { GrantRoleDto } from '../../conferences/conferences.dto.js';
import { BY_CHAIRS, ConferenceRoles } from '../../conferences/roles.service.js';
import type { Actor } from '../../platform/actor.js';
import { Allow, Subject, Who, type ConcordRequest } from '../../platform/policy.js';
import { notFound } from '../../platform/refusal.js';
import { parse } from '../../platform/validate.js';
import { formOf, pick } from '../form.js';
import { formKey, Pages, type Again } from '../pages.js';
import { organisePaths, type FormValues } from '../views/organise-parts.js';
import { GRANTED_ROLES, rolesPage } from '../views/organise-roles.view.js';
import { Frame } from './frame.js';
import { RoleQueries, type GrantRow } from './roles.queries.js';

/** Who may do what in a conference. */
@Controller('conferences/:slug/organise/roles')
export class OrganiseRolesPages {
  constructor(
    private readonly pages: Pages,
    private readonly frame: Frame,
    private readonly queries: RoleQueries,
    private readonly roles: ConferenceRoles,
  ) {}

  @Get()
  @Allow(ConferenceGate, 'inspect')
  async list(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
  ): Promise<void> {
    this.pages.send(reply, await this.render(request, actor, conference));
  }

  @Post()
  @Allow(ConferenceGate, 'roles')
  async grant(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
    @Body() body: unknown,
  ): Promise<void> {
    const values = pick(formOf(body), ['email', 'name', 'role']);
    await this.pages.attempt(
      request,
      reply,
      async () => {
        await this.roles.grant(actor, conference, parse(GrantRoleDto, values));
        return `${organisePaths.roles(conference.slug)}?done=granted`;
      },
      (again) => this.render(request, actor, conference, again, values),
    );
  }

  @Post(':id/revoke')
  @Allow(ConferenceGate, 'roles')
  async revoke(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
    @Param('id') id: string,
  ): Promise<void> {
    const grant = (await this.queries.grants(conference.id)).find((one) => one.id === id);
    if (!grant) throw notFound();
    await this.pages.attempt(
      request,
      reply,
      async () => {
        await this.roles.revoke(actor, conference, grant.personId, grant.role);
        return `${organisePaths.roles(conference.slug)}?done=revoked`;
      },
      (again) => this.render(request, actor, conference, again),
    );
  }

  private async render(
    request: ConcordRequest,
    actor: Actor,
    conference: Conference,
    again?: Again,
    values?: FormValues,
  ): Promise<string> {
    const grants = await this.queries.grants(conference.id);
    const view = await this.frame.view(request, conference, again);
    const grantable = GRANTED_ROLES.filter((role) => mayHandOut(actor, conference.id, role));
    const last = (grant: GrantRow): boolean =>
      (grant.role === 'organiser' || grant.role === 'chair') &&
      grants.filter(({ role }) => role === grant.role).length === 1;
    return rolesPage(view, {
      zone: conference.timeZone,
      rows: grants.map((grant) => ({
        id: grant.id,
        name: grant.name,
        address: grant.address,
        role: grant.role,
        since: grant.since,
        by: grant.by,
        own: grant.personId === actor.personId,
        revocable: grantable.includes(grant.role) && !last(grant),
      })),
      grantable,
      idempotencyKey: formKey(),
      ...(again && values && { errors: again.errors }),
      ...(values && { values }),
    });
  }
}

/** Only a chair makes or unmakes chairs and officers; the service refuses it as well. */
const mayHandOut = (actor: Actor, conferenceId: string, role: string): boolean =>
  mayOnConference(actor, conferenceId, BY_CHAIRS.some((one) => one === role) ? 'decide' : 'roles');
