import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A conference; an edition names the one before it. Its version covers its call, topics and criteria too. */
@Entity()
export class Conference {
  @PrimaryColumn('text') id: string;
  /** Its name in addresses: lower case letters, digits and hyphens. */
  @Column('text') slug: string;
  /** First part of its submissions' codes, as `PSC` in `PSC-7KQF`. */
  @Column('text') codePrefix: string;
  @Column('text') name: string;
  @Column('text') subtitle: string;
  @Column('text') organiserName: string;
  @Column('text') description: string;
  @Column('text') venue: string;
  /** Where replies to its mail go; empty when it has none. */
  @Column('text') contactAddress: string;
  /** `YYYY-MM-DD`. */
  @Column('date', { nullable: true }) startsOn: string | null;
  @Column('date', { nullable: true }) endsOn: string | null;
  /** Name in the tz database. */
  @Column('text') timeZone: string;
  /** Language tag of what is said on the floor. */
  @Column('text') floorLanguage: string;
  /** Language tags of the simultaneous interpretation, in the organisers' order. */
  @Column('text', { array: true }) interpretation: string[];
  @Column('text', { nullable: true }) previousId: string | null;
  @Column('text') kind: 'real' | 'example' | 'rehearsal';
  @Column('boolean') lettersOpen: boolean;
  @Column('boolean') registrationOpen: boolean;
  @Column('int') version: number;
  @Column('timestamptz') createdAt: Date;
}
