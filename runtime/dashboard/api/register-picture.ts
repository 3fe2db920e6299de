import type { FastifyInstance } from 'fastify';
import type { MartsWarehouse } from '../../warehouse/marts/marts.ts';
import type { Dataset } from '../datasets/dataset.ts';
import { wrapped, wrappedSongs } from '../datasets/wrapped.ts';
import { readParams, rowsOf } from './dataset-answer.ts';
import type { Entities } from './entities.ts';
import { Problem } from './problem.ts';
import { sharePicture } from './share-picture.ts';

const years = wrapped as unknown as Dataset;
const songsOfYear = wrappedSongs as unknown as Dataset;

/** Serves a listener's year as a picture to share. */
export function registerPicture(app: FastifyInstance, marts: MartsWarehouse, entities: Entities): void {
  app.get('/api/wrapped.svg', async (request, reply) => {
    const params = readParams(years, request.query as Record<string, unknown>);
    if (entities.isKnown(request, reply)) return reply.code(304).send();
    const { row, songs, version } = await marts.read(async (current) => ({
      row: (await rowsOf(years, params, current))[0],
      songs: await rowsOf(songsOfYear, params, current),
      version: current.pointer.version,
    }));
    if (!row) {
      throw new Problem(404, 'not_found', `Listener ${params.user} did not listen in ${params.year}.`);
    }
    const picture = sharePicture({
      user: Number(row.user_id),
      year: Number(row.year),
      minutes: Number(row.minutes),
      streams: Number(row.streams),
      artists: Number(row.artists),
      topArtist: String(row.top_artist),
      listenerType: String(row.listener_type),
      songs: songs.map(({ song, artist }) => ({ song: String(song), artist: String(artist) })),
    });
    entities.label(reply, version);
    return reply.type('image/svg+xml; charset=utf-8').send(picture);
  });
}
