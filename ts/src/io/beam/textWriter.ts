import { open } from 'node:fs/promises';

/** Characters that are handed to the system at once. */
const STRETCH = 2 ** 20;

/** Writes lines to a file, each with an end of line. */
export async function linesFile(file: string, lines: () => Iterable<string>): Promise<void> {
  await using handle = await open(file, 'w');
  let pending = '';
  for (const line of lines()) {
    pending += `${line}\n`;
    if (pending.length < STRETCH) continue;
    await handle.writeFile(pending); // goes on where the last one ended
    pending = '';
  }
  await handle.writeFile(pending);
}
