import type { INestApplicationContext } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Conferences } from '../conferences/conferences.service.js';
import type { Conference } from '../conferences/conference.entity.js';
import { People } from '../people/people.service.js';
import { personActor, type Actor, type Grant } from '../platform/actor.js';
import { Clock } from '../platform/clock.js';
import { Work } from '../platform/work.js';
import { EXAMPLE_PEOPLE, type ExamplePerson } from './example-people.js';
import { EXAMPLE_SLUG } from './example-conference.js';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** Something that somebody of the example does at a moment; doing it again changes nothing. */
export interface Step {
  at: Date;
  act(): Promise<void>;
}

/**
 * What the parts of the example share: an application of their own whose Clock they set, the people who act, and the
 * moment at which the example is to be looked at.
 */
export class ExampleStage {
  private readonly people = new Map<string, string>();
  private grants: Grant[] = [];
  private readonly started = performance.now();
  /** Set once the conference is there. */
  conference: Conference;
  closesAt: Date;

  constructor(
    readonly app: INestApplicationContext,
    /** The example's present: everything has happened before. */
    readonly present: Date,
    /** What the Clock told without an offset when this was made. */
    private readonly realTime: Date,
  ) {}

  get<T>(service: new (...parameters: never[]) => T): T {
    return this.app.get<T>(service);
  }

  /** So many days before the present. */
  daysAgo(days: number): Date {
    return new Date(this.present.getTime() - days * DAY);
  }

  /** So many hours before the deadline; negative after it. */
  beforeDeadline(hours: number): Date {
    return new Date(this.closesAt.getTime() - hours * HOUR);
  }

  /** Lets the Clock of this application tell an instant, from which it goes on. */
  travel(at: Date): void {
    this.get(Clock).offsetMs = at.getTime() - this.realTime.getTime() - (performance.now() - this.started);
  }

  /** Does the steps in the order of their times, and lets everybody else have their turn after each. */
  async play(steps: readonly Step[]): Promise<void> {
    for (const step of steps.toSorted((a, b) => a.at.getTime() - b.at.getTime())) {
      this.travel(step.at);
      await step.act();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Finds the conference again, or leaves the stage without one. */
  async find(): Promise<boolean> {
    const [row] = await this.rows<{ id: string }>(`select id from conference where slug = $1`, [
      EXAMPLE_SLUG,
    ]);
    if (!row) return false;
    const conferences = this.get(Conferences);
    this.conference = await conferences.byId(row.id);
    this.closesAt = (await conferences.callOf(row.id)).closesAt;
    this.grants = await this.get(People).grants(await this.personOf(EXAMPLE_PEOPLE[0]!));
    return true;
  }

  /** Id of a person who has signed in: added when they are new, with their address confirmed. */
  async personOf(person: ExamplePerson): Promise<string> {
    const known = this.people.get(person.email);
    if (known) return known;
    const people = this.get(People);
    const id = await this.get(Work).run(async (tx) => {
      const [found] = await people.resolve(tx, [person], () => 'email');
      await people.confirm(tx, found!.address!);
      return found!.personId;
    });
    this.people.set(person.email, id);
    return id;
  }

  /** Somebody acting on their own behalf. @param seenVersion version of what they change */
  async as(person: ExamplePerson, seenVersion?: number): Promise<Actor> {
    return acting(await this.personOf(person), [], seenVersion);
  }

  /** The organiser and chair of the example. @param seenVersion version of what they change */
  async organiser(seenVersion?: number): Promise<Actor> {
    return acting(await this.personOf(EXAMPLE_PEOPLE[0]!), this.grants, seenVersion);
  }

  rows<Row>(sql: string, parameters: unknown[]): Promise<Row[]> {
    return this.get(DataSource).query(sql, parameters);
  }
}

function acting(personId: string, grants: readonly Grant[], seenVersion: number | undefined): Actor {
  const actor = personActor(personId, grants, 'example');
  return seenVersion === undefined ? actor : { ...actor, request: { ...actor.request, seenVersion } };
}
