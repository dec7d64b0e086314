import {
  backOffMs,
  blamesRecipient,
  MAIL_STATES,
  MAIL_TRANSITIONS,
  outcomeOf,
  type MailState,
} from './mail-rules.js';

describe('outcomeOf', () => {
  it.each([
    // [failure, body begun, outcome]
    [{ code: 'EMESSAGE', responseCode: 550, command: 'DATA' }, true, 'refused'],
    [{ code: 'EMESSAGE', responseCode: 451, command: 'DATA' }, true, 'deferred'],
    [{ code: 'EMESSAGE', responseCode: 354, command: 'DATA' }, true, 'uncertain'],
    [{ code: 'EMESSAGE', command: 'DATA' }, true, 'uncertain'],
    [{ code: 'EMESSAGE', command: 'MAIL FROM' }, false, 'refused'],
    [{ code: 'ECONNECTION', command: 'CONN' }, true, 'uncertain'],
    [{ code: 'ETIMEDOUT', command: 'CONN' }, true, 'uncertain'],
    [{ code: 'EPROTOCOL', responseCode: 250, command: 'CONN' }, true, 'uncertain'],
    [{ code: 'ECONNECTION', command: 'CONN' }, false, 'deferred'],
    [{ code: 'ETIMEDOUT', command: 'CONN' }, false, 'deferred'],
    [{ code: 'EENVELOPE', responseCode: 550, command: 'RCPT TO' }, false, 'refused'],
    [{ code: 'EENVELOPE', responseCode: 550, command: 'RCPT TO' }, true, 'refused'],
    [{ code: 'EENVELOPE', responseCode: 450, command: 'RCPT TO' }, false, 'deferred'],
    [{ code: 'EENVELOPE', responseCode: 421, command: 'RCPT TO' }, false, 'deferred'],
    [{ code: 'EENVELOPE', command: 'RCPT TO' }, false, 'deferred'],
    [{ code: 'EENVELOPE', command: 'API' }, false, 'refused'],
    [{ code: 'EENVELOPE', responseCode: 553, command: 'MAIL FROM' }, false, 'unavailable'],
    [{ code: 'EENVELOPE', responseCode: 552, command: 'MAIL FROM' }, false, 'refused'],
    [{ code: 'EENVELOPE', responseCode: 451, command: 'MAIL FROM' }, false, 'deferred'],
    [{ code: 'EENVELOPE', responseCode: 530, command: 'RCPT TO' }, false, 'unavailable'],
    [{ code: 'EAUTH', responseCode: 535, command: 'AUTH PLAIN' }, false, 'unavailable'],
    [{ code: 'ENOAUTH' }, false, 'unavailable'],
    [{}, false, 'deferred'],
  ] as const)('%j, body begun: %s -> %s', (failure, begun, outcome) => {
    expect(outcomeOf(failure, begun)).toBe(outcome);
  });
});

describe('states', () => {
  it('never lead back to sending from where a message may have gone out', () => {
    const reachable = (from: MailState, seen = new Set<MailState>()): Set<MailState> => {
      for (const to of MAIL_TRANSITIONS[from])
        if (!seen.has(to)) {
          seen.add(to);
          reachable(to, seen);
        }
      return seen;
    };
    for (const state of ['handed_over', 'superseded', 'cancelled', 'bounced'] as const)
      expect(reachable(state)).not.toContain('sending');
    // It was certainly not taken; only a server that refuses everybody brings it back.
    expect(MAIL_TRANSITIONS.refused).toEqual(['deferred']);
    // Every state but the first and the held one is reached from somewhere.
    const reached = new Set(MAIL_STATES.flatMap((state) => MAIL_TRANSITIONS[state]));
    expect(MAIL_STATES.filter((state) => !reached.has(state))).toEqual([]);
  });
});

describe('backOffMs', () => {
  it('doubles up to a limit, with a quarter of play', () => {
    expect(backOffMs(1, 0.5)).toBe(30_000);
    expect(backOffMs(2, 0.5)).toBe(60_000);
    expect(backOffMs(1, 0)).toBe(22_500);
    expect(backOffMs(1, 1)).toBe(37_500);
    expect(backOffMs(50, 0.5)).toBe(3_600_000);
    expect(backOffMs(3, 0.5, 10, 25)).toBe(25);
  });
});

describe('blamesRecipient', () => {
  it.each([
    ['550 5.1.1 No such user', true],
    ['552 5.2.2 Mailbox full', true],
    ['550-5.1.1 The account does not exist', true],
    ['550 No such user', false],
    ['554 5.7.1 Relay access denied', false],
    ['550 5.7.1 you are listed; see 5.1.1', false],
    ['', false],
  ])('%s: %s', (response, blamed) => expect(blamesRecipient(response)).toBe(blamed));
});
