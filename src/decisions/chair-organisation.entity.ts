import { Column, Entity, PrimaryColumn } from 'typeorm';

/** For which organisation a chair acts in a conference, as its chairs have written down. */
@Entity()
export class ChairOrganisation {
  @PrimaryColumn('text') conferenceId: string;
  @PrimaryColumn('text') personId: string;
  @Column('text') organisation: string;
}
