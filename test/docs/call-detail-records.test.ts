import { expect, it } from 'vitest';
import { renderRecordsDocument } from '../support/records-document.ts';

const DOCUMENT = new URL('../../docs/call-detail-records.md', import.meta.url);

/** `npx vitest run --project unit test/docs -u` writes it anew. */
it('docs/call-detail-records.md is what the code says today', async () => {
  await expect(renderRecordsDocument()).toMatchFileSnapshot(DOCUMENT.pathname);
});
