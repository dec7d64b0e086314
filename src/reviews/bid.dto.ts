import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsObject, ValidateNested } from 'class-validator';
import { isDay } from '../conferences/conference-rules.js';
import { Line, OneOf, Rule } from '../platform/fields.js';
import { PageQuery } from '../platform/paging.js';
import { BIDS } from './affinity.js';

export class BidDto {
  /** Code of the submission. */
  @Line(16) submission: string;
  /** `none` takes a bid back. */
  @OneOf([...BIDS, 'none']) bid: string;
}

/** What a reviewer says of some submissions; what is not in the list stays. The last word counts, so there is no version. */
export class BidsDto {
  @IsArray()
  @ArrayMaxSize(200, { context: { limit: 200 } })
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => BidDto)
  bids: BidDto[];
}

export class BidQuery extends PageQuery {
  @Line(40, { optional: true }) topic?: string;
  /** Only what nothing has been said of yet. */
  @OneOf(['none'], { optional: true }) bid?: string;
}

const Day = (): PropertyDecorator => (target, property) => {
  Rule('day', (value) => typeof value !== 'string' || value === '' || isDay(value))(target, property);
  Line(10)(target, property);
};

/** From the beginning of one day to the end of another, in the conference's zone. */
export class BiddingDto {
  @Day() opensOn: string;
  @Day() closesOn: string;
}
