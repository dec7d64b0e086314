import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Reviewers, assignments and reviews; pending decisions and releases; proceedings. */
export class ReviewsDecisionsProceedings1795000000004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table reviewer (
        id text primary key,
        conference_id text not null constraint fk_reviewer_conference references conference (id),
        person_id text not null constraint fk_reviewer_person references person (id),
        name text not null,
        affiliation text,
        country char(2),
        address text not null,
        status text not null default 'invited',
        max_load int not null default 6,
        invited_by text constraint fk_reviewer_invited_by references person (id),
        invited_at timestamptz not null,
        answered_at timestamptz,
        decline_reason text,
        version int not null default 1,
        constraint reviewer_status check (status in ('invited', 'accepted', 'declined', 'removed')),
        constraint reviewer_max_load check (max_load between 0 and 200)
      );
      create unique index reviewer_once on reviewer (conference_id, person_id);
      create index reviewer_person on reviewer (person_id);

      create table reviewer_topic (
        reviewer_id text not null constraint fk_reviewer_topic_reviewer references reviewer (id) on delete cascade,
        topic_id text not null constraint fk_reviewer_topic_topic references topic (id),
        constraint reviewer_topic_pkey primary key (reviewer_id, topic_id)
      );

      create table declared_conflict (
        submission_id text not null constraint fk_declared_conflict_submission references submission (id) on delete cascade,
        person_id text not null constraint fk_declared_conflict_person references person (id),
        declared_by text not null constraint fk_declared_conflict_declared_by references person (id),
        reason text not null default '',
        created_at timestamptz not null,
        constraint declared_conflict_pkey primary key (submission_id, person_id)
      );

      create table assignment_run (
        id text primary key,
        conference_id text not null constraint fk_assignment_run_conference references conference (id),
        status text not null default 'proposed',
        per_submission int not null,
        proposal jsonb not null,
        report jsonb not null,
        created_by text constraint fk_assignment_run_created_by references person (id),
        created_at timestamptz not null,
        applied_at timestamptz,
        version int not null default 1,
        constraint assignment_run_status check (status in ('proposed', 'applied', 'discarded')),
        constraint assignment_run_applied check ((status = 'applied') = (applied_at is not null))
      );
      create index assignment_run_conference on assignment_run (conference_id, created_at);

      create table assignment (
        id text primary key,
        submission_id text not null constraint fk_assignment_submission references submission (id),
        reviewer_id text not null constraint fk_assignment_reviewer references reviewer (id),
        status text not null default 'assigned',
        run_id text constraint fk_assignment_run references assignment_run (id),
        assigned_by text constraint fk_assignment_assigned_by references person (id),
        assigned_at timestamptz not null,
        ended_at timestamptz,
        end_reason text,
        version int not null default 1,
        constraint assignment_status check (status in ('assigned', 'declined', 'removed')),
        constraint assignment_ended check ((status = 'assigned') = (ended_at is null))
      );
      create unique index assignment_once on assignment (submission_id, reviewer_id) where status = 'assigned';
      create index assignment_reviewer on assignment (reviewer_id) where status = 'assigned';

      create table review (
        id text primary key,
        assignment_id text not null constraint fk_review_assignment references assignment (id)
          constraint review_assignment_key unique,
        status text not null default 'draft',
        scores jsonb not null default '{}',
        overall int,
        confidence int,
        comments_to_authors text not null default '',
        comments_to_organisers text not null default '',
        version int not null default 1,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        handed_in_at timestamptz,
        constraint review_status check (status in ('draft', 'handed_in')),
        constraint review_overall check (overall between 1 and 5),
        constraint review_confidence check (confidence between 1 and 5),
        constraint review_complete check (status = 'draft'
          or (overall is not null and confidence is not null and handed_in_at is not null))
      );

      create table decision_release (
        id text primary key,
        conference_id text not null constraint fk_decision_release_conference references conference (id),
        released_by text not null constraint fk_decision_release_released_by references person (id),
        released_at timestamptz not null,
        list_hash text not null,
        size int not null,
        constraint decision_release_size check (size > 0)
      );
      create index decision_release_conference on decision_release (conference_id, released_at);

      create table pending_decision (
        submission_id text primary key constraint fk_pending_decision_submission references submission (id),
        outcome text not null,
        reason text not null default '',
        text_to_authors text not null default '',
        decided_by text not null constraint fk_pending_decision_decided_by references person (id),
        decided_at timestamptz not null,
        version int not null default 1,
        constraint pending_decision_outcome check (outcome in ('accepted', 'conditionally_accepted', 'waitlisted', 'rejected'))
      );

      create table decision (
        id text primary key,
        submission_id text not null constraint fk_decision_submission references submission (id),
        version int not null,
        outcome text not null,
        text_to_authors text not null,
        comments jsonb not null,
        release_id text not null constraint fk_decision_release references decision_release (id),
        released_at timestamptz not null,
        constraint decision_version unique (submission_id, version),
        constraint decision_outcome check (outcome in ('accepted', 'conditionally_accepted', 'waitlisted', 'rejected'))
      );
      create index decision_of_release on decision (release_id);

      create table volume (
        conference_id text primary key constraint fk_volume_conference references conference (id),
        title text not null,
        subtitle text not null default '',
        publisher text not null,
        year int not null,
        version int not null default 1
      );

      create table volume_section (
        id text primary key,
        conference_id text not null constraint fk_volume_section_conference references volume (conference_id),
        position int not null,
        title text not null,
        constraint volume_section_position unique (conference_id, position) deferrable initially deferred
      );

      create table volume_paper (
        submission_id text primary key constraint fk_volume_paper_submission references submission (id),
        section_id text not null constraint fk_volume_paper_section references volume_section (id),
        position int not null,
        constraint volume_paper_position unique (section_id, position) deferrable initially deferred
      );

      create table proceedings_build (
        id text primary key,
        conference_id text not null constraint fk_proceedings_build_conference references conference (id),
        status text not null default 'queued',
        stage text not null default 'queued',
        progress int not null default 0,
        problem jsonb,
        snapshot jsonb not null,
        snapshot_hash text not null,
        requested_by text constraint fk_proceedings_build_requested_by references person (id),
        created_at timestamptz not null,
        started_at timestamptz,
        finished_at timestamptz,
        constraint proceedings_build_status check (status in ('queued', 'running', 'done', 'failed')),
        constraint proceedings_build_progress check (progress between 0 and 100),
        constraint proceedings_build_finished check ((status in ('done', 'failed')) = (finished_at is not null))
      );
      create index proceedings_build_conference on proceedings_build (conference_id, created_at);

      create table proceedings_file (
        build_id text not null constraint fk_proceedings_file_build references proceedings_build (id),
        name text not null,
        media_type text not null,
        size int not null,
        sha256 text not null,
        constraint proceedings_file_pkey primary key (build_id, name)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table proceedings_file, proceedings_build, volume_paper, volume_section, volume, decision, pending_decision,
        decision_release, review, assignment, assignment_run, declared_conflict, reviewer_topic, reviewer;
    `);
  }
}
