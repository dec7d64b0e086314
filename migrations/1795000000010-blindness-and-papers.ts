import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * When those whom a call hides are named: never, for calls that are there, whose authors and reviewers were told so. And who has
 * signed a decision's comments; of decisions that are there nobody was told.
 */
export class BlindnessAndPapers1795000000010 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table call
        add column authors_open text not null default 'never',
        add column reviewers_open text not null default 'never',
        add column panel_open text not null default 'never',
        add constraint call_authors_open check (authors_open in ('review', 'decision', 'never')),
        add constraint call_reviewers_open check (reviewers_open in ('decision', 'never')),
        add constraint call_panel_open check (panel_open in ('review', 'decision', 'never'));
      alter table decision add column reviewers text[] not null default '{}';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table decision drop column reviewers;
      alter table call drop column panel_open, drop column reviewers_open, drop column authors_open;
    `);
  }
}
