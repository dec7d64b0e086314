import { Inject, Injectable } from '@nestjs/common';
import { Audit } from '../audit/audit.service.js';
import { MailKinds, type MailKind } from '../mail/kinds.js';
import { Outbox } from '../mail/outbox.service.js';
import { People } from '../people/people.service.js';
import { Protection, type Revealed } from '../people/protection.service.js';
import type { Actor } from '../platform/actor.js';
import { CONFIG, type Config } from '../platform/config.js';
import { newId } from '../platform/ids.js';
import { notFound, Refusal } from '../platform/refusal.js';
import { Work } from '../platform/work.js';
import type { Conference } from './conference.entity.js';
import type { ViewIdentityDto } from './safeguarding.dto.js';

/** The reason may tell of somebody's danger: like a sign-in link it is for its recipient alone. */
const VIEWED: MailKind = {
  kind: 'identity_viewed',
  variables: {
    officer: 'The officer who looked',
    publicName: 'The name that the protected person goes by',
    reason: 'Why, in the words of the officer',
    viewedAt: 'When, in UTC',
    officersUrl: "Page of the conference's protected people",
  },
  sample: {
    officer: 'Levan Example',
    publicName: 'N. Sevan',
    reason: 'The venue needs a name for the visa.',
    viewedAt: '2027-10-08 14:02 UTC',
    officersUrl: 'https://concord.example/conferences/example/organise/protected',
  },
  secret: true,
};

/** Somebody protected who takes part in a conference. */
export interface ProtectedPerson {
  personId: string;
  publicName: string;
  since: Date;
  /** False where their key was destroyed. */
  readable: boolean;
}

/** What safeguarding officers do: they alone can learn who is behind a public name, and never without a second one knowing. */
@Injectable()
export class Safeguarding {
  constructor(
    private readonly work: Work,
    private readonly audit: Audit,
    private readonly people: People,
    private readonly protection: Protection,
    private readonly outbox: Outbox,
    @Inject(CONFIG) private readonly config: Config,
    kinds: MailKinds,
  ) {
    kinds.register(VIEWED);
  }

  /** The protected among those who take part, by public name. */
  async list(conference: Conference): Promise<ProtectedPerson[]> {
    return this.protection.protectedIn(conference.id);
  }

  /** Officers who would hear of a look of the actor's. */
  async others(
    actor: Actor,
    conference: Conference,
  ): Promise<{ personId: string; name: string; address: string }[]> {
    const holders = await this.people.holders(conference.id);
    return holders.filter(
      ({ role, personId, address }) =>
        role === 'safeguarding_officer' && personId !== actor.personId && address !== '',
    );
  }

  /**
   * Tells an officer who somebody is. The look is in the record, and on its way to every other officer, before anything is told.
   * @throws Refusal 404 for who is not protected or takes no part; 409 `protection.noSecond`, `protection.unreadable`
   */
  async reveal(
    actor: Actor,
    conference: Conference,
    personId: string,
    { reason }: ViewIdentityDto,
  ): Promise<Revealed> {
    return this.work.run(async (tx) => {
      const person = (await this.protection.protectedIn(conference.id, tx.manager)).find(
        (one) => one.personId === personId,
      );
      if (!person) throw notFound();
      // Whoever is looked up is no witness of it.
      const others = (await this.others(actor, conference)).filter((one) => one.personId !== personId);
      if (others.length === 0) throw new Refusal('conflict', 'protection.noSecond');
      const revealed = await this.protection.reveal(personId, tx.manager);
      if (!revealed) throw new Refusal('conflict', 'protection.unreadable');
      await this.audit.record(tx, actor, {
        conferenceId: conference.id,
        action: 'identity.viewed',
        subject: ['person', personId],
        after: { told: others.length },
        reason,
      });
      const occasion = newId();
      await this.outbox.add(
        tx,
        others.map((officer) => ({
          kind: VIEWED.kind,
          conference: {
            id: conference.id,
            name: conference.name,
            contactAddress: conference.contactAddress,
          },
          to: { personId: officer.personId, address: officer.address, name: officer.name },
          subjectId: personId,
          occasion,
          values: {
            officer: actor.greeting?.name || actor.greeting?.address || '',
            publicName: person.publicName,
            reason,
            viewedAt: `${tx.now.toISOString().slice(0, 16).replace('T', ' ')} UTC`,
            officersUrl: `${this.config.publicUrl}/conferences/${conference.slug}/organise/protected`,
          },
        })),
      );
      return revealed;
    });
  }
}
