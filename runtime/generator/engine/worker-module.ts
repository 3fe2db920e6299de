/** The module that a simulation's threads run; in a bundle it is the bundle itself (`artifacts/bundle.ts`). */
export const workerModule = new URL('./worker.ts', import.meta.url);
