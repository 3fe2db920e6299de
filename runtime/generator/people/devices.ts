/** A browser or app by which people listen. */
export interface Device {
  readonly userAgent: string;
  /** Share of listeners, any unit. */
  readonly weight: number;
}

const webkit = 'AppleWebKit/537.36 (KHTML, like Gecko)';
const windows = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)';
const mac = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)';
const android = 'Mozilla/5.0 (Linux; Android 10; K)';

function chrome(platform: string, version: number, mobile = ''): string {
  return `${platform} ${webkit} Chrome/${version}.0.0.0 ${mobile}Safari/537.36`;
}

function iphone(os: string, version: string): string {
  return `Mozilla/5.0 (iPhone; CPU iPhone OS ${os} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/${version} Mobile/15E148 Safari/604.1`;
}

/**
 * Devices with round shares of our own that put about half of the listeners on a phone. The texts follow the
 * reduced user agents that browsers have sent since 2022.
 */
export const devices: readonly Device[] = [
  { userAgent: iphone('18_6', '18.6'), weight: 16 },
  { userAgent: iphone('17_7', '17.7'), weight: 7 },
  { userAgent: iphone('16_7', '16.7'), weight: 3 },
  { userAgent: chrome(android, 140, 'Mobile '), weight: 14 },
  { userAgent: chrome(android, 138, 'Mobile '), weight: 6 },
  {
    userAgent: `${android} ${webkit} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36`,
    weight: 4,
  },
  { userAgent: 'Mozilla/5.0 (Android 15; Mobile; rv:143.0) Gecko/143.0 Firefox/143.0', weight: 1 },
  { userAgent: chrome(windows, 140), weight: 17 },
  { userAgent: chrome(windows, 139), weight: 6 },
  { userAgent: `${chrome(windows, 140)} Edg/140.0.0.0`, weight: 7 },
  {
    userAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0',
    weight: 3,
  },
  { userAgent: chrome(mac, 140), weight: 6 },
  {
    userAgent: `${mac} AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15`,
    weight: 6,
  },
  {
    userAgent: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:143.0) Gecko/20100101 Firefox/143.0',
    weight: 1,
  },
  { userAgent: chrome('Mozilla/5.0 (X11; CrOS x86_64 14541.0.0)', 140), weight: 2 },
  { userAgent: chrome('Mozilla/5.0 (X11; Linux x86_64)', 140), weight: 1 },
];
