const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 3 });
const percent = new Intl.NumberFormat('en-US', { style: 'percent', maximumFractionDigits: 1 });
const signed = new Intl.NumberFormat('en-US', {
  style: 'percent',
  maximumFractionDigits: 1,
  signDisplay: 'exceptZero',
});

const date = (options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', ...options });
const longDay = date({ weekday: 'short', month: 'short', day: 'numeric', year: 'numeric' });
const dayOfYear = date({ month: 'short', day: 'numeric', year: 'numeric' });
const monthOfYear = date({ month: 'long', year: 'numeric' });
const clock = date({ month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

/** A number in full: 1,234,567. */
export const full = (value: number): string => whole.format(value);

/** A number in few characters: 1.23M. */
export const compact = (value: number): string => short.format(value);

/** A share of one: 12.3%. */
export const share = (value: number): string => percent.format(value);

/** A change as a share: +4.2%. */
export const change = (value: number): string => signed.format(value);

/** Lengths of time that a chart's points stand for. */
export type Grain = 'hour' | 'day' | 'week' | 'month';

/** The time that begins at an instant, in words. */
export function moment(start: Date, grain: Grain): string {
  if (grain === 'hour') return clock.format(start);
  if (grain === 'week') return `Week of ${dayOfYear.format(start)}`;
  return (grain === 'month' ? monthOfYear : longDay).format(start);
}

/** A count with its noun: 1 play, 2 plays. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${full(count)} ${count === 1 ? one : many}`;

/** A day with its year: Mar 1, 2026. */
export const day = (text: string): string => dayOfYear.format(new Date(`${text}T00:00:00Z`));

/** An instant to the minute, UTC. */
export const instant = (iso: string): string => clock.format(new Date(iso));

/** How long ago, in the largest unit that is not zero. */
export function ago(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s ago`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ago`;
  return `${Math.floor(hours / 24)} days ago`;
}
