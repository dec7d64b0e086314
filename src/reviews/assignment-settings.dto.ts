import { Many } from '../conferences/conference.fields.js';
import { Line, OneOf, Whole } from '../platform/fields.js';
import { COUNTS } from './balance.js';

/** A group that reviewers may privately declare. */
export class GroupDto {
  /** Of a group that is there already, so that declarations of it keep counting. */
  @Line(8, { optional: true }) id?: string;
  @Line(60) name: string;
  @OneOf(COUNTS) counts: string;
}

/** All that a proposal keeps to beside the call's own size of panels; what is absent is off. */
export class AssignmentSettingsDto {
  /** The least reviews for each reviewer. */
  @Whole(0, 200, { optional: true }) leastLoad?: number;
  /** Absent: reviewers are not asked. */
  @Many(() => GroupDto, 8, { optional: true }) groups?: GroupDto[];
  /** The most members of a panel from one party; absent: any number. */
  @Whole(1, 20, { optional: true }) mostOfParty?: number;
  /** The least members of a panel from outside the parties. */
  @Whole(0, 20, { optional: true }) outsideAtLeast?: number;
}

/** The size of one panel. */
export class PanelSizeDto {
  /** Absent: the call's. */
  @Whole(0, 20, { optional: true }) places?: number;
}

/** What a reviewer privately declares. */
export class PerspectiveDto {
  /** Id of a group of the conference; absent: nothing, or nothing any more. */
  @Line(8, { optional: true }) group?: string;
}
