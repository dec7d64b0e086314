import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Pages of a build's papers; what a volume is known by outside; and the versions of volumes that were published. */
export class PublishedVolumes1795000000017 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table proceedings_build add column pages jsonb;
      alter table volume
        add column place text not null default '',
        add column editors text[] not null default '{}',
        add column isbn text not null default '',
        add column issn text not null default '',
        add column doi_prefix text not null default '',
        add column doi_pattern text not null default '{conference}.{year}.{paper}',
        add column licence text not null default '',
        add column erratum text not null default '',
        add column pages jsonb not null default '[]',
        add constraint volume_doi_prefix check (doi_prefix ~ '^(10\\.[0-9]{4,9})?$'),
        add constraint volume_doi_pattern check (doi_pattern like '%{paper}'),
        add constraint volume_licence check (licence in ('', 'CC-BY-4.0', 'CC-BY-NC-4.0', 'CC-BY-NC-ND-4.0', 'CC0-1.0'));

      create table published_volume (
        conference_id text not null constraint fk_published_volume_conference references conference (id),
        version int not null,
        -- Null once it was taken down, as for an erasure.
        build_id text constraint fk_published_volume_build references proceedings_build (id) on delete set null
          constraint published_volume_build unique,
        erratum text not null,
        published_at timestamptz not null,
        published_by text constraint fk_published_volume_published_by references person (id),
        constraint published_volume_pkey primary key (conference_id, version),
        constraint published_volume_version check (version > 0),
        constraint published_volume_erratum check ((version = 1) = (erratum = ''))
      );

      create table published_paper (
        submission_id text primary key constraint fk_published_paper_submission references submission (id),
        conference_id text not null constraint fk_published_paper_conference references conference (id),
        published_at timestamptz not null
      );
      create index published_paper_conference on published_paper (conference_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table published_paper, published_volume;
      alter table volume drop column pages, drop column erratum, drop column licence, drop column doi_pattern,
        drop column doi_prefix, drop column issn, drop column isbn, drop column editors, drop column place;
      alter table proceedings_build drop column pages;
    `);
  }
}
