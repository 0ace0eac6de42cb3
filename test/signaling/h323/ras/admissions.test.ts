import { afterEach, describe, expect, it } from 'vitest';
import { rasMessage } from '../../../../signaling/h323/ras/ras-message.ts';
import { until } from '../../../support/h323-caller.ts';
import { cleanUp, refusing, registered, settle } from './started-client.ts';

afterEach(cleanUp);

const CALL = {
  identity: {
    callReference: 77,
    isFromDestination: true,
    callIdentifier: new Uint8Array(16).fill(1),
    conferenceId: new Uint8Array(16).fill(2),
    version: 7,
  },
  calling: { user: 'room', host: '127.0.0.1', uri: 'h323:room@127.0.0.1', displayName: 'Room' },
  called: { user: '6064724824', host: '127.0.0.1', uri: 'h323:6064724824@127.0.0.1', displayName: '' },
  peer: { address: '127.0.0.1', port: 4000 },
};

describe('a call, and a gatekeeper', () => {
  it('is admitted, and its end is told', async () => {
    const { gatekeeper, client } = await registered();
    const call = { ...CALL, end: () => undefined };
    expect(await client.admit(call)).toEqual({ isGranted: true });
    expect(gatekeeper.all('admissionRequest')).toMatchObject([
      {
        answerCall: true,
        endpointIdentifier: 'endpoint 1',
        callReferenceValue: 77,
        srcInfo: [{ choice: 'h323-ID', value: 'room' }],
        destinationInfo: [{ choice: 'dialledDigits', value: '6064724824' }],
      },
    ]);
    client.release(call);
    client.release(call);
    await until('the end', () => gatekeeper.all('disengageRequest').length === 1);
    await settle();
    expect(gatekeeper.all('disengageRequest')).toMatchObject([
      { answeredCall: true, callReferenceValue: 77, disengageReason: { choice: 'normalDrop' } },
    ]);
  });

  it.each([
    ['requestDenied', 'not-allowed'],
    ['exceedsCallCapacity', 'too-many-calls'],
  ] as const)('is refused: %s', async (choice, reason) => {
    const reject = rasMessage('admissionReject', {
      requestSeqNum: 1,
      rejectReason: { choice, value: null },
    });
    const { gatekeeper, client } = await registered({ policy: refusing('admissionRequest', reject) });
    const call = { ...CALL, end: () => undefined };
    const detail = `The gatekeeper refuses the call: ${choice}.`;
    expect(await client.admit(call)).toEqual({ isGranted: false, reason, detail });
    client.release(call);
    await settle();
    expect(gatekeeper.all('disengageRequest')).toEqual([]);
  });

  it('needs nobody to ask where answers are granted beforehand, or nobody has registered us', async () => {
    const { gatekeeper, client } = await registered({
      policy: (message) =>
        message.choice === 'registrationRequest'
          ? rasMessage('registrationConfirm', {
              requestSeqNum: message.value.requestSeqNum,
              protocolIdentifier: '0.0.8.2250.0.7',
              callSignalAddress: [],
              endpointIdentifier: 'granted',
              preGrantedARQ: {
                makeCall: true,
                useGKCallSignalAddressToMakeCall: false,
                answerCall: true,
                useGKCallSignalAddressToAnswer: false,
              },
            })
          : undefined,
    });
    expect(await client.admit({ ...CALL, end: () => undefined })).toEqual({ isGranted: true });
    await client.stop();
    expect(await client.admit({ ...CALL, end: () => undefined })).toEqual({ isGranted: true });
    expect(gatekeeper.all('admissionRequest')).toEqual([]);
  });

  it('is dropped where the gatekeeper says so, and only the one that is meant', async () => {
    const { gatekeeper, client } = await registered();
    const ends: string[] = [];
    await client.admit({ ...CALL, end: (detail) => ends.push(detail) });
    const drop = (requestSeqNum: number, guid: Uint8Array) =>
      gatekeeper.say(
        rasMessage('disengageRequest', {
          requestSeqNum,
          endpointIdentifier: 'endpoint 1',
          conferenceID: CALL.identity.conferenceId,
          callReferenceValue: 77,
          disengageReason: { choice: 'forcedDrop', value: null },
          callIdentifier: { guid },
        }),
      );
    drop(5, new Uint8Array(16));
    await until('the refusal', () => gatekeeper.all('disengageReject').length === 1);
    expect(ends).toEqual([]);
    drop(6, CALL.identity.callIdentifier);
    await until('the answer', () => gatekeeper.all('disengageConfirm').length === 1);
    expect(ends).toEqual(['The gatekeeper dropped the call.']);
  });

  it('is among those that a gatekeeper is told of when it asks', async () => {
    const { gatekeeper, client } = await registered();
    const ask = (requestSeqNum: number) =>
      gatekeeper.say(rasMessage('infoRequest', { requestSeqNum, callReferenceValue: 0 }));
    ask(3);
    await until('the answer', () => gatekeeper.all('infoRequestResponse').length === 1);
    await client.admit({ ...CALL, end: () => undefined });
    ask(4);
    await until('the other', () => gatekeeper.all('infoRequestResponse').length === 2);
    const [none, one] = gatekeeper.all('infoRequestResponse');
    expect([none?.requestSeqNum, none?.perCallInfo]).toEqual([3, undefined]);
    expect(one?.perCallInfo).toMatchObject([{ callReferenceValue: 77, originator: false }]);
  });
});

describe('what else a gatekeeper may send', () => {
  it('is answered where it is a question, and counted where it is nothing', async () => {
    const { gatekeeper, client, malformed } = await registered();
    gatekeeper.write(Buffer.from('ffffffffffff', 'hex'));
    gatekeeper.write(Buffer.alloc(0));
    gatekeeper.say(rasMessage('admissionConfirm', lateConfirm()));
    gatekeeper.say(
      rasMessage('bandwidthRequest', {
        requestSeqNum: 8,
        endpointIdentifier: 'endpoint 1',
        conferenceID: CALL.identity.conferenceId,
        callReferenceValue: 77,
        bandWidth: 640,
      }),
    );
    await until('the answer', () => gatekeeper.all('bandwidthConfirm').length === 1);
    expect(gatekeeper.all('bandwidthConfirm')).toEqual([{ requestSeqNum: 8, bandWidth: 640 }]);
    expect(malformed.length).toBeGreaterThan(0);
    expect(client.isRegistered).toBe(true);
  });
});

function lateConfirm() {
  return {
    requestSeqNum: 4_444,
    bandWidth: 1,
    callModel: { choice: 'direct', value: null },
    destCallSignalAddress: { choice: 'ipAddress', value: { ip: new Uint8Array(4), port: 1 } },
  } as const;
}
