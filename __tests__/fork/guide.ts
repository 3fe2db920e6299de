/** What docs/fork.md tells a person to do, read from its text, so that guide and test cannot differ. */

/** A file that a wish has a person edit. */
interface Edit {
  readonly path: string;
  /** Whether the block is the whole of a new file; else it is a diff: lines to add and remove between lines that are there. */
  readonly isNew: boolean;
  readonly block: string;
}

/** A section of the guide that has blocks. */
export interface Wish {
  readonly title: string;
  readonly edits: readonly Edit[];
  /** The lines of its `sh` blocks. */
  readonly commands: readonly string[];
}

const edit = /^\*\*(?<path>\S+)\*\*(?<isNew> \(new\))?\n\n```(?<language>\w+)\n(?<block>.*?)^```$/gms;
const shell = /^```sh\n(.*?)^```$/gms;

/** The wishes of a guide, in its order: each section with a file to edit. */
export function readGuide(text: string): readonly Wish[] {
  return text
    .split(/^## /m)
    .slice(1)
    .map((section) => ({
      title: section.slice(0, section.indexOf('\n')),
      edits: [...section.matchAll(edit)].map(({ groups = {} }) => {
        const { path = '', isNew, language, block = '' } = groups;
        if ((isNew === undefined) !== (language === 'diff')) {
          throw new Error(`${path}: expected a diff, or "(new)" and the whole file, got ${language}`);
        }
        return { path, isNew: isNew !== undefined, block };
      }),
      commands: [...section.matchAll(shell)].flatMap(([, lines = '']) => lines.trim().split('\n')),
    }))
    .filter(({ edits }) => edits.length > 0);
}

/** Where these lines are in a file, one after the other. */
function placesOf(wanted: readonly string[], lines: readonly string[]): readonly number[] {
  return [...lines.keys()].filter((at) => wanted.every((line, index) => lines[at + index] === line));
}

/** Whether a file is as an edit leaves it: a fork that did what the guide says has a guide that is as true as before. */
export function isApplied({ isNew, block }: Edit, content: string | undefined): boolean {
  if (isNew || content === undefined) return content === block;
  const lines = content.split('\n');
  return partsOf(block).every(({ after }) => placesOf(after, lines).length === 1);
}

/** The parts of a diff: lines that are there before it, and after it. */
function partsOf(block: string) {
  return block
    .trimEnd()
    .split(/^@@.*\n/m)
    .map((text) => {
      const marked = text.split('\n').filter((line, index, all) => line !== '' || index < all.length - 1);
      const without = (mark: string) =>
        marked.filter((line) => !line.startsWith(mark)).map((line) => line.slice(1));
      return { text, before: without('+'), after: without('-') };
    });
}

/**
 * A file after an edit. Each part of a diff, `@@` between them, is found by the lines that are there already.
 * @param content The file before it; undefined where there is none.
 * @throws Error for a new file that is there, a file that is not, and a part that fits nowhere or twice.
 */
export function applyEdit({ path, isNew, block }: Edit, content: string | undefined): string {
  if (isNew) {
    if (content !== undefined) throw new Error(`${path} is there already: expected a new file`);
    return block;
  }
  if (content === undefined) throw new Error(`${path} is not there: expected a file to edit`);
  let lines = content.split('\n');
  for (const { text, before, after } of partsOf(block)) {
    const [at, ...others] = placesOf(before, lines);
    if (at === undefined || others.length > 0) {
      const found = at === undefined ? 'nowhere' : 'twice';
      throw new Error(`${path}: expected these lines once, got them ${found}:\n${text}`);
    }
    lines = [...lines.slice(0, at), ...after, ...lines.slice(at + before.length)];
  }
  return lines.join('\n');
}
