import { type FileHandle, open } from 'node:fs/promises';
import { errorMessage, SetupError } from '../../program/errors.ts';

/** Pieces a single system call takes (IOV_MAX of Linux and macOS). */
const piecesPerCall = 1024;

/** A file that is only appended to, and can be cut back to a length it once had. */
export class AppendFile {
  readonly #file: FileHandle;
  #length: number;

  private constructor(file: FileHandle, length: number) {
    this.#file = file;
    this.#length = length;
  }

  /**
   * Opens a file for appending behind `length` bytes; what is there beyond is cut off, all of it for 0.
   * @throws SetupError `configuration` where the file is shorter, or cannot be opened
   */
  static async open(path: string, length: number): Promise<AppendFile> {
    let file: FileHandle;
    try {
      file = await open(path, length === 0 ? 'w' : 'r+');
    } catch (error) {
      throw new SetupError('configuration', `cannot write ${path}: ${errorMessage(error)}`, { cause: error });
    }
    const { size } = await file.stat();
    if (size < length) {
      await file.close();
      throw new SetupError(
        'configuration',
        `${path} has ${size} bytes, but the checkpoint says that ${length} were written: restore the file, or ` +
          'remove the checkpoint to begin a new run',
      );
    }
    await file.truncate(length);
    return new AppendFile(file, length);
  }

  /** Opens files of a folder at the lengths they once had, missing ones at 0; all of them or none. */
  static async openAll<Name extends string>(
    paths: Readonly<Record<Name, string>>,
    lengths: Readonly<Record<string, unknown>> = {},
  ): Promise<ReadonlyMap<Name, AppendFile>> {
    const files = new Map<Name, AppendFile>();
    try {
      for (const [name, path] of Object.entries(paths) as [Name, string][]) {
        files.set(name, await AppendFile.open(path, Number(lengths[name] ?? 0)));
      }
      return files;
    } catch (error) {
      for (const file of files.values()) await file.close();
      throw error;
    }
  }

  get length(): number {
    return this.#length;
  }

  /** Appends pieces one after the other. */
  async append(pieces: readonly Uint8Array[]): Promise<void> {
    for (let i = 0; i < pieces.length; i += piecesPerCall) {
      const call = pieces.slice(i, i + piecesPerCall);
      const size = call.reduce((sum, { length }) => sum + length, 0);
      const { bytesWritten } = await this.#file.writev(call, this.#length);
      this.#length += bytesWritten;
      if (bytesWritten < size) await this.#appendRest(Buffer.concat(call).subarray(bytesWritten));
    }
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  async #appendRest(rest: Uint8Array): Promise<void> {
    for (let done = 0; done < rest.length; ) {
      const { bytesWritten } = await this.#file.write(rest, done, rest.length - done, this.#length);
      done += bytesWritten;
      this.#length += bytesWritten;
    }
  }
}
