import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Audit } from '../audit/audit.service.js';
import type { Conference } from '../conferences/conference.entity.js';
import type { Actor } from '../platform/actor.js';
import { notFound, Refusal } from '../platform/refusal.js';
import { Work } from '../platform/work.js';
import type { Status } from '../submissions/submission-states.js';
import { Submissions } from '../submissions/submissions.service.js';
import { Builds } from './builds.service.js';
import { editionOf, type Edition } from './formats/edition.js';
import { ProceedingsBuild, type ProceedingsFile } from './proceedings-build.entity.js';
import { PublishedVolume } from './published.entity.js';
import { papersOf, type PageSpans, type VolumeSnapshot } from './snapshot.js';

/** A version as everybody may know it. */
export interface PublishedVersion {
  version: number;
  erratum: string;
  publishedAt: Date;
  /** Null where it was taken down: somebody in it was erased or protected since. */
  buildId: string | null;
}

/** A version that can be read. */
export interface ReadableVersion {
  published: PublishedVersion & { buildId: string };
  edition: Edition;
  snapshot: VolumeSnapshot;
  pages: PageSpans;
}

/** As many editions are kept in memory, since a build never changes. */
const KEPT = 4;

/** Versions of volumes that everybody may read; the only writer of their tables. */
@Injectable()
export class Publications {
  private readonly kept = new Map<string, Promise<Omit<ReadableVersion, 'published'>>>();

  constructor(
    private readonly db: DataSource,
    private readonly work: Work,
    private readonly audit: Audit,
    private readonly submissions: Submissions,
    private readonly builds: Builds,
  ) {}

  /**
   * Publishes a finished build as the next version; its papers become published. A second publication of the same build changes
   * nothing. Builds that are not the next version, or whose papers have changed their state since, have to be made anew.
   * @throws Refusal 404; 409 `proceedings.unfinished`, `proceedings.outdated`, `proceedings.changed`;
   *   422 `proceedings.erratum` for a later version that does not say what it corrects
   */
  async publish(actor: Actor, conference: Conference, buildId: string): Promise<PublishedVersion> {
    await this.work.run(async (tx) => {
      // One publication of a volume at a time.
      await tx.manager.query(`select 1 from volume where conference_id = $1 for update`, [conference.id]);
      const build = await tx.manager.findOneBy(ProceedingsBuild, {
        id: buildId,
        conferenceId: conference.id,
      });
      if (!build) throw notFound();
      if (await tx.manager.existsBy(PublishedVolume, { buildId })) return;
      if (build.status !== 'done') throw new Refusal('conflict', 'proceedings.unfinished');
      const { version = 1, erratum = '' } = build.snapshot.volume;
      const earlier = await tx.manager.countBy(PublishedVolume, { conferenceId: conference.id });
      if (version !== earlier + 1) throw new Refusal('conflict', 'proceedings.outdated');
      if (version > 1 && erratum === '') throw new Refusal('rule', 'proceedings.erratum');
      const papers = [...papersOf(build.snapshot)].filter(({ paper }) => !paper.withdrawn);
      const ids = papers.map(({ paper }) => paper.id);
      const states: { id: string; status: Status }[] = await tx.manager.query(
        `select id, status from submission where id = any($1) order by id for update`,
        [ids],
      );
      const now = new Map(states.map(({ id, status }) => [id, status]));
      const printable: (Status | undefined)[] = ['accepted', 'confirmed', 'published'];
      const changed = ids.find((id) => !printable.includes(now.get(id)));
      if (changed !== undefined)
        throw new Refusal('conflict', 'proceedings.changed', { values: { id: changed } });
      await this.submissions.moveAll(
        tx,
        actor,
        new Map(ids.filter((id) => now.get(id) !== 'published').map((id) => [id, 'published'])),
      );
      await tx.manager.insert(PublishedVolume, {
        conferenceId: conference.id,
        version,
        buildId,
        erratum,
        publishedAt: tx.now,
        publishedBy: actor.personId,
      });
      await tx.manager.query(
        `insert into published_paper (submission_id, conference_id, published_at) select unnest($1::text[]), $2, $3
         on conflict (submission_id) do update set published_at = excluded.published_at`,
        [ids, conference.id, tx.now],
      );
      await this.audit.record(tx, actor, {
        conferenceId: conference.id,
        action: 'volume.published',
        subject: ['volume', conference.id],
        after: { version, build: buildId, snapshotHash: build.snapshotHash, papers: ids.length },
      });
    });
    return (await this.versions(conference.id)).find((one) => one.buildId === buildId)!;
  }

  /** All versions of a conference's volume, newest first. */
  async versions(conferenceId: string): Promise<PublishedVersion[]> {
    return this.db.query(
      `select v.version, v.erratum, v.published_at as "publishedAt", v.build_id as "buildId" from published_volume v
       where v.conference_id = $1 order by v.version desc`,
      [conferenceId],
    );
  }

  /** The edition of a version that {@link versions} gives with a build. @throws Refusal 404 where it was just taken down */
  async read(published: PublishedVersion): Promise<ReadableVersion> {
    const { buildId } = published;
    if (buildId === null) throw notFound();
    const found =
      this.kept.get(buildId) ??
      this.load(buildId).catch((error: unknown) => {
        this.kept.delete(buildId);
        throw error;
      });
    this.kept.delete(buildId);
    this.kept.set(buildId, found);
    if (this.kept.size > KEPT) this.kept.delete(this.kept.keys().next().value!);
    return { published: { ...published, buildId }, ...(await found) };
  }

  /** Papers of a conference that were withdrawn after they had been published, with the time. */
  async withdrawn(conferenceId: string): Promise<Map<string, Date>> {
    const rows: { id: string; at: Date }[] = await this.db.query(
      `select s.id, s.withdrawn_at as at from published_paper p join submission s on s.id = p.submission_id
       where p.conference_id = $1 and s.status = 'withdrawn'`,
      [conferenceId],
    );
    return new Map(rows.map(({ id, at }) => [id, at]));
  }

  /** The files of a version, by name. */
  async files(buildId: string): Promise<ProceedingsFile[]> {
    return (await this.builds.one(buildId)).files;
  }

  private async load(buildId: string): Promise<Omit<ReadableVersion, 'published'>> {
    const build = await this.db.manager.findOneBy(ProceedingsBuild, { id: buildId });
    if (!build) throw notFound();
    const pages = build.pages ?? {};
    return { snapshot: build.snapshot, pages, edition: editionOf(build.snapshot, pages) };
  }
}
