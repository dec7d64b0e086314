import { newId } from '../platform/ids.js';

/** No mail can ever arrive there (RFC 2606); the mail worker knows whose address is meant. */
const DOMAIN = '@protected.invalid';

/** A new stand-in for the address of a protected person. It is random and says nothing of the address. */
export const newStandIn = (): string => `${newId()}${DOMAIN}`;

/** Whether an address in its identity form stands for one that is sealed. */
export const isStandIn = (address: string): boolean => address.endsWith(DOMAIN);
