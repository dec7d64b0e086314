import { cookieName } from './cookie-name.js';

it.each([
  ['https://conference.example.org', '__Host-concord_session'],
  ['http://localhost:3000', 'concord_session'],
])('the cookie of a session at %s is called %s', (publicUrl, name) =>
  expect(cookieName('session', publicUrl)).toBe(name),
);
