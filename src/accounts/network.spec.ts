import { networkOf } from './network.js';

describe('the network of an address', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002:ffff::', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['1::4:5:6:7:8:9', '1:0:4:5::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['64:ff9b::192.0.2.7', '64:ff9b:0:0::/64'],
    ['unknown', 'unknown'],
  ])('%s is %s', (address, network) => expect(networkOf(address)).toBe(network));

  it('is one for every address that a subscriber may take, and another for the next subscriber', () => {
    const mine = Array.from({ length: 1000 }, (_, n) =>
      networkOf(`2001:db8:1:2:${n.toString(16)}:${n * 7}::1`),
    );
    expect(new Set(mine).size).toBe(1);
    expect(networkOf('2001:db8:1:3::1')).not.toBe(mine[0]);
  });
});
