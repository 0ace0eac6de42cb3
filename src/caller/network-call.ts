import { setTimeout as delay } from 'node:timers/promises';
import type { LegReport } from '../../media/quality/leg-report.ts';
import type { Verdict } from '../analyze/verdict.ts';
import { formatColumns } from '../cli/options.ts';
import type { CallDetail, CallSummary } from '../http/service-view.ts';
import { sumQuality } from './call-quality.ts';
import type { CallExpectation } from './call-verdict.ts';

/** A call that a running service is to place from its telephone network to one of its numbers. */
export interface NetworkCallRequest {
  /** Where the service is reached by HTTP. */
  readonly service: string;
  readonly from: string;
  readonly to: string;
  /** Null: until the called side hangs up. */
  readonly durationSeconds: number | null;
}

/** The service cannot be asked, or says no; the message is for a person. */
export class ServiceRefused extends Error {
  override readonly name = 'ServiceRefused';
}

const POLL_MS = 250;
/** The call that was placed is among the newest. */
const CALLS_LOOKED_AT = 20;

/**
 * Rings the number and follows the call until it is over or `stop` says that nobody waits any more.
 * @throws ServiceRefused
 */
export async function callFromNetwork(request: NetworkCallRequest, stop: AbortSignal): Promise<CallDetail> {
  const { service, from, to, durationSeconds } = request;
  const connectorId = await connectorOf(service, to);
  const { sipCallId } = await ask<{ sipCallId: string }>(
    service,
    `/connectors/${connectorId}/inbound-calls`,
    {
      from,
      to,
      durationSeconds,
    },
  );
  for (;;) {
    const call = await find(service, sipCallId);
    const isOver = call?.state === 'ended' || call?.state === 'refused';
    if (call !== null && (isOver || stop.aborted)) return call;
    if (stop.aborted) throw new ServiceRefused('the call was not to be seen yet');
    await delay(POLL_MS);
  }
}

/** What a call from the network must come to. */
export function judgeNetworkCall(
  call: CallDetail,
  { status, minimumMos }: Pick<CallExpectation, 'status' | 'minimumMos'>,
): Verdict {
  const reached = call.answeredAtMs === null ? (call.refusal?.sipStatus ?? null) : 200;
  if (reached !== status) {
    const came = call.refusal === null ? `${reached ?? 'nothing'} came` : call.refusal.detail;
    return { verdict: 'fail', reasons: [`${status} was expected: ${came}`] };
  }
  if (call.answeredAtMs === null) return { verdict: 'ok', reasons: [`Refused with ${status}, as expected.`] };
  const mos = sumQuality(minutesOf(call))?.mosConversational ?? null;
  if (mos !== null && mos < minimumMos) {
    return {
      verdict: 'fail',
      reasons: [`The telephone system is heard at MOS ${mos}, below ${minimumMos}.`],
    };
  }
  const heard = mos === null ? 'nothing was heard of it' : `it is heard at MOS ${mos}`;
  return { verdict: 'ok', reasons: [`The telephone system answered; ${heard}.`] };
}

export function formatNetworkCall(call: CallDetail, { verdict, reasons }: Verdict): string {
  const { called, calling, arrivedAtMs, ringingAtMs, answeredAtMs, endedAtMs } = call;
  const seconds = (atMs: number | null, fromMs: number): string =>
    atMs === null ? '–' : `${((atMs - fromMs) / 1000).toFixed(1)} s`;
  const quality = sumQuality(minutesOf(call));
  const rows: [string, string][] = [
    ['Rang', `${called.user} for ${calling.user}, after ${seconds(ringingAtMs, arrivedAtMs)}`],
    ['Answered', `after ${seconds(answeredAtMs, arrivedAtMs)}`],
    ['Talked', answeredAtMs === null ? '–' : seconds(endedAtMs, answeredAtMs)],
  ];
  if (quality !== null) {
    const { receivedPackets, lostPackets, mosConversational } = quality;
    rows.push(['Heard', `${receivedPackets} packets, ${lostPackets} lost, MOS ${mosConversational ?? '–'}`]);
  }
  if (call.end !== null) rows.push(['Ended', `by ${call.end.by}: ${call.end.detail || call.end.reason}`]);
  return `${formatColumns(rows)}\n\n${verdict === 'ok' ? 'OK' : 'FAILED'}\n  ${reasons.join('\n  ')}\n`;
}

function minutesOf({ legs }: CallDetail): readonly LegReport[] {
  return legs[0]?.minutes ?? [];
}

/** A connector that the number rings. */
async function connectorOf(service: string, number: string): Promise<string> {
  const { phoneNumbers } = await ask<{ phoneNumbers: readonly NumberView[] }>(service, '/phone-numbers');
  const found = phoneNumbers.find((one) => one.number === number);
  if (found === undefined) {
    const known = phoneNumbers.map((one) => one.number).join(', ') || 'none';
    throw new ServiceRefused(`${number} is no number of the service; there are ${known}`);
  }
  if (found.voiceConnectorId !== null) return found.voiceConnectorId;
  const { groups } = await ask<{ groups: readonly GroupView[] }>(service, '/connector-groups');
  const [item] = groups.find(({ id }) => id === found.voiceConnectorGroupId)?.items ?? [];
  if (item === undefined) throw new ServiceRefused(`${number} rings no connector`);
  return item.voiceConnectorId;
}

interface NumberView {
  readonly number: string;
  readonly voiceConnectorId: string | null;
  readonly voiceConnectorGroupId: string | null;
}

interface GroupView {
  readonly id: string;
  readonly items: readonly { readonly voiceConnectorId: string }[];
}

async function find(service: string, sipCallId: string): Promise<CallDetail | null> {
  const { calls } = await ask<{ calls: readonly CallSummary[] }>(service, '/calls');
  const newest = [...calls]
    .sort((one, other) => other.arrivedAtMs - one.arrivedAtMs)
    .slice(0, CALLS_LOOKED_AT);
  for (const { id } of newest) {
    const call = await ask<CallDetail>(service, `/calls/${id}`);
    if (call.remoteCallId === sipCallId) return call;
  }
  return null;
}

async function ask<Answer>(service: string, path: string, body?: unknown): Promise<Answer> {
  const url = new URL(path, service);
  const posted = {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  };
  const response = await fetch(url, body === undefined ? {} : posted).catch(() => {
    throw new ServiceRefused(`nothing answers at ${service}: is carillon serve running there?`);
  });
  const answer = (await response.json()) as Answer & { readonly message?: string };
  if (!response.ok) throw new ServiceRefused(answer.message ?? `${service} answered ${response.status}`);
  return answer;
}
