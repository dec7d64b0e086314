import { Line, Text } from '../platform/fields.js';

/** Why an officer has to know who somebody is. */
export class ViewIdentityDto {
  @Text(1000) reason: string;
}

/** The name by which somebody wants to go. */
export class ProtectionDto {
  @Line(200) publicName: string;
}
