import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What authors may still change once they are accepted. */
export const REVISABLE_FIELDS = ['title', 'abstract', 'topics', 'authors'] as const;
export type RevisableField = (typeof REVISABLE_FIELDS)[number];

/** How a conference decides, announces and goes on from there; without a row {@link DECIDING_DEFAULTS} hold. */
@Entity()
export class DecidingSettings {
  @PrimaryColumn('text') conferenceId: string;
  /** Outcomes that need words to the authors. */
  @Column('text', { array: true }) textRequired: string[];
  /** A second chair confirms each list before it is released. */
  @Column('boolean') twoPersons: boolean;
  /** That chair is of another organisation. */
  @Column('boolean') twoOrganisations: boolean;
  /** How many submissions fit; null while nobody has said. */
  @Column('int', { nullable: true }) places: number | null;
  /** Until when accepted authors are asked to confirm that they take part, exclusive; null: they are not asked. */
  @Column('timestamptz', { nullable: true }) confirmBy: Date | null;
  /** Days before `confirmBy` on which those who have not answered are reminded, once each. */
  @Column('jsonb') reminderDays: number[];
  /** Of {@link REVISABLE_FIELDS}; none: what is accepted stays as it is. */
  @Column('text', { array: true }) editFields: string[];
  /** Exclusive; null: as long as it is not published. */
  @Column('timestamptz', { nullable: true }) editUntil: Date | null;
  @Column('int') version: number;
}

/** Of a conference that has set nothing. */
export const DECIDING_DEFAULTS: Omit<DecidingSettings, 'conferenceId'> = {
  textRequired: [],
  twoPersons: false,
  twoOrganisations: false,
  places: null,
  confirmBy: null,
  reminderDays: [],
  editFields: [],
  editUntil: null,
  version: 0,
};
