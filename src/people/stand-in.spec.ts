import { normaliseEmail } from './email.js';
import { isStandIn, newStandIn } from './stand-in.js';

it('makes addresses that are their own identity form and stand for another', () => {
  const one = newStandIn();
  expect(normaliseEmail(one)).toBe(one);
  expect(newStandIn()).not.toBe(one);
  expect(isStandIn(one)).toBe(true);
  expect(isStandIn('ani@example.org')).toBe(false);
  expect(isStandIn('ani@protected.invalid.example.org')).toBe(false);
});
