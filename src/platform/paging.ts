import { Transform } from 'class-transformer';
import { Whole, Line } from './fields.js';

const MOST = 200;
const USUAL = 50;

/** `?limit=&after=` of every list. */
export class PageQuery {
  @Whole(1, MOST, { optional: true })
  @Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^-?\d{1,9}$/.test(value) ? Number(value) : value,
  )
  limit?: number;

  @Line(500, { optional: true }) after?: string;
}

export const limitOf = (query: PageQuery): number => query.limit ?? USUAL;
