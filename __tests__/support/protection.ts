/** Settings that construct tests share. */
export const locked = { protected: true } as const;
export const unlocked = { unprotected: true, reason: 'a test' } as const;
export const key = 'projects/project/locations/us-central1/keyRings/ring/cryptoKeys/key';
