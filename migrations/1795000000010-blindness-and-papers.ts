import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * When those whom a call hides are named: never, for calls that are there, whose authors and reviewers were told so. And who has
 * signed a decision's comments; of decisions that are there nobody was told. And papers beside abstracts, for which no call asks yet.
 */
export class BlindnessAndPapers1795000000010 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table call
        add column authors_open text not null default 'never',
        add column reviewers_open text not null default 'never',
        add column panel_open text not null default 'never',
        add column paper text not null default 'none',
        add column paper_limit_mb int not null default 10,
        add constraint call_paper check (paper in ('none', 'optional', 'required')),
        add constraint call_paper_limit check (paper_limit_mb between 1 and 50),
        add constraint call_authors_open check (authors_open in ('review', 'decision', 'never')),
        add constraint call_reviewers_open check (reviewers_open in ('decision', 'never')),
        add constraint call_panel_open check (panel_open in ('review', 'decision', 'never'));
      alter table decision add column reviewers text[] not null default '{}';

      create table paper (
        submission_id text not null constraint fk_paper_submission references submission (id) on delete cascade,
        version int not null,
        pages int not null,
        size int not null,
        sha256 text not null,
        clean_size int not null,
        clean_sha256 text not null,
        found jsonb not null,
        first_page_read boolean not null,
        uploaded_at timestamptz not null,
        uploaded_by text not null constraint fk_paper_uploaded_by references person (id),
        constraint paper_pkey primary key (submission_id, version),
        constraint paper_counts check (version > 0 and pages > 0 and size > 0 and clean_size > 0),
        constraint paper_hashes check (sha256 ~ '^[0-9a-f]{64}$' and clean_sha256 ~ '^[0-9a-f]{64}$')
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table paper;
      alter table decision drop column reviewers;
      alter table call drop column paper_limit_mb, drop column paper, drop column panel_open, drop column reviewers_open, drop column authors_open;
    `);
  }
}
