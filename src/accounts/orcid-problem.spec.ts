import { orcidProblem } from './orcid-problem.js';

describe('orcidProblem', () => {
  it.each([
    [{ error: 'access_denied' }, 'denied'],
    [{ error: 'invalid_grant' }, 'code'],
    [{ error: 'server_error' }, 'answer'],
    [{ name: 'TimeoutError' }, 'unreachable'],
    [{ code: 'OAUTH_TIMEOUT' }, 'unreachable'],
    [{ code: 'orcid.unreachable' }, 'unreachable'],
    [new TypeError('fetch failed'), 'unreachable'],
    [new TypeError('not a function'), 'answer'],
    [new Error('something went wrong', { cause: new TypeError('fetch failed') }), 'unreachable'],
    [{ code: 'OAUTH_JWT_CLAIM_COMPARISON_FAILED' }, 'answer'],
  ])('%p is %s', (thrown, problem) => {
    expect(orcidProblem(thrown)).toBe(problem);
  });
});
