import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { SnapshotPage } from './snapshot.js';

/** The printed proceedings of a conference: what its title page says. Its version covers sections and order too. */
@Entity()
export class Volume {
  @PrimaryColumn('text') conferenceId: string;
  @Column('text') title: string;
  @Column('text') subtitle: string;
  @Column('text') publisher: string;
  @Column('int') year: number;
  /** City of the publisher. */
  @Column('text') place: string;
  /** Names as printed. */
  @Column('text', { array: true }) editors: string[];
  @Column('text') isbn: string;
  @Column('text') issn: string;
  /** Empty where papers get no DOI. */
  @Column('text') doiPrefix: string;
  /** See `isDoiPattern`. */
  @Column('text') doiPattern: string;
  /** A key of `LICENCES`, or empty. */
  @Column('text') licence: string;
  /** What the next version corrects; printed in it. */
  @Column('text') erratum: string;
  /** Front matter. */
  @Column('jsonb') pages: SnapshotPage[];
  @Column('int') version: number;
}

/** A heading of the volume with papers under it. */
@Entity()
export class VolumeSection {
  @PrimaryColumn('text') id: string;
  @Column('text') conferenceId: string;
  /** From 1, in printed order. */
  @Column('int') position: number;
  @Column('text') title: string;
}

/** Where a submission stands in the volume. A row stays when its submission is withdrawn, and is skipped. */
@Entity()
export class VolumePaper {
  @PrimaryColumn('text') submissionId: string;
  @Column('text') sectionId: string;
  /** From 1 within its section, in printed order; numbers may be missing. */
  @Column('int') position: number;
}
