import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Pages of a build's papers; what a volume is known by outside; and volumes that were published. */
export class PublishedVolumes1795000000017 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table proceedings_build add column pages jsonb;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table proceedings_build drop column pages;
    `);
  }
}
