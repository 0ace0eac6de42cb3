import { expect, it } from 'vitest';
import { createLedgerMemory } from '../../../media/engine/descriptor-ledger.ts';
import { readClockMs } from '../../../media/engine/media-clock.ts';
import { MediaWorker } from '../../../media/engine/media-worker.ts';
import type { SocketBackend } from '../../../media/engine/socket-backend.ts';
import { BY_RECOMMENDATION } from '../../../media/quality/leg-quality.ts';

it('looks after its commands every 20 ms as soon as there is a leg', () => {
  let advance = (): number | null => null;
  const backend: SocketBackend = {
    name: 'dgram',
    unsentPackets: 0,
    openSocket: () => ({ send: () => {}, drain: () => {}, close: () => {} }),
    finishClosing: () => {},
    drive: (driven) => {
      advance = driven;
    },
  };
  const options = {
    portRanges: { default: [20_000, 20_009] as const },
    jitterBuffer: { minimumMs: 20, initialMs: 40, maximumMs: 200 },
    reportPeriodMs: 60_000,
    silenceTimeoutMs: 30_000,
    isNatLearned: false,
    clips: {},
    extendedReports: 'off',
    qualityModel: BY_RECOMMENDATION,
    isRtcpTold: false,
    receiveBufferBytes: null,
    backend: 'dgram',
    ledgerMemory: createLedgerMemory(),
  } as const;
  const worker = new MediaWorker(options, backend, () => {});
  const request = { legId: 'a', mixId: 'mix', bindAddress: '127.0.0.1', canonicalName: 'a', openedAtMs: 0 };
  worker.receive({ type: 'open', request, lent: null });
  const beforeMs = readClockMs();
  expect(advance()).toBeLessThanOrEqual(readClockMs() + 20);
  expect(advance()).toBeGreaterThanOrEqual(beforeMs);
  worker.receive({ type: 'close', legId: 'a' });
  expect(advance()).toBeNull();
});
