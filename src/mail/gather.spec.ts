import { Gather } from './gather.js';

describe('a gathering of questions', () => {
  it('asks at once, and joins what comes meanwhile, in lots', async () => {
    const lots: number[][] = [];
    const gather = new Gather<number, number>(async (items) => {
      lots.push([...items]);
      return Promise.resolve(items.map((item) => item * 10));
    }, 3);
    const answers = await Promise.all([1, 2, 3, 4, 5].map((item) => gather.add(item)));
    expect(answers).toEqual([10, 20, 30, 40, 50]);
    expect(lots).toEqual([[1], [2, 3, 4], [5]]);
    expect(await gather.add(6)).toBe(60);
  });

  it('tells a failure to those whom it concerns, and goes on', async () => {
    let calls = 0;
    const gather = new Gather<string, string>((items) => {
      calls += 1;
      return calls === 1 ? Promise.reject(new Error('lost')) : Promise.resolve(items);
    }, 10);
    const [first, second] = await Promise.allSettled([gather.add('a'), gather.add('b')]);
    expect(first.status).toBe('rejected');
    expect(second).toEqual({ status: 'fulfilled', value: 'b' });
  });
});
