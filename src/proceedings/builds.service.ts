import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import { Audit } from '../audit/audit.service.js';
import { Conference } from '../conferences/conference.entity.js';
import { afterOf, pageOfRows, type Page } from '../conferences/page.js';
import { needlesOf } from '../people/needles.js';
import type { IdentityChange, NameHolder } from '../people/protection.service.js';
import { systemActor, type Actor } from '../platform/actor.js';
import { Idempotency } from '../platform/idempotency.js';
import { newId } from '../platform/ids.js';
import { limitOf, type PageQuery } from '../platform/paging.js';
import { Queues } from '../platform/queue.js';
import { notFound, Refusal } from '../platform/refusal.js';
import { Storage } from '../platform/storage.js';
import { Work, type Tx } from '../platform/work.js';
import { ProceedingsBuild, ProceedingsFile } from './proceedings-build.entity.js';
import { papersOf, snapshotHash } from './snapshot.js';
import { TakeDown } from './take-down.service.js';
import { Volumes } from './volume.service.js';

/** A build without its snapshot, which is large. */
export interface BuildSummary extends Omit<ProceedingsBuild, 'snapshot'> {
  /** Slug of its conference. */
  slug: string;
  /** How many papers its snapshot holds. */
  papers: number;
  /** Name of whoever asked for it; null for the system. */
  requestedByName: string | null;
  /** In the order in which they were made; none before it is done. */
  files: ProceedingsFile[];
}

const SUMMARY = `
  select b.id, b.conference_id as "conferenceId", c.slug, b.status, b.stage, b.progress, b.problem,
    b.snapshot_hash as "snapshotHash", b.renews, b.requested_by as "requestedBy", p.name as "requestedByName",
    b.created_at as "createdAt", b.started_at as "startedAt", b.finished_at as "finishedAt",
    (select coalesce(sum(jsonb_array_length(s -> 'papers')), 0)::int
     from jsonb_array_elements(b.snapshot -> 'sections') s) as papers
  from proceedings_build b join conference c on c.id = b.conference_id left join person p on p.id = b.requested_by`;

/** Requests for the proceedings' files and what became of them. The worker writes the progress. */
@Injectable()
export class Builds implements NameHolder {
  constructor(
    private readonly db: DataSource,
    private readonly work: Work,
    private readonly idempotency: Idempotency,
    private readonly audit: Audit,
    private readonly queues: Queues,
    private readonly storage: Storage,
    private readonly volumes: Volumes,
    private readonly takeDown: TakeDown,
  ) {}

  /**
   * Freezes the volume as it stands and queues the making of its files. What happens to papers later changes nothing in it.
   * @throws Refusal 422 `proceedings.empty` when no paper is accepted
   */
  async request(actor: Actor, conference: Conference): Promise<BuildSummary> {
    const id = await this.work.run(async (tx) => {
      const { id: made } = await this.idempotency.once(tx, actor, async () => {
        return this.queue(tx, actor, conference, false);
      });
      return made;
    });
    return this.one(id);
  }

  private async queue(tx: Tx, actor: Actor, conference: Conference, renews: boolean): Promise<string> {
    const snapshot = await this.volumes.freeze(tx, actor, conference);
    const build = newId();
    const hash = snapshotHash(snapshot);
    await tx.manager.insert(ProceedingsBuild, {
      id: build,
      conferenceId: conference.id,
      status: 'queued',
      stage: 'queued',
      progress: 0,
      problem: null,
      snapshot,
      snapshotHash: hash,
      requestedBy: actor.personId,
      createdAt: tx.now,
      renews,
    });
    await this.audit.record(tx, actor, {
      conferenceId: conference.id,
      action: 'build.requested',
      subject: ['proceedings_build', build],
      after: { papers: [...papersOf(snapshot)].length, snapshotHash: hash },
    });
    tx.afterCommit(() => this.queues.wake('builds', [build]));
    return build;
  }

  /** Volumes that name whoever is protected from now on are taken down, and built anew under the name that they go by. */
  async renamed(tx: Tx, { personId, protects, words }: IdentityChange): Promise<void> {
    if (!protects) return;
    const actor = systemActor('protection');
    const needles = needlesOf({ id: personId, names: words, addresses: [], replacement: '' });
    const conferences = await this.takeDown.builds(tx, actor, { personId, words, needles, why: 'protected' });
    for (const conference of await tx.manager.findBy(Conference, { id: In(conferences) }))
      await this.queue(tx, actor, conference, true).catch((error: unknown) => {
        // Nothing of it is accepted any more: there is nothing to print.
        if (!(error instanceof Refusal)) throw error;
      });
  }

  /** Builds of a conference, newest first. */
  async list(conference: Conference, query: PageQuery = {}): Promise<Page<BuildSummary>> {
    const limit = limitOf(query);
    const [at, id] = afterOf(query);
    const rows: Omit<BuildSummary, 'files'>[] = await this.db.query(
      `${SUMMARY} where b.conference_id = $1 and ($2::timestamptz is null or (date_trunc('milliseconds', b.created_at), b.id) < ($2, $3))
       order by b.created_at desc, b.id desc limit $4`,
      [conference.id, at, id, limit + 1],
    );
    const page = pageOfRows(rows, limit);
    return { items: await this.withFiles(page.items), next: page.next };
  }

  /** @throws Refusal 404 */
  async one(id: string): Promise<BuildSummary> {
    const rows: Omit<BuildSummary, 'files'>[] = await this.db.query(`${SUMMARY} where b.id = $1`, [id]);
    const [build] = await this.withFiles(rows);
    if (!build) throw notFound();
    return build;
  }

  /** A file of a build and its bytes. @throws Refusal 404 */
  async file(buildId: string, name: string): Promise<{ file: ProceedingsFile; stream: Readable }> {
    const file = await this.db.manager.findOneBy(ProceedingsFile, { buildId, name });
    if (!file) throw notFound();
    return { file, stream: this.storage.stream(file.sha256) };
  }

  private async withFiles(builds: readonly Omit<BuildSummary, 'files'>[]): Promise<BuildSummary[]> {
    if (builds.length === 0) return [];
    const files = await this.db.manager.findBy(ProceedingsFile, { buildId: In(builds.map(({ id }) => id)) });
    return builds.map((build) => ({
      ...build,
      files: files
        .filter(({ buildId }) => buildId === build.id)
        .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    }));
  }
}
