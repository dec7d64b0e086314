import { Line } from '../platform/fields.js';

/** One address, in a form of its owner's. */
export class EmailDto {
  @Line(254) email: string;
}
