import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A topic of a conference; a retired one stays for the submissions that name it. */
@Entity()
export class Topic {
  @PrimaryColumn('text') id: string;
  @Column('text') conferenceId: string;
  @Column('int') position: number;
  @Column('text') title: string;
  @Column('timestamptz', { nullable: true }) retiredAt: Date | null;
}
