import { Line } from '../platform/fields.js';

/** Two people of a conference. */
export class PairQuery {
  @Line(16) one: string;
  @Line(16) other: string;
}

/** Two people to be joined as the preview with this hash has shown. */
export class JoinDto extends PairQuery {
  @Line(64) hash: string;
}
