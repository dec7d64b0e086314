import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Runs that are computed for a while, with their proofs; assignments that runs leave alone; how many reviews each panel and each
 * reviewer gets at least; and what reviewers privately declare, sealed, for the solver alone.
 */
export class AssignmentRuns1795000000011 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table assignment_run
        drop constraint assignment_run_status,
        add constraint assignment_run_status
          check (status in ('computing', 'proposed', 'failed', 'cancelled', 'discarded', 'applied')),
        add column settings jsonb not null default '{"objective": "worst pair", "maxLoad": null, "likelyAtMost": null}',
        add column progress jsonb,
        add column failure jsonb,
        add constraint assignment_run_failure check ((status = 'failed') = (failure is not null));
      alter table assignment_run alter column settings drop default;
      create index assignment_run_computing on assignment_run (created_at) where status = 'computing';

      create table assignment_proof (
        run_id text constraint assignment_proof_pkey primary key
          constraint fk_assignment_proof_run references assignment_run (id) on delete cascade,
        input_digest text not null,
        sealed text not null,
        constraint assignment_proof_digest check (input_digest ~ '^[0-9a-f]{64}$')
      );

      alter table assignment add column locked boolean not null default false;
      update assignment set locked = true where run_id is null;

      create table panel_size (
        submission_id text constraint panel_size_pkey primary key
          constraint fk_panel_size_submission references submission (id) on delete cascade,
        places int not null,
        constraint panel_size_places check (places between 0 and 20)
      );

      create table assignment_rule (
        conference_id text constraint assignment_rule_pkey primary key
          constraint fk_assignment_rule_conference references conference (id),
        least_load int not null default 0,
        groups jsonb,
        most_of_party int,
        outside_at_least int not null default 0,
        version int not null default 1,
        constraint assignment_rule_counts check (least_load between 0 and 200
          and outside_at_least between 0 and 20 and most_of_party between 1 and 20)
      );

      create table perspective (
        reviewer_id text constraint perspective_pkey primary key
          constraint fk_perspective_reviewer references reviewer (id) on delete cascade,
        sealed text not null
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table perspective;
      drop table assignment_rule;
      drop table panel_size;
      alter table assignment drop column locked;
      drop table assignment_proof;
      delete from assignment_run where status in ('computing', 'failed', 'cancelled');
      drop index assignment_run_computing;
      alter table assignment_run
        drop column failure, drop column progress, drop column settings,
        drop constraint assignment_run_status,
        add constraint assignment_run_status check (status in ('proposed', 'applied', 'discarded'));
    `);
  }
}
