/** An IPv4 range: its first address as a number and how many bits are fixed. */
interface Cidr {
  readonly text: string;
  readonly start: number;
  readonly bits: number;
}

/** Parses `a.b.c.d/n` in canonical form (no bit set beyond the prefix); undefined where it is none. */
export function parseCidr(text: string): Cidr | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (!match) return undefined;
  const numbers = match.slice(1).map(Number);
  const bits = numbers[4] ?? 33;
  const octets = numbers.slice(0, 4);
  if (bits > 32 || octets.some((octet) => octet > 255)) return undefined;
  const start = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  return start % 2 ** (32 - bits) === 0 ? { text, start, bits } : undefined;
}

/** Whether two ranges share an address. */
export function overlap(a: Cidr, b: Cidr): boolean {
  return a.start < b.start + 2 ** (32 - b.bits) && b.start < a.start + 2 ** (32 - a.bits);
}

/** Whether the whole range is private by RFC 1918, or the shared space of RFC 6598 that Composer may use. */
export function isPrivate(range: Cidr): boolean {
  const spaces = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'].map(parseCidr);
  return spaces.some((space) => space !== undefined && overlap(space, range) && space.bits <= range.bits);
}
