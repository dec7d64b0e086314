import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Audit } from '../audit/audit.service.js';
import type { Conference } from '../conferences/conference.entity.js';
import { Conferences } from '../conferences/conferences.service.js';
import type { Actor } from '../platform/actor.js';
import { Clock } from '../platform/clock.js';
import { CONFIG, type Config } from '../platform/config.js';
import { translator } from '../platform/i18n.js';
import { newId } from '../platform/ids.js';
import { notFound, Refusal } from '../platform/refusal.js';
import { Work, type Tx } from '../platform/work.js';
import type { SubmissionAuthor } from '../submissions/submission.entity.js';
import { Submissions } from '../submissions/submissions.service.js';
import { freeze, type PrintedPaper } from './freeze.js';
import type { VolumeSnapshot } from './snapshot.js';
import type { VolumeDto } from './volume.dto.js';
import { Volume, VolumeSection } from './volume.entity.js';
import {
  acted,
  rearranged,
  withRest,
  type LayoutSection,
  type PlaceablePaper,
  type PlacingRules,
  type VolumeAct,
} from './volume-layout.js';
import { volumeProblems, type PaperProblem } from './volume-problems.js';

/** States of a submission that is printed. */
export const PRINTED = ['accepted', 'confirmed', 'published'] as const;

/** A paper that is printed, as it stands now. */
export interface PlannedPaper extends PrintedPaper, PlaceablePaper {
  status: (typeof PRINTED)[number];
  authors: readonly SubmissionAuthor[];
}

export interface PlannedSection {
  id: string;
  title: string;
  /** In printed order. */
  papers: PlannedPaper[];
}

/** A volume's own row. */
export type VolumeFacts = Pick<Volume, keyof Volume>;

/** A volume as it would be printed now. */
export interface VolumePlan {
  /** Its version is 0 as long as nobody has changed anything. */
  volume: VolumeFacts;
  sections: PlannedSection[];
  /** Papers without a place, by title. */
  unplaced: PlannedPaper[];
}

/** The volume's row with the order of all its papers, also of those that are not printed now. */
interface Arrangement {
  volume: VolumeFacts;
  layout: LayoutSection[];
}

/** The proceedings' order and title page; the only writer of their tables. */
@Injectable()
export class Volumes {
  constructor(
    private readonly db: DataSource,
    private readonly work: Work,
    private readonly clock: Clock,
    private readonly audit: Audit,
    private readonly conferences: Conferences,
    private readonly submissions: Submissions,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** The volume as it stands: sections with their papers in printed order, and the papers without a place. */
  async plan(conference: Conference, manager: EntityManager = this.db.manager): Promise<VolumePlan> {
    const { volume, layout } = await this.arrangement(conference, manager);
    return planned(volume, layout, await this.papers(conference.id, manager));
  }

  /** What keeps papers from being printed well, also those without a place. @param plan where it is at hand */
  async problems(conference: Conference, plan?: VolumePlan): Promise<PaperProblem[]> {
    const { volume, sections, unplaced } = plan ?? (await this.plan(conference));
    const rest = { title: '', papers: unplaced };
    const sized = { volume, sections: [...sections, { id: '', ...rest }], unplaced: [] };
    return volumeProblems(await this.frozen(conference, sized, await this.clock.now(), this.db.manager));
  }

  /**
   * Changes titles, sections and order, then does one act, as the buttons of one form do both.
   * @throws Refusal 400 `version.missing`, 412 `stale`, 404 for an act on what is not there, 422 for sections and papers
   *   that are unknown or named twice
   */
  async change(actor: Actor, conference: Conference, input: VolumeDto, act?: VolumeAct): Promise<VolumePlan> {
    return this.work.run(async (tx) => {
      const { volume, layout: before } = await this.take(tx, actor, conference);
      const papers = await this.papers(conference.id, tx.manager);
      const printed = new Set(papers.map(({ id }) => id));
      const wanted = input.sections && rearranged(before, input.sections, printed, newId);
      if (wanted && wanted.problems.length > 0)
        throw new Refusal('rule', 'fields', { fields: wanted.problems });
      let layout = wanted?.layout ?? before;
      if (act) {
        const after = acted(layout, act, papers, await this.rules(conference.id, tx.manager));
        if (!after) throw notFound();
        layout = after;
      }
      const next: VolumeFacts = {
        ...volume,
        title: input.title ?? volume.title,
        subtitle: input.subtitle ?? volume.subtitle,
        publisher: input.publisher ?? volume.publisher,
        year: input.year ?? volume.year,
        place: input.place ?? volume.place,
        editors: input.editors ?? volume.editors,
        isbn: input.isbn ?? volume.isbn,
        issn: input.issn ?? volume.issn,
        doiPrefix: input.doiPrefix ?? volume.doiPrefix,
        doiPattern: input.doiPattern ?? volume.doiPattern,
        licence: input.licence ?? volume.licence,
        erratum: input.erratum ?? volume.erratum,
        pages: input.pages?.map(({ title, text }) => ({ title, text })) ?? volume.pages,
        version: volume.version + 1,
      };
      await this.write(tx, next, layout);
      const plan = planned(next, layout, papers);
      await this.record(tx, actor, 'volume.changed', volume, plan, {
        fields: Object.entries(input).flatMap(([key, value]) => (value === undefined ? [] : [key])),
        act: act?.kind,
      });
      return plan;
    });
  }

  /** Arranges everything anew: one section for each topic (a paper's first), by title. @throws Refusal as {@link change} */
  arrange(actor: Actor, conference: Conference): Promise<VolumePlan> {
    return this.change(actor, conference, {}, { kind: 'arrange' });
  }

  /** Moves a paper up or down by one, or to a place (from 1) in a section. @throws Refusal as {@link change} */
  move(
    actor: Actor,
    conference: Conference,
    paperId: string,
    to: 'up' | 'down' | { sectionId: string; position?: number },
  ): Promise<VolumePlan> {
    const act: VolumeAct =
      typeof to === 'string'
        ? { kind: 'movePaper', id: paperId, by: to === 'up' ? -1 : 1 }
        : { kind: 'placePaper', id: paperId, ...to };
    return this.change(actor, conference, {}, act);
  }

  /**
   * Freezes the volume for a build, in the caller's transaction. Papers without a place get one first: by topic in a volume
   * without sections, or else in a last section for further papers.
   * @throws Refusal 422 `proceedings.empty` when no paper is accepted
   */
  async freeze(tx: Tx, actor: Actor, conference: Conference): Promise<VolumeSnapshot> {
    await this.create(tx, conference);
    const { volume, layout } = await this.arrangement(conference, tx.manager, true);
    const papers = await this.papers(conference.id, tx.manager, true);
    if (papers.length === 0) throw new Refusal('rule', 'proceedings.empty');
    let plan = planned(volume, layout, papers);
    if (plan.unplaced.length > 0) {
      const whole = withRest(layout, plan.unplaced, await this.rules(conference.id, tx.manager));
      const next = { ...volume, version: volume.version + 1 };
      await this.write(tx, next, whole);
      plan = planned(next, whole, papers);
      await this.record(tx, actor, 'volume.completed', volume, plan, {});
    }
    return this.frozen(conference, plan, tx.now, tx.manager);
  }

  /** The snapshot of a plan: the version that it would be when published, and the papers that were published and withdrawn. */
  private async frozen(
    conference: Conference,
    { volume, sections }: VolumePlan,
    at: Date,
    manager: EntityManager,
  ): Promise<VolumeSnapshot> {
    const [{ published }]: [{ published: number }] = await manager.query(
      `select coalesce(max(version), 0)::int as published from published_volume where conference_id = $1`,
      [conference.id],
    );
    const gone: { id: string; title: string; sectionId: string | null }[] = await manager.query(
      `select s.id, s.title, v.section_id as "sectionId" from published_paper p join submission s on s.id = p.submission_id
       left join volume_paper v on v.submission_id = s.id
       where p.conference_id = $1 and s.status = 'withdrawn' order by s.id`,
      [conference.id],
    );
    const last = sections.at(-1)?.id;
    return freeze(
      conference,
      volume,
      sections.map(({ id, title, papers }) => ({
        title,
        papers: [
          ...papers,
          ...gone
            .filter(({ sectionId }) => (sectionId ?? last) === id)
            .map((paper) => ({ ...paper, abstract: '', authors: [], withdrawn: true })),
        ],
      })),
      at,
      {
        url: `${this.config.publicUrl}/conferences/${conference.slug}/proceedings`,
        version: published + 1,
      },
    );
  }

  /** Takes the volume for a change, if the actor has seen its last version; a volume that is not there yet has version 0. */
  private async take(tx: Tx, actor: Actor, conference: Conference): Promise<Arrangement> {
    const created = await this.create(tx, conference);
    const arrangement = await this.arrangement(conference, tx.manager, true);
    if (created && !actor.request.seenVersion) return arrangement;
    if (actor.kind === 'system') return arrangement;
    if (actor.request.seenVersion === undefined) throw new Refusal('malformed', 'version.missing');
    if (actor.request.seenVersion !== arrangement.volume.version) throw new Refusal('stale', 'stale');
    return arrangement;
  }

  /** Makes sure that the volume has a row to lock. @returns whether it had none */
  private async create(tx: Tx, conference: Conference): Promise<boolean> {
    const { conferenceId, title, subtitle, publisher, year } = this.blank(conference, tx.now);
    const inserted: unknown[] = await tx.manager.query(
      `insert into volume (conference_id, title, subtitle, publisher, year, version) values ($1, $2, $3, $4, $5, 0)
       on conflict do nothing returning 1`,
      [conferenceId, title, subtitle, publisher, year],
    );
    return inserted.length > 0;
  }

  private blank(conference: Conference, now: Date): VolumeFacts {
    return {
      conferenceId: conference.id,
      title: translator('en')('proceedings:volumeTitle'),
      subtitle: '',
      publisher: conference.organiserName,
      year: Number(conference.startsOn?.slice(0, 4) ?? now.getUTCFullYear()),
      place: '',
      editors: [],
      isbn: '',
      issn: '',
      doiPrefix: '',
      doiPattern: '{conference}.{year}.{paper}',
      licence: '',
      erratum: '',
      pages: [],
      version: 0,
    };
  }

  private async rules(conferenceId: string, manager: EntityManager): Promise<PlacingRules> {
    return {
      topics: await this.conferences.allTopicsOf(conferenceId, manager),
      further: translator('en')('proceedings:further'),
      newId,
    };
  }

  private async arrangement(
    conference: Conference,
    manager: EntityManager,
    lock = false,
  ): Promise<Arrangement> {
    const where = { conferenceId: conference.id };
    const volume: VolumeFacts =
      (await manager.findOne(Volume, { where, ...(lock && { lock: { mode: 'pessimistic_write' } }) })) ??
      this.blank(conference, await this.clock.now(manager));
    const sections = await manager.find(VolumeSection, { where, order: { position: 'ASC' } });
    const papers: { id: string; sectionId: string }[] = await manager.query(
      `select p.submission_id as id, p.section_id as "sectionId"
       from volume_paper p join volume_section s on s.id = p.section_id
       where s.conference_id = $1 order by p.position`,
      [conference.id],
    );
    const layout = sections.map(({ id, title }) => ({
      id,
      title,
      papers: papers.filter(({ sectionId }) => sectionId === id).map((paper) => paper.id),
    }));
    return { volume, layout };
  }

  /** Papers that are printed, with their authors. @param lock so that texts and authors belong together until the commit */
  private async papers(conferenceId: string, manager: EntityManager, lock = false): Promise<PlannedPaper[]> {
    const rows: Omit<PlannedPaper, 'authors'>[] = await manager.query(
      `select s.id, s.status, s.title, s.abstract,
         (select t.id from submission_topic st join topic t on t.id = st.topic_id
          where st.submission_id = s.id order by t.position limit 1) as "topicId"
       from submission s where s.conference_id = $1 and s.status = any($2) and s.held_until is null
       order by s.id ${lock ? 'for share of s' : ''}`,
      [conferenceId, PRINTED],
    );
    const authors = await this.submissions.authors(
      rows.map(({ id }) => id),
      manager,
    );
    return rows.map((row) => ({ ...row, authors: authors.get(row.id)! }));
  }

  // Positions are unique once the transaction ends, so that everything may be reordered in one statement a table.
  private async write(tx: Tx, volume: VolumeFacts, layout: readonly LayoutSection[]): Promise<void> {
    const { conferenceId } = volume;
    const places = layout.flatMap(({ id, papers }) =>
      papers.map((paper, index) => ({ id, paper, position: index + 1 })),
    );
    await tx.manager.update(Volume, { conferenceId }, volume);
    await tx.manager.query(
      `insert into volume_section (id, conference_id, position, title)
       select id, $1, position, title from unnest($2::text[], $3::text[]) with ordinality as wanted (id, title, position)
       on conflict (id) do update set position = excluded.position, title = excluded.title`,
      [conferenceId, layout.map(({ id }) => id), layout.map(({ title }) => title)],
    );
    await tx.manager.query(
      `insert into volume_paper (submission_id, section_id, position) select * from unnest($1::text[], $2::text[], $3::int[])
       on conflict (submission_id) do update set section_id = excluded.section_id, position = excluded.position`,
      [places.map(({ paper }) => paper), places.map(({ id }) => id), places.map(({ position }) => position)],
    );
    await tx.manager.query(
      `delete from volume_paper p using volume_section s
       where s.id = p.section_id and s.conference_id = $1 and not p.submission_id = any($2)`,
      [conferenceId, places.map(({ paper }) => paper)],
    );
    await tx.manager.query(`delete from volume_section where conference_id = $1 and not id = any($2)`, [
      conferenceId,
      layout.map(({ id }) => id),
    ]);
  }

  private record(
    tx: Tx,
    actor: Actor,
    action: string,
    before: VolumeFacts,
    { volume, sections, unplaced }: VolumePlan,
    facts: object,
  ): Promise<void> {
    return this.audit.record(tx, actor, {
      conferenceId: volume.conferenceId,
      action,
      subject: ['volume', volume.conferenceId],
      before: { version: before.version },
      after: {
        version: volume.version,
        sections: sections.map(({ id, papers }) => ({ id, papers: papers.map((paper) => paper.id) })),
        unplaced: unplaced.length,
        ...facts,
      },
    });
  }
}

function planned(
  volume: VolumeFacts,
  layout: readonly LayoutSection[],
  papers: readonly PlannedPaper[],
): VolumePlan {
  const byId = new Map(papers.map((paper) => [paper.id, paper]));
  const sections = layout.map(({ id, title, papers: ids }) => ({
    id,
    title,
    papers: ids.map((paper) => byId.get(paper)).filter((paper) => paper !== undefined),
  }));
  const placed = new Set(layout.flatMap((section) => section.papers));
  const unplaced = papers
    .filter(({ id }) => !placed.has(id))
    .toSorted((a, b) => a.title.localeCompare(b.title, 'en'));
  return { volume, sections, unplaced };
}
