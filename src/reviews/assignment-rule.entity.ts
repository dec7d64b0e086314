import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { PerspectiveGroup } from './balance.js';

/** How a conference composes its panels; a conference without a row has the defaults. */
@Entity()
export class AssignmentRule {
  @PrimaryColumn('text') conferenceId: string;
  /** The least reviews that each reviewer should get. */
  @Column('int') leastLoad: number;
  /** Perspective groups that reviewers may declare; null: they are not asked. */
  @Column('jsonb', { nullable: true }) groups: PerspectiveGroup[] | null;
  /** The most members of a panel from one party; null for any number. */
  @Column('int', { nullable: true }) mostOfParty: number | null;
  /** The least members of a panel from outside the parties. */
  @Column('int') outsideAtLeast: number;
  @Column('int') version: number;
}

/** A panel of another size than the call's. */
@Entity()
export class PanelSize {
  @PrimaryColumn('text') submissionId: string;
  /** 0: the submission is not reviewed by an assigned panel. */
  @Column('int') places: number;
}

/** What a reviewer has privately declared, sealed with their own key. Read by the reviewer and by the solver's loader alone. */
@Entity()
export class Perspective {
  @PrimaryColumn('text') reviewerId: string;
  @Column('text') sealed: string;
}
