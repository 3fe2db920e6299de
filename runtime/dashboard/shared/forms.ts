/** Form of the key of a song or an artist. */
export const itemKeyForm = /^[\w-]{1,64}$/;

/** Form of a listener's number in an address. */
export const listenerForm = /^\d{1,15}$/;

/** Form of a year in an address. */
export const yearForm = /^2\d{3}$/;
