import type { FastifyReply, FastifyRequest } from 'fastify';
import type { MartsWarehouse } from '../../warehouse/marts/marts.ts';

/**
 * Whether If-None-Match names an entity: any of a list, by weak comparison as RFC 9110 (13.1.2) asks, so that a proxy that
 * marks tags as weak when it compresses harms nothing.
 */
export function namesEntity(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  return [...ifNoneMatch.matchAll(/(?:W\/)?("[^"]*")/g)].some(([, tag]) => tag === etag);
}

/** The entity tags of answers from the marts: which version they were made from, by which build of the program. */
export class Entities {
  readonly #marts: MartsWarehouse;
  readonly #build: string;

  constructor(marts: MartsWarehouse, build: string) {
    this.#marts = marts;
    this.#build = build;
  }

  /** Labels an answer with the version that it was made from. */
  label(reply: FastifyReply, version: string): void {
    reply.header('etag', this.#tag(version)).header('cache-control', 'no-cache');
  }

  /** Whether the asker has the answer from the current version already; labels the reply if so. No query is needed. */
  isKnown(request: FastifyRequest, reply: FastifyReply): boolean {
    const version = this.#marts.pointer?.version;
    if (version === undefined || !namesEntity(request.headers['if-none-match'], this.#tag(version)))
      return false;
    this.label(reply, version);
    return true;
  }

  #tag(version: string): string {
    return `"${version}-${this.#build}"`;
  }
}
