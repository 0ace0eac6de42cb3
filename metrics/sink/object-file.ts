import { mkdir, open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** An object as S3 would hold it. */
export interface StoredObject {
  readonly bucket: string;
  readonly key: string;
  readonly body: string;
}

const DIRECTORY_MODE = 0o750; // Who calls whom is not for everybody.
const FILE_MODE = 0o640;
/** Beside the buckets and not in them: whoever lists a bucket never sees half an object. No bucket begins with a dot. */
const UNFINISHED_FOLDER = '.unfinished';

export function objectPath(directory: string, { bucket, key }: Pick<StoredObject, 'bucket' | 'key'>): string {
  return join(directory, 's3', bucket, key);
}

/**
 * Writes an object under `s3/` of the data directory, whole or not at all, also where the power fails. What a crash left
 * unfinished is overwritten by the next try.
 * @throws the system's error
 */
export async function writeObject(directory: string, object: StoredObject): Promise<void> {
  const path = objectPath(directory, object);
  const name = `${object.bucket}/${object.key}`.replaceAll('/', '_');
  const beside = join(directory, 's3', UNFINISHED_FOLDER, name);
  await mkdir(dirname(beside), { recursive: true, mode: DIRECTORY_MODE });
  await mkdir(dirname(path), { recursive: true, mode: DIRECTORY_MODE });
  const file = await open(beside, 'w', FILE_MODE);
  try {
    await file.writeFile(object.body);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(beside, path);
}
