import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CATALOG } from '../../metrics/catalog.ts';
import { MEDIA_QUALITY_FIELDS } from '../../metrics/media-quality-log.ts';
import { renderTellingDocument } from '../support/telling-document.ts';

const DOCUMENT = new URL('../../docs/telling.md', import.meta.url);

describe('docs/telling.md', () => {
  /** `npx vitest run --project unit test/docs -u` writes it anew. */
  it('is what the code says today', async () => {
    await expect(await renderTellingDocument()).toMatchFileSnapshot(DOCUMENT.pathname);
  });

  it('names every field and metric', () => {
    const text = readFileSync(DOCUMENT, 'utf8');
    const names = [...MEDIA_QUALITY_FIELDS, ...CATALOG].map(({ name }) => name);
    expect(names).toHaveLength(80);
    expect(names.filter((name) => !text.includes(`| \`${name}\` |`))).toEqual([]);
  });
});
