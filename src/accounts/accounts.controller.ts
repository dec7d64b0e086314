import { Body, Controller, Delete, Get, Param, Post } from '@nestjs/common';
import { Type } from '@sinclair/typebox';
import { DataSource } from 'typeorm';
import type { Actor } from '../platform/actor.js';
import { Answers, instant, orNull, pageOf } from '../platform/answers.js';
import { Allow, Who } from '../platform/policy.js';
import { notFound, refuseField } from '../platform/refusal.js';
import { People } from '../people/people.service.js';
import { CreateTokenDto, RehearsalTokenDto } from './token.dto.js';
import { Tokens } from './tokens.service.js';

const strict = { additionalProperties: false };

const meSchema = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    address: orNull(Type.String()),
    roles: Type.Array(Type.Object({ role: Type.String(), conference: orNull(Type.String()) }, strict)),
  },
  strict,
);
const tokenSchema = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    role: orNull(Type.String()),
    createdAt: instant,
    expiresAt: instant,
  },
  strict,
);
const addressSchema = Type.Object(
  { address: Type.String(), primary: Type.Boolean(), confirmed: Type.Boolean() },
  strict,
);
const madeSchema = Type.Object(
  { id: Type.String(), token: Type.String({ description: 'Told once' }) },
  strict,
);

/** One's own account by API: who am I, my tokens. */
@Controller('api/v1')
export class AccountsController {
  constructor(
    private readonly db: DataSource,
    private readonly people: People,
    private readonly tokens: Tokens,
  ) {}

  @Get('me')
  @Allow('signedIn')
  @Answers(meSchema)
  async me(@Who() actor: Actor) {
    const person = await this.people.byId(actor.personId!);
    const slugs: { id: string; slug: string }[] = await this.db.query(
      `select id, slug from conference where id = any($1)`,
      [actor.grants.map((grant) => grant.conferenceId).filter((id) => id !== null)],
    );
    return {
      id: person.id,
      name: person.name,
      address: await this.people.primaryAddress(person.id),
      roles: actor.grants.map((grant) => ({
        role: grant.role,
        conference: slugs.find((one) => one.id === grant.conferenceId)?.slug ?? null,
      })),
    };
  }

  /** Changing them is for a browser alone: a token that could add an address could sign its finder in. */
  @Get('me/addresses')
  @Allow('signedIn')
  @Answers(pageOf(addressSchema))
  async addresses(@Who() actor: Actor) {
    const addresses = await this.people.addresses(actor.personId!);
    return {
      items: addresses.map(({ address, isPrimary, confirmedAt }) => ({
        address,
        primary: isPrimary,
        confirmed: confirmedAt !== null,
      })),
      next: null,
    };
  }

  @Get('me/tokens')
  @Allow('signedIn')
  @Answers(pageOf(tokenSchema))
  async list(@Who() actor: Actor) {
    const tokens = await this.tokens.list(actor.personId!);
    return {
      items: tokens.map(({ id, name, role, createdAt, expiresAt }) => ({
        id,
        name,
        role,
        createdAt: createdAt.toISOString(),
        expiresAt: expiresAt.toISOString(),
      })),
      next: null,
    };
  }

  @Post('me/tokens')
  @Allow('signedIn')
  @Answers(madeSchema, 201)
  async create(@Who() actor: Actor, @Body() dto: CreateTokenDto) {
    const conference = await this.conference(dto.conference);
    const made = await this.tokens.create(actor, {
      personId: actor.personId!,
      name: dto.name,
      role: dto.role,
      conferenceId: conference?.id ?? null,
      days: dto.days,
    });
    return { id: made.id, token: made.secret };
  }

  @Delete('me/tokens/:id')
  @Allow('signedIn')
  @Answers(null, 204)
  async revoke(@Who() actor: Actor, @Param('id') id: string): Promise<void> {
    if (!(await this.tokens.revoke(actor, id))) throw notFound();
  }

  @Post('rehearsal/tokens')
  @Allow('signedIn')
  @Answers(madeSchema, 201)
  async rehearsal(@Who() actor: Actor, @Body() dto: RehearsalTokenDto) {
    const conference = await this.conference(dto.conference);
    const made = await this.tokens.createForRehearsal(
      actor,
      { email: dto.email, name: dto.name },
      dto.role,
      conference,
    );
    return { id: made.id, token: made.secret };
  }

  private async conference(slug: string | undefined): Promise<{ id: string; kind: string } | null> {
    if (!slug) return null;
    const rows: { id: string; kind: string }[] = await this.db.query(
      `select id, kind from conference where slug = $1`,
      [slug],
    );
    if (!rows[0]) throw refuseField('conference', 'unknown', undefined, slug);
    return rows[0];
  }
}
