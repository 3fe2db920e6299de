import type { ObjectStore } from '../lake/object-store.ts';

/** A store whose creates are timed: `seconds` is called with how long each took, whatever came of it. */
export function timedStore(store: ObjectStore, seconds: (value: number) => void): ObjectStore {
  return {
    location: store.location,
    async createIfAbsent(path, content) {
      const started = performance.now();
      try {
        return await store.createIfAbsent(path, content);
      } finally {
        seconds((performance.now() - started) / 1000);
      }
    },
    overwrite: (path, content) => store.overwrite(path, content),
    read: (path) => store.read(path),
    list: (folder, options) => store.list(folder, options),
    listFolders: (folder) => store.listFolders(folder),
    delete: (path) => store.delete(path),
  };
}
