import { access, constants, type FileHandle, mkdir, open } from 'node:fs/promises';
import { JournalError } from '../errors.js';
import { type JournalOptions, reasonOf } from './journal.js';

/**
 * Does `work` while no other run, of this process or another, has the journal's folder. The lock is the operating system's, on the
 * folder itself: it ends with the process, however that ends, and leaves nothing behind.
 *
 * @param tryLock - locks an open folder; false if it is locked
 * @throws JournalError if the folder is in use, or cannot be made or written to; what `work` throws
 */
export async function withJournalLock<T>(
  { folder, resume }: JournalOptions,
  tryLock: (descriptor: number) => boolean,
  work: () => Promise<T>,
): Promise<T> {
  const handle = await openFolder(folder, resume ?? false);
  try {
    if (tryLock(handle.fd)) return await work();
    throw new JournalError(
      `the journal in ${folder} is in use by another run: give every run a folder of its own`,
    );
  } finally {
    await handle.close();
  }
}

async function openFolder(folder: string, mustExist: boolean): Promise<FileHandle> {
  const what = mustExist
    ? `there is no journal to resume in ${folder}`
    : `the journal in ${folder} cannot be written`;
  try {
    if (!mustExist) await mkdir(folder, { recursive: true });
    const handle = await open(folder, 'r');
    await access(folder, constants.W_OK | constants.X_OK).catch(async (error) => {
      await handle.close();
      throw error;
    });
    return handle;
  } catch (error) {
    throw new JournalError(`${what}: ${reasonOf(error)}`, { cause: error });
  }
}
