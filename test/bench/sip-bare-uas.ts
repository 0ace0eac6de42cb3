/**
 * A user agent server with nothing above its transactions: 180 and 200 to INVITE, 200 to everything else.
 * What the bench measures when it says "bare answer-and-bye". Prints its UDP and TCP ports as one JSON line;
 * ends on SIGTERM, telling its statistics.
 */
import { ChurnMap } from '../../memory/churn-map.ts';
import { createResponse } from '../../signaling/sip/create-response.ts';
import type { SipRequest, SipResponse } from '../../signaling/sip/message.ts';
import type { ServerTransaction } from '../../signaling/sip/server-transaction.ts';
import { WheelTimer } from '../../signaling/sip/timer-wheel.ts';
import { T1_MS, T2_MS } from '../../signaling/sip/timers.ts';
import { TransactionLayer } from '../../signaling/sip/transaction-layer.ts';
import type { TransactionUser } from '../../signaling/sip/transaction-user.ts';
import { TransportLayer } from '../../signaling/sip/transport-layer.ts';
import { WheelClock } from '../../signaling/sip/wheel-clock.ts';
import { ADDRESS, SIP_OBSERVER } from './sip-settings.ts';

const SDP = Buffer.from(
  `v=0\r\no=- 1 1 IN IP4 ${ADDRESS}\r\ns=-\r\nc=IN IP4 ${ADDRESS}\r\nt=0 0\r\n` +
    'm=audio 6000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n',
);

const clock = new WheelClock();
const transport = new TransportLayer(
  {
    listeners: [
      { transport: 'UDP', address: ADDRESS, port: Number(process.argv[2] ?? 0) },
      { transport: 'TCP', address: ADDRESS, port: Number(process.argv[2] ?? 0) },
    ],
    clock,
  },
  SIP_OBSERVER,
);
const transactions = new TransactionLayer({
  transport,
  clock,
  observer: SIP_OBSERVER,
});

/** The 2xx of one call, sent until its ACK comes (RFC 3261 §13.3.1.4). */
class Answer extends WheelTimer {
  readonly #transaction: ServerTransaction;
  readonly #response: SipResponse;
  #delayMs = T1_MS;

  constructor(transaction: ServerTransaction, response: SipResponse) {
    super();
    this.#transaction = transaction;
    this.#response = response;
  }

  override onTimer(): void {
    if (this.#transaction.isTerminated) return;
    this.#transaction.respond(this.#response);
    clock.schedule(this, this.#delayMs);
    this.#delayMs = Math.min(2 * this.#delayMs, T2_MS);
  }
}

class BareUas implements TransactionUser {
  readonly #answers = new ChurnMap<string, Answer>();
  #calls = 0;

  onRequest(request: SipRequest, transaction: ServerTransaction): void {
    if (request.method !== 'INVITE') {
      transaction.respond(createResponse(request, 200));
      return;
    }
    const toTag = `bare${this.#calls++}`;
    const contact = `<sip:${transport.sentBy(transaction.flow)}>`;
    const ringing = createResponse(request, 180, undefined, toTag);
    ringing.headers.append('Contact', contact);
    transaction.respond(ringing);
    const answer = createResponse(request, 200, undefined, toTag);
    answer.headers.append('Contact', contact);
    answer.headers.append('Content-Type', 'application/sdp');
    answer.body = SDP;
    const retransmission = new Answer(transaction, answer);
    this.#answers.set(request.callId, retransmission);
    retransmission.onTimer();
  }

  onAck(ack: SipRequest): void {
    const answer = this.#answers.get(ack.callId);
    this.#answers.delete(ack.callId);
    if (answer !== undefined) clock.cancel(answer);
  }

  onCancel(transaction: ServerTransaction): void {
    transaction.respond(createResponse(transaction.request, 487));
  }
  onStrayResponse(): void {}
}

transactions.listen(new BareUas());
await transport.start();
console.log(JSON.stringify(transport.listeners));

process.on('SIGTERM', async () => {
  console.log(JSON.stringify({ ...transactions.statistics(), ...transport.statistics() }));
  await transport.stop();
  clock.stop();
});
