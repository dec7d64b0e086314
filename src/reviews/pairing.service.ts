import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { isStandIn } from '../people/stand-in.js';
import { affinityOf, WordFits, type Bid, type Known } from './affinity.js';
import {
  ConflictFinder,
  factsOf,
  standing,
  type Coauthor,
  type ComparedReviewer,
  type ComparedSubmission,
  type ConflictReason,
  type Found,
  type Identity,
} from './conflicts.js';
import type { Reviewer } from './reviewer.entity.js';

/** What speaks against pairs of some submissions and some reviewers, computed for a submission when it is first asked for. */
export interface Conflicts {
  /** Why this reviewer must never review this submission, or undefined; what an organiser has set aside does not count. */
  conflict(submissionId: string, reviewerId: string): ConflictReason | undefined;
  /** Every reason, also those set aside, the gravest first. For organisers alone. */
  reasons(submissionId: string, reviewerId: string): { reasons: ConflictReason[]; overridden: boolean };
  /** Hash of what the inferred reasons rest on; see `ConflictOverride.factsHash`. */
  factsHash(submissionId: string, reviewerId: string): string;
}

/** What speaks for them, too. */
export interface Pairings extends Conflicts {
  /** How well they fit: whole, 0 to `HIGHEST_AFFINITY`. Says nothing about conflicts. Counts the bid, so nobody is shown it for a pair. */
  affinity(submissionId: string, reviewerId: string): number;
  /** The same without the bid, and its parts: what organisers and the reviewer may see. `words` is 0 to 1. */
  fit(submissionId: string, reviewerId: string): PairFit;
  /** Number of topics that both have. */
  sharedTopics(submissionId: string, reviewerId: string): number;
}

export interface PairFit {
  /** Whole, 0 to `HIGHEST_AFFINITY`. */
  fit: number;
  sharedTopics: number;
  topics: number;
  words: number;
}

interface SubmissionRow {
  id: string;
  createdBy: string;
  language: string;
  terms: string | null;
}

/** An edition and all before it, by the ids of conferences in `$1`; a chain that bites its tail ends there. */
const EDITIONS = `with recursive edition (id) as (
    select unnest($1::text[])
    union select c.previous_id from edition e join conference c on c.id = e.id where c.previous_id is not null)`;

/** Knows which reviewer suits which submission, and which never may; whoever assigns asks here. Reads only. */
@Injectable()
export class Pairing {
  /** Loads everything about these submissions and reviewers, in a number of statements that does not grow with them. */
  async of(
    manager: EntityManager,
    submissionIds: readonly string[],
    reviewers: readonly Reviewer[],
  ): Promise<Pairings> {
    const submissions = await this.submissions(manager, submissionIds);
    const conflicts = await this.conflictsBetween(manager, submissions, reviewers);
    return { ...conflicts, ...(await this.fitsBetween(manager, submissions, reviewers)) };
  }

  /** The conflicts alone, which costs less. */
  async conflicts(
    manager: EntityManager,
    submissionIds: readonly string[],
    reviewers: readonly Reviewer[],
  ): Promise<Conflicts> {
    return this.conflictsBetween(manager, await this.submissions(manager, submissionIds, false), reviewers);
  }

  /** How well they fit alone. */
  async fits(
    manager: EntityManager,
    submissionIds: readonly string[],
    reviewers: readonly Reviewer[],
  ): Promise<Omit<Pairings, keyof Conflicts>> {
    return this.fitsBetween(manager, await this.submissions(manager, submissionIds), reviewers);
  }

  /** Topics of each submission. */
  async topicsOf(manager: EntityManager, ids: readonly string[]): Promise<Map<string, string[]>> {
    const map = new Map<string, string[]>(ids.map((id) => [id, []]));
    const rows: { submissionId: string; topicId: string }[] = await manager.query(
      `select submission_id as "submissionId", topic_id as "topicId" from submission_topic where submission_id = any($1)
       order by submission_id, topic_id`,
      [ids],
    );
    for (const row of rows) map.get(row.submissionId)!.push(row.topicId);
    return map;
  }

  private async conflictsBetween(
    manager: EntityManager,
    submissions: readonly SubmissionRow[],
    reviewers: readonly Reviewer[],
  ): Promise<Conflicts> {
    const ids = submissions.map(({ id }) => id);
    const compared = await this.compared(manager, submissions, reviewers);
    const finder = new ConflictFinder(
      await this.reviewers(manager, reviewers),
      await this.coauthors(manager, reviewers),
    );
    const places = new Map(reviewers.map(({ id }, place) => [id, place]));
    const overridden = await this.overridden(manager, ids);
    const found = cached((id: string) => {
      const submission = compared.get(id);
      return submission ? finder.of(submission) : new Map<number, Found[]>();
    });
    const of = (submissionId: string, reviewerId: string): readonly Found[] =>
      found(submissionId).get(places.get(reviewerId) ?? -1) ?? [];
    // What is set aside is kept as a hash of the facts, so that the table holds nothing of them.
    const facts = (submissionId: string, reviewerId: string, list: readonly Found[]): string | undefined => {
      const hash = overridden.get(`${submissionId} ${reviewerId}`);
      const now = factsOf(list);
      return hash !== undefined && hash === hashOf(now) ? now : undefined;
    };
    return {
      conflict: (submissionId, reviewerId) => {
        const list = of(submissionId, reviewerId);
        return list.length === 0 ? undefined : standing(list, facts(submissionId, reviewerId, list));
      },
      reasons: (submissionId, reviewerId) => {
        const list = of(submissionId, reviewerId);
        return {
          reasons: [...new Set(list.map(({ reason }) => reason))],
          overridden: facts(submissionId, reviewerId, list) !== undefined,
        };
      },
      factsHash: (submissionId, reviewerId) => hashOf(factsOf(of(submissionId, reviewerId))),
    };
  }

  private async fitsBetween(
    manager: EntityManager,
    submissions: readonly SubmissionRow[],
    reviewers: readonly Reviewer[],
  ): Promise<Omit<Pairings, keyof Conflicts>> {
    const ids = submissions.map(({ id }) => id);
    const places = new Map(reviewers.map(({ id }, place) => [id, place]));
    const topics = await this.topicsOf(manager, ids);
    const experts = await this.experts(manager, reviewers);
    const { words, known } = await this.words(manager, reviewers);
    const bids = await this.bids(manager, ids, reviewers);
    const terms = new Map(submissions.map((row) => [row.id, row.terms]));
    const fits = new WordFits(words);
    const near = cached((id: string) => fits.of((terms.get(id) ?? '').split(' ').filter(Boolean)));
    const shared = cached((id: string) => {
      const counts = new Uint8Array(reviewers.length);
      for (const topic of topics.get(id) ?? [])
        for (const place of experts.get(topic) ?? []) counts[place]! += 1;
      return counts;
    });
    const parts = (submissionId: string, reviewerId: string) => {
      const place = places.get(reviewerId) ?? -1;
      return {
        sharedTopics: shared(submissionId)[place] ?? 0,
        topics: topics.get(submissionId)?.length ?? 0,
        words: near(submissionId)[place] ?? 0,
      };
    };
    // A row at once: whoever solves asks for every pair.
    const affinities = cached((id: string) => {
      const row = new Int32Array(reviewers.length);
      const sharedTopics = shared(id);
      const nearness = near(id);
      const said = bids.get(id);
      const wanted = topics.get(id)?.length ?? 0;
      for (const [place, reviewer] of reviewers.entries())
        row[place] = affinityOf(
          {
            sharedTopics: sharedTopics[place]!,
            topics: wanted,
            words: nearness[place]!,
            bid: said?.get(reviewer.id),
          },
          known,
        );
      return row;
    });
    return {
      affinity: (submissionId, reviewerId) => affinities(submissionId)[places.get(reviewerId) ?? -1] ?? 0,
      fit: (submissionId, reviewerId) => {
        const fit = parts(submissionId, reviewerId);
        return { ...fit, fit: affinityOf(fit, { ...known, bids: false }) };
      },
      sharedTopics: (submissionId, reviewerId) => shared(submissionId)[places.get(reviewerId) ?? -1] ?? 0,
    };
  }

  private submissions(
    manager: EntityManager,
    ids: readonly string[],
    withTerms = true,
  ): Promise<SubmissionRow[]> {
    return manager.query(
      `select s.id, s.created_by as "createdBy", coalesce(s.language, c.floor_language) as language,
         ${withTerms ? `array_to_string(tsvector_to_array(s.terms), ' ')` : 'null'} as terms
       from submission s join conference c on c.id = s.conference_id where s.id = any($1)`,
      [ids],
    );
  }

  /** Everybody who stands for or against a reviewer of each submission. */
  private async compared(
    manager: EntityManager,
    submissions: readonly SubmissionRow[],
    reviewers: readonly Reviewer[],
  ): Promise<Map<string, ComparedSubmission>> {
    const ids = submissions.map(({ id }) => id);
    const persons = reviewers.map(({ personId }) => personId);
    const authors: (Identity & { submissionId: string })[] = await manager.query(
      `select submission_id as "submissionId", person_id as "personId", address, name, native_name as "nativeName",
         affiliation, ror, orcid, protected or person_id is null as hidden
       from submission_author where submission_id = any($1) order by submission_id, position`,
      [ids],
    );
    const declared: (ComparedSubmission['declared'][number] & { submissionId: string })[] =
      await manager.query(
        `select submission_id as "submissionId", person_id as "personId",
         case source when 'reviewer' then 'declared' else 'added' end as reason
       from declared_conflict where submission_id = any($1) and person_id = any($2)
       union all
       select b.submission_id, r.person_id, 'declared' from bid b join reviewer r on r.id = b.reviewer_id
       where b.bid = 'conflict' and b.submission_id = any($1) and r.person_id = any($2)`,
        [ids, persons],
      );
    // An address is compared by whose it is: all of a person's addresses are theirs, also one that is sealed.
    const named: (ComparedSubmission['named'][number] & { submissionId: string })[] = await manager.query(
      `select n.submission_id as "submissionId", n.name, a.person_id as "personId"
       from named_conflict n left join address_alias s on s.alias = n.address
       left join person_address a on a.address = coalesce(s.address, n.address) where n.submission_id = any($1)`,
      [ids],
    );
    const map = new Map(
      submissions.map((row) => [
        row.id,
        {
          ...row,
          authors: [] as Identity[],
          named: [] as ComparedSubmission['named'][number][],
          declared: [] as ComparedSubmission['declared'][number][],
        },
      ]),
    );
    for (const row of authors) map.get(row.submissionId)!.authors.push(row);
    for (const row of named) map.get(row.submissionId)!.named.push(row);
    for (const row of declared) map.get(row.submissionId)!.declared.push(row);
    return map;
  }

  private async reviewers(
    manager: EntityManager,
    reviewers: readonly Reviewer[],
  ): Promise<ComparedReviewer[]> {
    const rows: {
      id: string;
      nativeName: string | null;
      orcid: string | null;
      floor: string;
      hidden: boolean;
    }[] = await manager.query(
      `select r.id, p.native_name as "nativeName", p.orcid, c.floor_language as floor, p.protected_at is not null as hidden
         from reviewer r join person p on p.id = r.person_id join conference c on c.id = r.conference_id where r.id = any($1)`,
      [reviewers.map(({ id }) => id)],
    );
    const persons = new Map(rows.map((row) => [row.id, row]));
    return reviewers.map((reviewer) => {
      const person = persons.get(reviewer.id);
      return {
        personId: reviewer.personId,
        address: reviewer.address,
        name: reviewer.name,
        nativeName: person?.nativeName ?? null,
        affiliation: reviewer.affiliation,
        ror: reviewer.ror,
        orcid: person?.orcid ?? null,
        hidden: person?.hidden === true || isStandIn(reviewer.address),
        languages: reviewer.languages.length > 0 ? reviewer.languages : [person?.floor ?? ''],
      };
    });
  }

  /** With whom these reviewers have handed something in, to this edition or one before it. */
  private coauthors(manager: EntityManager, reviewers: readonly Reviewer[]): Promise<Coauthor[]> {
    return manager.query(
      `${EDITIONS}
       select distinct mine.person_id as reviewer, other.person_id as "personId",
         case when other.address is null and not other.protected then other.name end as name
       from submission_author mine join submission s on s.id = mine.submission_id
       join submission_author other on other.submission_id = s.id and other.person_id <> mine.person_id
       where mine.person_id = any($2) and s.conference_id in (select id from edition)
         and s.submitted_at is not null and s.held_until is null`,
      [conferencesOf(reviewers), reviewers.map(({ personId }) => personId)],
    );
  }

  private async overridden(manager: EntityManager, ids: readonly string[]): Promise<Map<string, string>> {
    const rows: { submissionId: string; reviewerId: string; factsHash: string }[] = await manager.query(
      `select submission_id as "submissionId", reviewer_id as "reviewerId", facts_hash as "factsHash"
       from conflict_override where ended_at is null and submission_id = any($1)`,
      [ids],
    );
    return new Map(rows.map((row) => [`${row.submissionId} ${row.reviewerId}`, row.factsHash]));
  }

  /** Places of those who know about a topic. */
  private async experts(
    manager: EntityManager,
    reviewers: readonly Reviewer[],
  ): Promise<Map<string, number[]>> {
    const places = new Map(reviewers.map(({ id }, place) => [id, place]));
    const rows: { reviewerId: string; topicId: string }[] = await manager.query(
      `select reviewer_id as "reviewerId", topic_id as "topicId" from reviewer_topic where reviewer_id = any($1)`,
      [[...places.keys()]],
    );
    const map = new Map<string, number[]>();
    for (const { reviewerId, topicId } of rows) {
      const known = map.get(topicId);
      if (known) known.push(places.get(reviewerId)!);
      else map.set(topicId, [places.get(reviewerId)!]);
    }
    return map;
  }

  /**
   * The words of each reviewer: what they say of themselves, and of what they have handed in to these editions. Rareness is judged
   * among everybody who has accepted, so that a pair fits alike whoever else is asked about. Nothing that somebody protected has
   * written counts: it would tell who they are.
   */
  private async words(
    manager: EntityManager,
    reviewers: readonly Reviewer[],
  ): Promise<{ words: Set<string>[]; known: Known }> {
    const rows: { id: string; terms: string }[] = await manager.query(
      `${EDITIONS}
       select r.id, array_to_string(tsvector_to_array(t.terms), ' ') as terms
       from reviewer r join person p on p.id = r.person_id cross join lateral (
         select r.terms where r.expertise <> ''
         union all
         select s.terms from submission_author a join submission s on s.id = a.submission_id
         where a.person_id = r.person_id and p.protected_at is null and not a.protected
           and s.conference_id in (select id from edition) and s.submitted_at is not null and s.held_until is null) t
       where (r.conference_id = any($1) and r.status = 'accepted') or r.id = any($2)`,
      [conferencesOf(reviewers), reviewers.map(({ id }) => id)],
    );
    const words = new Map<string, Set<string>>(reviewers.map(({ id }) => [id, new Set()]));
    for (const { id, terms } of rows) {
      const own = words.get(id) ?? new Set();
      for (const term of terms.split(' ')) if (term !== '') own.add(term);
      words.set(id, own);
    }
    const [{ bids }] = (await manager.query(
      `select exists (select 1 from bid b join reviewer r on r.id = b.reviewer_id where r.conference_id = any($1)) as bids`,
      [conferencesOf(reviewers)],
    )) as [{ bids: boolean }];
    return { words: [...words.values()], known: { words: rows.length > 0, bids } };
  }

  private async bids(
    manager: EntityManager,
    ids: readonly string[],
    reviewers: readonly Reviewer[],
  ): Promise<Map<string, Map<string, Bid>>> {
    const rows: { reviewerId: string; submissionId: string; bid: Bid }[] = await manager.query(
      `select reviewer_id as "reviewerId", submission_id as "submissionId", bid from bid
       where reviewer_id = any($1) and submission_id = any($2)`,
      [reviewers.map(({ id }) => id), ids],
    );
    const map = new Map<string, Map<string, Bid>>();
    for (const { reviewerId, submissionId, bid } of rows) {
      const bids = map.get(submissionId);
      if (bids) bids.set(reviewerId, bid);
      else map.set(submissionId, new Map([[reviewerId, bid]]));
    }
    return map;
  }
}

const conferencesOf = (reviewers: readonly Reviewer[]): string[] => [
  ...new Set(reviewers.map(({ conferenceId }) => conferenceId)),
];

const hashOf = (facts: string): string => createHash('sha256').update(facts).digest('hex');

/** Each value is computed when it is first asked for. */
function cached<Value extends object>(compute: (id: string) => Value): (id: string) => Value {
  const values = new Map<string, Value>();
  let last: { id: string; value: Value } | undefined;
  return (id) => {
    // Pairs are asked for row by row.
    if (last?.id === id) return last.value;
    let value = values.get(id);
    if (value === undefined) values.set(id, (value = compute(id)));
    last = { id, value };
    return value;
  };
}
