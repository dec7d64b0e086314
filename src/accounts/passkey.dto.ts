import { Line } from '../platform/fields.js';

/** What a person says of a passkey; the device says the rest. */
export class AddPasskeyDto {
  @Line(60) name: string;
}
