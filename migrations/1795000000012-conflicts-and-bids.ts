import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What speaks for and against a pair of reviewer and submission: institutions by their ROR iD, languages, words; bids; whom authors
 * ask to be kept from their work; conflicts that organisers add or set aside; and assignments in which one has arisen since.
 */
export class ConflictsAndBids1795000000012 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table call
        -- Beside the floor's; empty: abstracts are in the language of the floor.
        add column languages text[] not null default '{}';
      alter table submission
        -- Null: the floor's.
        add column language text,
        add column terms tsvector generated always as (to_tsvector('english'::regconfig, title || ' ' || abstract)) stored;
      alter table submission_author
        add column ror text,
        -- In a draft as typed so far.
        add constraint submission_author_ror check (person_id is null or ror ~ '^0[0-9a-hj-km-np-tv-z]{6}[0-9]{2}$');
      alter table reviewer
        add column ror text,
        -- Empty: the floor's alone.
        add column languages text[] not null default '{}',
        add column expertise text not null default '',
        add column terms tsvector generated always as (to_tsvector('english'::regconfig, expertise)) stored,
        add constraint reviewer_ror check (ror ~ '^0[0-9a-hj-km-np-tv-z]{6}[0-9]{2}$');

      create table named_conflict (
        submission_id text not null constraint fk_named_conflict_submission references submission (id) on delete cascade,
        position int not null,
        name text not null,
        affiliation text,
        address text,
        reason text not null,
        constraint named_conflict_pkey primary key (submission_id, position),
        constraint named_conflict_somebody check (name <> '' or address is not null)
      );

      alter table declared_conflict
        add column source text not null default 'reviewer',
        drop constraint declared_conflict_pkey,
        add constraint declared_conflict_pkey primary key (submission_id, person_id, source),
        add constraint declared_conflict_source check (source in ('reviewer', 'organiser'));

      create table conflict_override (
        id text primary key,
        submission_id text not null constraint fk_conflict_override_submission references submission (id) on delete cascade,
        reviewer_id text not null constraint fk_conflict_override_reviewer references reviewer (id) on delete cascade,
        reasons text[] not null,
        facts_hash text not null,
        note text not null,
        made_by text not null constraint fk_conflict_override_made_by references person (id),
        made_at timestamptz not null,
        ended_at timestamptz,
        ended_by text,
        constraint conflict_override_reasons check (cardinality(reasons) > 0
          and reasons <@ array['affiliation', 'domain', 'coauthor']),
        constraint conflict_override_note check (note <> ''),
        constraint conflict_override_ended check ((ended_at is null) = (ended_by is null)
          and ended_by in ('facts', 'organiser'))
      );
      create unique index conflict_override_once on conflict_override (submission_id, reviewer_id) where ended_at is null;

      create table assignment_flag (
        assignment_id text primary key constraint fk_assignment_flag_assignment references assignment (id) on delete cascade,
        reasons text[] not null,
        found_at timestamptz not null,
        constraint assignment_flag_reasons check (cardinality(reasons) > 0)
      );

      create table bidding (
        conference_id text primary key constraint fk_bidding_conference references conference (id),
        opens_at timestamptz not null,
        closes_at timestamptz not null,
        version int not null default 1,
        constraint bidding_window check (closes_at > opens_at)
      );

      create table bid (
        reviewer_id text not null constraint fk_bid_reviewer references reviewer (id) on delete cascade,
        submission_id text not null constraint fk_bid_submission references submission (id) on delete cascade,
        bid text not null,
        at timestamptz not null,
        constraint bid_pkey primary key (reviewer_id, submission_id),
        constraint bid_value check (bid in ('yes', 'maybe', 'no', 'conflict'))
      );
      create index bid_submission on bid (submission_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table bid, bidding, assignment_flag, conflict_override;
      delete from declared_conflict o using declared_conflict r
        where o.source = 'organiser' and r.source = 'reviewer' and r.submission_id = o.submission_id and r.person_id = o.person_id;
      alter table declared_conflict
        drop constraint declared_conflict_source,
        drop constraint declared_conflict_pkey,
        add constraint declared_conflict_pkey primary key (submission_id, person_id),
        drop column source;
      drop table named_conflict;
      alter table reviewer drop constraint reviewer_ror, drop column terms, drop column expertise, drop column languages, drop column ror;
      alter table submission_author drop constraint submission_author_ror, drop column ror;
      alter table submission drop column terms, drop column language;
      alter table call drop column languages;
    `);
  }
}
