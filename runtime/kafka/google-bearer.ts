import { z } from 'zod';

const token = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });

const encode = (part: object | string) =>
  Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');

/** Asks the metadata server of a Google machine about its own account. */
async function ask(path: string): Promise<string> {
  const host = process.env.GCE_METADATA_HOST ?? 'metadata.google.internal';
  const response = await fetch(
    `http://${host}/computeMetadata/v1/instance/service-accounts/default/${path}`,
    {
      headers: { 'Metadata-Flavor': 'Google' },
      signal: AbortSignal.timeout(10_000),
    },
  );
  if (!response.ok) throw new Error(`the metadata server answered ${response.status} for ${path}`);
  return response.text();
}

/**
 * A bearer for Google's Managed Kafka: the access token of the machine's account in the form that its brokers read,
 * three unpadded base64url parts (header, claims, token). Form: documentation of Managed Service for Apache Kafka.
 */
export async function googleBearer(): Promise<{ value: string }> {
  const [email, answer] = await Promise.all([ask('email'), ask('token')]);
  const { access_token: accessToken, expires_in: seconds } = token.parse(JSON.parse(answer));
  const now = Math.floor(Date.now() / 1000);
  const claims = { exp: now + seconds, iss: 'Google', iat: now, scope: 'kafka', sub: email.trim() };
  const header = { typ: 'JWT', alg: 'GOOG_OAUTH2_TOKEN' };
  return { value: [header, claims, accessToken].map(encode).join('.') };
}
