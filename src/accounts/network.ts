import { isIPv6 } from 'node:net';

/**
 * What limits are counted by: an IPv4 address, or the first 64 bits of an IPv6 address, of which one subscriber has all
 * the rest. Anything else is its own network.
 */
export function networkOf(address: string): string {
  const [plain = ''] = address.split('%');
  const inside = /^::ffff:(\d+(?:\.\d+){3})$/i.exec(plain)?.[1];
  if (inside !== undefined) return inside;
  if (!isIPv6(plain)) return plain;
  const [before, after] = plain.split('::').map(groupsOf);
  const zeros = after ? Array.from({ length: 8 - before!.length - after.length }, () => '0') : [];
  const first = [...before!, ...zeros, ...(after ?? [])].slice(0, 4);
  return `${first.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}

/** Groups of 16 bits; an IPv4 address at the end stands for two, and never for one of the first four. */
const groupsOf = (part: string): string[] =>
  part
    .split(':')
    .filter(Boolean)
    .flatMap((group) => (group.includes('.') ? ['0', '0'] : [group]));
