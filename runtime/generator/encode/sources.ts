import { defineSources, number, of, ofRun, whenPlaying, whenShown } from './source.ts';

const session = {
  ts: number('ts'),
  sessionId: number('sessionId'),
  itemInSession: number('itemInSession'),
  level: of('state', ({ level }) => level),
  auth: of('state', ({ auth }) => auth),
};

const placeAndDevice = {
  city: of('place', ({ city }) => city),
  zip: of('place', ({ zip }) => zip),
  state: of('place', ({ state }) => state),
  lon: of('place', ({ lon }) => lon),
  lat: of('place', ({ lat }) => lat),
  userAgent: of('device', ({ userAgent }) => userAgent),
};

const user = {
  userId: whenShown(number('userId')),
  firstName: whenShown(of('firstName', ({ name }) => name)),
  lastName: whenShown(of('lastName', (name) => name)),
  gender: whenShown(of('firstName', ({ gender }) => gender)),
  registration: whenShown(number('registration')),
  tag: ofRun(({ tag }) => tag),
};

const playedTrack = {
  artist: of('track', ({ artist }) => artist),
  song: of('track', ({ title }) => title),
  duration: of('track', ({ durationSeconds }) => durationSeconds),
  trackId: of('track', ({ trackId }) => trackId),
};

const viewedTrack = {
  artist: whenPlaying(playedTrack.artist),
  song: whenPlaying(playedTrack.song),
  duration: whenPlaying(playedTrack.duration),
  trackId: whenPlaying(playedTrack.trackId),
};

/**
 * Where the generator takes each field of the contract from: the one place to add a field's value. A topic has
 * exactly the contract's fields. Their order, Avro type and nullability are the contract's and not said here.
 */
export const sources = defineSources({
  listen_events: { ...session, ...placeAndDevice, ...user, ...playedTrack },
  page_view_events: {
    ...session,
    ...placeAndDevice,
    ...user,
    page: of('state', ({ page }) => page),
    method: of('state', ({ method }) => method),
    status: of('state', ({ status }) => status),
    ...viewedTrack,
  },
  auth_events: {
    ...session,
    ...placeAndDevice,
    ...user,
    success: of('state', ({ auth }) => auth === 'Logged In'),
  },
  status_change_events: {
    ...session,
    ...placeAndDevice,
    ...user,
    newLevel: of('state', ({ newLevel }) => newLevel),
  },
});
